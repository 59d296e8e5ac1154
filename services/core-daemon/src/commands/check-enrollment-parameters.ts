import { RecognizeError } from '@openrecognize/contracts';
import { isSupportedBits } from '@openrecognize/garbled-circuits';

/** Nonce and tag of AES-256-GCM around a sealed template (spec 04 §3.4). */
const SEAL_OVERHEAD_BYTES = 28;

/** What an enrollment says of its codes. */
export interface EnrollmentParameters {
  readonly codeBits: number;
  readonly threshold: number;
  readonly artifact: { readonly family: string; readonly version: string };
}

const refuse = (field: string, rule: string): RecognizeError =>
  new RecognizeError('BAD_REQUEST', { details: { path: `body.${field}`, rule } });

/**
 * Refuses parameters no enrollment may have.
 *
 * @param accepted artifacts as `family@version`; empty accepts any.
 * @throws RecognizeError ARTIFACT_MISMATCH, BAD_REQUEST
 */
export const checkEnrollmentParameters = (
  { codeBits, threshold, artifact }: EnrollmentParameters,
  sealedTemplate: Uint8Array,
  accepted: readonly string[],
): void => {
  if (accepted.length > 0 && !accepted.includes(`${artifact.family}@${artifact.version}`)) {
    throw new RecognizeError('ARTIFACT_MISMATCH', { details: { accepted: [...accepted] } });
  }
  if (!isSupportedBits(codeBits)) throw refuse('codeBits', 'power-of-two');
  // Codes of strangers differ in half of their bits on average: from there on the circuit would admit anyone.
  if (threshold >= codeBits / 2) throw refuse('threshold', 'below-half');
  if (sealedTemplate.length < codeBits / 8 + SEAL_OVERHEAD_BYTES) throw refuse('sealedTemplate', 'length');
};
