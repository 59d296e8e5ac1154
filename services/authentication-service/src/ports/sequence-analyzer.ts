import type { SequenceAnalyzer } from '@openrecognize/biometrics';

/** Makes the judge of one session's frame sequence: movement, liveness, answer to the flash. */
export type CreateSequence = () => SequenceAnalyzer;
