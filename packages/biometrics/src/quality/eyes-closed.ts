import { above, type FaceInput, type FilterResult } from './quality-filter.ts';

/** Both eyes closed: the lower of the two probabilities, 0..1. One eye may be hidden by hair or light. */
export const eyesClosed = ({ eyesClosed: { left, right }, profile }: FaceInput): FilterResult =>
  above('eyes_closed', Math.min(left, right), profile.eyesClosedProbability);
