import type { AnalyzeOptions } from '@openrecognize/biometrics';
import type { EndpointInput, offlineEnrollment } from '@openrecognize/contracts';
import { takeImage } from '../image-intake.ts';

type PhotoInput = EndpointInput<typeof offlineEnrollment>;

/** Photo and wishes of a request. @throws RecognizeError IMAGE_EMPTY, IMAGE_TOO_LARGE, IMAGE_FORMAT_INVALID */
export const photoOf = ({ headers, body }: PhotoInput): { image: Uint8Array; options: AnalyzeOptions } => ({
  image: takeImage(body, headers['content-encoding']),
  options: { scenario: headers.scenario, exifTranspose: headers['exif-transpose'] !== 'false' },
});
