import type { AnalyzeOptions, BiometricCode } from '@openrecognize/biometrics';
import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import { FilterRefusal } from '../filter-refusal.ts';
import type { ImageAnalyzer } from '../ports/image-analyzer.ts';

/**
 * The code of the face on a photo.
 *
 * @param image erased, whatever happens.
 * @returns a code whose bits the caller wipes.
 * @throws FilterRefusal when a quality filter triggered; RecognizeError of the analysis
 */
export const captureCode = async (
  analyzer: ImageAnalyzer,
  image: Uint8Array,
  options: AnalyzeOptions,
): Promise<BiometricCode> => {
  try {
    const analysis = await analyzer.analyze(image, options);
    if (analysis.code) return analysis.code;
    if (analysis.filters.some(({ triggered }) => triggered)) throw new FilterRefusal(analysis);
    throw new RecognizeError('INTERNAL_ERROR', { cause: new Error('analysis without code and reason') });
  } finally {
    wipe(image);
  }
};
