import type { BiometricPool } from '@openrecognize/biometrics';

/** Photo in, biometric code out. */
export type ImageAnalyzer = Pick<BiometricPool, 'analyze' | 'manifest'>;
