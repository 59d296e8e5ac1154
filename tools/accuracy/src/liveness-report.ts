import type { MeasuredImage } from './measure-images.ts';
import { percent, textTable } from './text-table.ts';

/** Score at which a picture counts as live. */
const LIVE_SCORE = 0.5;

/** Scores of real faces against printed ones. A picture without a score counts as an attack. */
export const livenessReport = (images: readonly MeasuredImage[]): string => {
  const rows = ['real', 'print'].map((label) => {
    const scores = images
      .filter((image) => image.label === label)
      .map(({ measurement }) => measurement.stats.livenessScore ?? 0)
      .sort((a, b) => a - b);
    const live = scores.filter((score) => score > LIVE_SCORE).length;
    const wrong = label === 'real' ? scores.length - live : live;
    return [
      label,
      String(scores.length),
      scores[Math.floor(scores.length / 2)].toFixed(4),
      `${scores[0].toFixed(4)} to ${scores[scores.length - 1].toFixed(4)}`,
      `${label === 'real' ? 'BPCER' : 'APCER'} ${percent(wrong / scores.length)}`,
    ];
  });
  return textTable(['Set', 'Pictures', 'Median score', 'Range', `Error at ${LIVE_SCORE}`], rows);
};
