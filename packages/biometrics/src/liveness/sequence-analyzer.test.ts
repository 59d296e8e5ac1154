import { describe, expect, it } from 'vitest';
import { type HeadView, headFrame } from '../../test/reference/synthetic-head.ts';
import type { FaceFrame } from './face-frame.ts';
import { LIVE_SCORE } from './liveness-fusion.ts';
import {
  createSequenceAnalyzer,
  MAX_SEQUENCE_FRAMES,
  type SequenceAssessment,
  type SequenceFilterName,
} from './sequence-analyzer.ts';

const assess = (frames: readonly FaceFrame[], livenessScore?: number): SequenceAssessment => {
  const analyzer = createSequenceAnalyzer();
  for (const frame of frames) analyzer.add({ frame, ...(livenessScore !== undefined && { livenessScore }) });
  return analyzer.assess();
};

const filterOf = ({ filters }: SequenceAssessment, name: SequenceFilterName) =>
  filters.find((filter) => filter.name === name)!;

const times = (view: (t: number) => HeadView): FaceFrame[] =>
  Array.from({ length: 6 }, (_, t) => headFrame(view(t)));

/** Luma of the background's cells goes up and down around its mean. */
const flicker = (frame: FaceFrame, t: number, size: number): FaceFrame => ({
  ...frame,
  colourGrid: frame.colourGrid.map((value, i) => value + (Math.floor(i / 3 + t) % 2 === 0 ? size : -size)),
});

// Covers BC-20, BC-21 and BC-22.
describe('the sequence analyzer', () => {
  it('says nothing of a single frame', () => {
    expect(assess([headFrame()])).toEqual({ frames: 1, filters: [] });
  });

  it('gives exactly 0 for one frame again and again, and refuses it', () => {
    const { filters, cues } = assess(times(() => ({ yaw: 3, roll: 2 })));
    expect(filters).toMatchObject([
      { name: 'no_movement_from_subject', value: 0, triggered: true },
      { name: 'no_movement_from_device', value: 0, triggered: true },
    ]);
    expect(cues).toEqual({ noseDeviation: 0, affineResidual: 0, blinkRange: 0 });
  });

  it('takes no turn, scale or shift in the plane of the picture for movement of the subject', () => {
    const moved = assess(
      times((t) => ({ roll: 3 * t, scale: 1 + 0.03 * t, shift: { x: 4 * t, y: -2 * t }, flat: true })),
    );
    const { value, triggered } = filterOf(moved, 'no_movement_from_subject');
    expect(value).toBeLessThan(1e-9);
    expect(triggered).toBe(true);
  });

  it('sees a head that turns and a blink', () => {
    for (const view of [(t: number) => ({ yaw: t }), (t: number) => ({ lidHeight: t === 3 ? 0.01 : 0.07 })]) {
      expect(filterOf(assess(times(view)), 'no_movement_from_subject').triggered).toBe(false);
    }
  });

  it('takes the flicker of a camera for movement of the device, but not its exposure', () => {
    const still = times(() => ({}));
    const noisy = still.map((frame, t) => flicker(frame, t, 0.2));
    expect(filterOf(assess(noisy), 'no_movement_from_device')).toMatchObject({ triggered: false });
    const brighter = still.map((frame, t) => ({
      ...frame,
      colourGrid: frame.colourGrid.map((value) => value * (1 + 0.02 * t)),
    }));
    const { value, triggered } = filterOf(assess(brighter), 'no_movement_from_device');
    expect(value).toBeLessThan(1e-3);
    expect(triggered).toBe(true);
  });

  it('compares the whole picture where the face leaves no background', () => {
    const close = times(() => ({})).map((frame, t) =>
      flicker({ ...frame, faceBox: { x: 0, y: 0, width: 640, height: 480 } }, t, 1),
    );
    expect(filterOf(assess(close), 'no_movement_from_device').value).toBeGreaterThan(1);
  });

  it('measures depth by the nose: a head shows it, a picture that is turned the same way does not', () => {
    const turn = (flat: boolean) => assess(times((t) => ({ yaw: 3 * t - 8, pitch: t, flat }))).cues!;
    expect(turn(false).noseDeviation).toBeGreaterThan(0.02);
    expect(turn(true).noseDeviation).toBeLessThan(1e-9);
    expect(turn(false).affineResidual).toBeGreaterThan(0.005);
    expect(turn(true).affineResidual).toBeLessThan(1e-9);
  });

  it('measures a blink by the opening of the eyes', () => {
    const { cues } = assess(times((t) => ({ lidHeight: t === 2 ? 0.01 : 0.07 })));
    // Height over width of a lid line at 60 degrees of an ellipse: 0.06 / 0.18 times its sine.
    expect(cues!.blinkRange).toBeCloseTo((0.06 / 0.18) * Math.sin(Math.PI / 3), 6);
  });

  it('counts a turning head with a good still score as live, and neither a print nor a still picture', () => {
    const turning = times((t) => ({ yaw: 2 * t - 5 }));
    expect(assess(turning, 0.99).score).toBeGreaterThan(LIVE_SCORE);
    expect(assess(turning, 0.001).score).toBeLessThan(LIVE_SCORE);
    expect(
      assess(
        times(() => ({})),
        0.99,
      ).score,
    ).toBeLessThan(LIVE_SCORE);
  });

  it('has the still scores alone until there are cues', () => {
    expect(assess([headFrame()], 0.9).score).toBeCloseTo(0.9, 9);
    expect(assess([headFrame()]).score).toBeUndefined();
  });

  it('remembers no more frames than it says, and none after clear', () => {
    const analyzer = createSequenceAnalyzer();
    for (let t = 0; t < 40; t++) analyzer.add({ frame: headFrame({ yaw: t < 20 ? t : 0 }) });
    expect(analyzer.assess().frames).toBe(MAX_SEQUENCE_FRAMES);
    expect(filterOf(analyzer.assess(), 'no_movement_from_subject').value).toBe(0);
    analyzer.clear();
    expect(analyzer.assess()).toEqual({ frames: 0, filters: [] });
  });

  it('passes over frames without a face', () => {
    const analyzer = createSequenceAnalyzer();
    analyzer.add({ frame: headFrame() });
    analyzer.add({ flashColour: '#ffaa00' });
    expect(analyzer.assess()).toEqual({ frames: 1, filters: [] });
  });

  it('takes thresholds from its owner', () => {
    const analyzer = createSequenceAnalyzer({ minSubjectMovement: 0, minDeviceMovement: 0 });
    for (const frame of times(() => ({}))) analyzer.add({ frame });
    expect(analyzer.assess().filters.map(({ triggered }) => triggered)).toEqual([false, false]);
  });
});
