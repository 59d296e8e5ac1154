import type { AnalyzeOptions, BiometricCode } from '@openrecognize/biometrics';
import { wipe } from '@openrecognize/bytes';
import { RecognizeError } from '@openrecognize/contracts';
import type { ImageAnalyzer } from '../ports/image-analyzer.ts';

/**
 * The code of the face on a photo.
 *
 * @param image erased, whatever happens.
 * @returns a code whose bits the caller wipes.
 * @throws RecognizeError FILTER_TRIGGERED with the names of the filters in `details.filters`; those of the analysis
 */
export const captureCode = async (
  analyzer: ImageAnalyzer,
  image: Uint8Array,
  options: AnalyzeOptions,
): Promise<BiometricCode> => {
  try {
    const { code, filters } = await analyzer.analyze(image, options);
    if (code) return code;
    const names = filters.filter(({ triggered }) => triggered).map(({ name }) => name);
    if (names.length > 0) throw new RecognizeError('FILTER_TRIGGERED', { details: { filters: names } });
    throw new RecognizeError('INTERNAL_ERROR', { cause: new Error('analysis without code and reason') });
  } finally {
    wipe(image);
  }
};
