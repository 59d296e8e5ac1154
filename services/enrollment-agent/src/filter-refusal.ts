import type { FilterName, ImageAnalysis } from '@openrecognize/biometrics';
import type { FilterTriggered } from '@openrecognize/contracts';
import type { Static } from 'typebox';

const reasons: Readonly<Record<FilterName, string>> = {
  eyes_closed: 'the eyes are closed',
  face_angle_too_large: 'the face is turned away',
  face_is_occluded: 'the face is covered',
  face_missing: 'there is no face',
  face_multiple: 'there is more than one face',
  face_partial: 'the face is cut off',
  face_too_close: 'the face is too close',
  face_too_small: 'the face is too small',
  image_black_and_white: 'the picture has no colours',
  image_blurred: 'the picture is blurred',
  image_metadata_low_light: 'the picture was taken in too little light',
};

/** Body of a 422. */
export type FilterAnswer = Static<typeof FilterTriggered>;

const answerOf = ({ filters, stats }: ImageAnalysis): FilterAnswer => {
  const triggered = filters.filter((filter) => filter.triggered);
  return {
    title: 'Filter Triggered',
    statusCode: 422,
    code: 'KL_BIOM_ERROR_FILTER_TRIGGERED',
    detail: triggered.map(({ name }) => `${name}: ${reasons[name]}`).join('; '),
    stats: {
      filters: filters.map(({ name, triggered, value, threshold }) => ({
        name,
        triggered,
        value,
        threshold,
      })),
      width: stats.width,
      height: stats.height,
      faceCount: stats.faceCount,
      processingMs: stats.processingMs,
    },
  };
};

/** Carries the 422 answer, which has a form of its own, from the analysis to the agent's error handler. */
export class FilterRefusal extends Error {
  override readonly name = 'FilterRefusal';
  readonly answer: FilterAnswer;

  constructor(analysis: ImageAnalysis) {
    super('a quality filter refused the picture');
    this.answer = answerOf(analysis);
  }
}
