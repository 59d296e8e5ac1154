import { above, type FaceInput, type FilterResult } from './quality-filter.ts';

/**
 * Both eyes closed: the lower of the two probabilities, 0..1, as one eye may be hidden by hair or light. Undefined where
 * the set of models cannot tell.
 */
export const eyesClosed = ({ eyes, profile }: FaceInput): FilterResult | undefined =>
  eyes && above('eyes_closed', Math.min(eyes.left, eyes.right), profile.eyesClosedProbability);
