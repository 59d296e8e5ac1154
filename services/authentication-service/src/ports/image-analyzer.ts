import type { BiometricPool } from '@openrecognize/biometrics';

/** Photo or frame in, biometric code, or what a sequence needs, out. */
export type ImageAnalyzer = Pick<BiometricPool, 'analyze' | 'manifest'>;
