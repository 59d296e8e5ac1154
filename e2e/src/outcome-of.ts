import { isRecognizeError } from '@openrecognize/contracts';

/** The catalogue code a call failed with, or `ok`; anything else fails the comparison by what it says. */
export const outcomeOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return isRecognizeError(error) ? error.code : `not from the catalogue: ${error}`;
  }
};
