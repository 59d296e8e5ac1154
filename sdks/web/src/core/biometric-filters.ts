/** Filters that run in the page, on each frame, before it may leave the browser. */
export const CLIENT_FILTER_NAMES = [
  'FaceAbsent',
  'FaceMultiple',
  'FaceOffCenter',
  'FacePartial',
  'FaceTooLarge',
  'FaceTooSmall',
] as const;

export type KeylessClientFilterName = (typeof CLIENT_FILTER_NAMES)[number];

/** Filters of the server, told with each `frame-results`. */
export type KeylessServerFilterName =
  | 'eyes_closed'
  | 'face_angle_too_large'
  | 'face_is_occluded'
  | 'face_missing'
  | 'face_multiple'
  | 'face_partial'
  | 'face_too_close'
  | 'face_too_small'
  | 'image_black_and_white'
  | 'image_metadata_low_light'
  | 'no_movement_from_device'
  | 'no_movement_from_subject';

export type KeylessBiometricFilterName = KeylessClientFilterName | KeylessServerFilterName;

/** Verdict of one filter on one frame. */
export interface KeylessBiometricFilter<Name extends string = KeylessBiometricFilterName> {
  readonly name: Name;
  readonly triggered: boolean;
  /** What was measured, in the unit of `threshold`. */
  readonly value: number;
  readonly threshold: number;
}

export type KeylessClientFilter = KeylessBiometricFilter<KeylessClientFilterName>;
export type KeylessServerFilter = KeylessBiometricFilter<KeylessServerFilterName>;

/**
 * Names of the filters that were triggered, in the order given; empty if none was.
 *
 * @example
 * const names = reduceKeylessBiometricFiltersToTriggered([
 *   { name: 'FaceAbsent', triggered: false, value: 1, threshold: 1 },
 *   { name: 'FaceTooSmall', triggered: true, value: 0.1, threshold: 0.2 },
 * ])
 * console.log(names) // ['FaceTooSmall']
 */
export function reduceKeylessBiometricFiltersToTriggered<Name extends string>(
  filters: readonly KeylessBiometricFilter<Name>[] | undefined,
): Name[] {
  return (filters ?? []).filter(({ triggered }) => triggered).map(({ name }) => name);
}
