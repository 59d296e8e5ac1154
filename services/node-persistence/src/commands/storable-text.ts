import { RecognizeError } from '@openrecognize/contracts';

/**
 * PostgreSQL text holds no NUL, and a lone surrogate would silently become another character: two different ids could
 * turn into one.
 *
 * @throws RecognizeError BAD_REQUEST with the path of the field
 */
export const assertStorableText = (text: string | undefined, path: string): void => {
  if (text === undefined) return;
  if (text.includes('\0') || !text.isWellFormed())
    throw new RecognizeError('BAD_REQUEST', { details: { path } });
};
