import { errorCurves } from './error-rates.ts';
import { type MeasuredImage, refusals } from './measure-images.ts';
import { hammingScores, toSubjects } from './pair-scores.ts';
import { percent, textTable } from './text-table.ts';

const GROUPS = ['darkest third', 'middle third', 'lightest third'];

const medianTone = (images: readonly MeasuredImage[]): number => {
  const tones = images.map(({ measurement }) => measurement.skinToneDegrees ?? 0).sort((a, b) => a - b);
  return tones[Math.floor(tones.length / 2)];
};

/**
 * Refusals and matching by skin tone: people in three groups of equal size by the median typology angle of their
 * photos. The angle follows the light as well as the skin, so that small differences mean nothing.
 */
export const fairnessReport = (people: readonly MeasuredImage[], threshold: number): string => {
  const seen = people.filter(({ measurement }) => measurement.skinToneDegrees !== undefined);
  const names = [...new Set(seen.map(({ label }) => label))];
  const byTone = names
    .map((name) => ({ name, tone: medianTone(seen.filter(({ label }) => label === name)) }))
    .sort((a, b) => a.tone - b.tone);
  const rows = GROUPS.map((title, group) => {
    const members = byTone.slice(
      Math.floor((group * byTone.length) / GROUPS.length),
      Math.floor(((group + 1) * byTone.length) / GROUPS.length),
    );
    const images = seen.filter(({ label }) => members.some(({ name }) => name === label));
    const refused = (filter: string): string =>
      percent(images.filter((image) => refusals(image).includes(filter)).length / images.length, 1);
    const curves = errorCurves(hammingScores(toSubjects(images)));
    return [
      title,
      `${members[0].tone.toFixed(0)} to ${members[members.length - 1].tone.toFixed(0)}`,
      String(images.length),
      percent(images.filter((image) => refusals(image).length > 0).length / images.length, 1),
      ...['face_is_occluded', 'image_metadata_low_light', 'eyes_closed', 'face_angle_too_large'].map(refused),
      percent(1 - curves.trueAccept[threshold]),
      percent(curves.falseAccept[threshold], 3),
    ];
  });
  const head = [
    ...[
      'People by skin tone',
      'Angle, degrees',
      'Photos',
      'Refused',
      'occluded',
      'low light',
      'eyes',
      'angle',
    ],
    ...['False rejection at T', 'False acceptance at T'],
  ];
  return textTable(head, rows);
};
