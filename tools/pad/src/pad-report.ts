import type { LogisticModel } from './logistic-regression.ts';
import type { FlashFigures, ScoreFigures, SequenceFigures } from './pad-figures.ts';
import type { SampleScore } from './sequences.ts';
import { rateText, textTable } from './text-table.ts';

export interface PadReport {
  readonly still: ScoreFigures;
  readonly samples: readonly SampleScore[];
  readonly sequences: SequenceFigures;
  readonly flash: FlashFigures;
  /** Live sequences of the shortest sort, by the shipped weights. */
  readonly shortest: ScoreFigures;
}

const scoreSection = ({ name, defaultThreshold, equalError, kinds }: ScoreFigures): string => {
  const equal = equalError
    ? `equal error ${(100 * equalError.share).toFixed(1)} % at ${equalError.threshold.toFixed(4)}`
    : 'no equal error point';
  return [
    `## ${name}: default threshold ${defaultThreshold}, ${equal}`,
    textTable(
      ['Presentation', 'People', 'Error', 'At the default', 'At equal error'],
      kinds.map(({ kind, live, subjects, atDefault, atEqualError }) => [
        kind,
        subjects === undefined ? '-' : String(subjects),
        live ? 'BPCER' : 'APCER',
        rateText(atDefault),
        rateText(atEqualError),
      ]),
    ),
  ].join('\n\n');
};

const modelText = (name: string, model: LogisticModel): string =>
  `${name}: offset ${model.offset.toFixed(2)}, weights ${model.weights.map((w) => w.toFixed(2)).join(', ')}`;

const filterSection = ({ filters }: SequenceFigures): string =>
  [
    '## Movement filters: share of sequences refused',
    textTable(
      ['Presentation', 'no_movement_from_subject', 'no_movement_from_device'],
      filters.map(({ kind, subject, device }) => [kind, rateText(subject), rateText(device)]),
    ),
  ].join('\n\n');

const flashSection = ({ figures, equalErrors }: FlashFigures): string =>
  [
    '## Colour flash (simulated light on real recordings)',
    textTable(
      ['Presentation', 'Frames', 'Light', 'Error', 'Rate', 'Unclear'],
      figures.map(({ kind, live, frames, strength, error, unclear }) => [
        kind,
        String(frames),
        `${(100 * strength).toFixed(0)} %`,
        live ? 'BPCER' : 'APCER',
        rateText(error),
        `${(100 * unclear.share).toFixed(0)} %`,
      ]),
    ),
    textTable(
      ['Frames', 'Light', 'Equal error of the correlation', 'At'],
      equalErrors.map(({ frames, strength, point }) => [
        String(frames),
        `${(100 * strength).toFixed(0)} %`,
        `${(100 * point.share).toFixed(1)} %`,
        point.threshold.toFixed(3),
      ]),
    ),
  ].join('\n\n');

/** What no figure above may be read to say. */
const LIMITS = `## What this does not stop

- A live video of the person that is injected or replayed passes the still model and the cues as often as the person.
- A photo that is injected and moved a little passes the still model, and the cues most of the time.
- A printed photo held before a face-sized part of the scene answers the flash as a face does.
- Whoever renders the colours onto a face as they are asked for answers the flash.
- Masks, dolls, make-up and deepfakes rendered in real time were not measured.
- The light of the flash is simulated: no screen, camera or room was measured.

No level of ISO/IEC 30107-3 is claimed: nothing here was tested by a laboratory, and the sets are small.`;

/** The report as text. */
export const padReportText = (report: PadReport): string =>
  [
    scoreSection(report.still),
    [
      'Sample pictures of public demos, score of the still model:',
      textTable(
        ['Picture', 'Score'],
        report.samples.map(({ name, score }) => [name, score?.toFixed(3) ?? 'refused by a filter']),
      ),
    ].join('\n\n'),
    scoreSection(report.sequences.cues),
    scoreSection(report.sequences.fused),
    [
      'Logistic regression on ln(nose), ln(residual), ln(blink) and, fused, log odds of the still score:',
      modelText('cues alone', report.sequences.cueModel),
      modelText('fused', report.sequences.fusedModel),
    ].join('\n'),
    scoreSection(report.shortest),
    filterSection(report.sequences),
    flashSection(report.flash),
    LIMITS,
  ].join('\n\n');
