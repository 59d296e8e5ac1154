import type { LogisticModel } from './logistic-regression.ts';
import type { FlashFigures, ScoreFigures, SequenceFigures } from './pad-figures.ts';
import type { SampleScore } from './sequences.ts';
import { SESSION_LIMITS, type SessionFigure } from './sessions.ts';
import { rateText, textTable } from './text-table.ts';

export interface PadReport {
  readonly still: ScoreFigures;
  readonly samples: readonly SampleScore[];
  readonly sequences: SequenceFigures;
  readonly flash: FlashFigures;
  readonly sessions: readonly SessionFigure[];
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

const sessionSection = (sessions: readonly SessionFigure[]): string =>
  [
    '## Sessions: share accepted, decided after each frame by the weights as shipped',
    textTable(
      ['Presentation', 'People', ...SESSION_LIMITS.map((limit) => `Within ${limit} frames`)],
      sessions.map(({ kind, subjects, accepted }) => [kind, String(subjects), ...accepted.map(rateText)]),
    ),
  ].join('\n\n');

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

- A live video of the person that is injected or replayed passes as often as the person.
- Several photos of the person, injected in turn, pass as a head that turns.
- A photo that is injected, and tilted far or bent, passes as a turning head in part of the sessions.
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
    scoreSection(report.sequences.turn),
    scoreSection(report.sequences.fused),
    [
      'Logistic regression on ln(turn in degrees) and, fused, log odds of the still score, before the shift:',
      modelText('turn alone', report.sequences.turnModel),
      modelText('fused', report.sequences.fusedModel),
    ].join('\n'),
    sessionSection(report.sessions),
    filterSection(report.sequences),
    flashSection(report.flash),
    LIMITS,
  ].join('\n\n');
