import { describe, expect, it } from 'vitest';
import { type HeadView, headFrame } from '../../test/reference/synthetic-head.ts';
import type { FaceFrame } from './face-frame.ts';
import { LIVE_SCORE } from './liveness-fusion.ts';
import {
  createSequenceAnalyzer,
  MAX_TURN_FRAMES,
  MIN_SCORE_FRAMES,
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
    const { filters, turnDegrees } = assess(times(() => ({ yaw: 3, roll: 2 })));
    expect(filters).toMatchObject([
      { name: 'no_movement_from_subject', value: 0, triggered: true },
      { name: 'no_movement_from_device', value: 0, triggered: true },
    ]);
    expect(turnDegrees).toBe(0);
  });

  it('takes no turn, scale or shift in the plane of the picture for movement of the subject', () => {
    const moved = assess(
      times((t) => ({ roll: 3 * t, scale: 1 + 0.03 * t, shift: { x: 4 * t, y: -2 * t }, flat: true })),
    );
    const { value, triggered } = filterOf(moved, 'no_movement_from_subject');
    expect(value).toBeLessThan(1e-9);
    expect(triggered).toBe(true);
  });

  it('takes a head that turns for movement of the subject, and no blink', () => {
    const triggered = (view: (t: number) => HeadView) =>
      filterOf(assess(times(view)), 'no_movement_from_subject').triggered;
    expect(triggered((t) => ({ yaw: 2 * t }))).toBe(false);
    expect(triggered((t) => ({ pitch: 2 * t }))).toBe(false);
    expect(triggered((t) => ({ lidHeight: t === 3 ? 0.01 : 0.07 }))).toBe(true);
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

  it('counts a turning head with a good still score as live, and neither a print nor a still picture', () => {
    const turning = times((t) => ({ yaw: 3 * t - 7 }));
    expect(assess(turning, 0.99).score).toBeGreaterThan(LIVE_SCORE);
    expect(assess(turning, 0.001).score).toBeLessThan(LIVE_SCORE);
    expect(assess(turning).score).toBeGreaterThan(LIVE_SCORE);
    const still = times(() => ({}));
    expect(assess(still, 0.99).score).toBeLessThan(LIVE_SCORE);
  });

  it('asks for more of a turn where the still score is lower', () => {
    const score = (step: number, still: number) =>
      assess(
        times((t) => ({ yaw: step * t })),
        still,
      ).score!;
    expect(score(3, 0.8)).toBeLessThan(score(3, 0.99));
    expect(score(8, 0.8)).toBeGreaterThan(score(3, 0.8));
  });

  it('has no score before it could hold over three frames that turned', () => {
    const turning = times((t) => ({ yaw: 4 * t }));
    const scores = turning.map((_, i) => assess(turning.slice(0, i + 1), 0.99).score);
    expect(scores.findIndex((score) => score !== undefined)).toBe(MIN_SCORE_FRAMES - 1);
  });

  it('gives the lowest of the latest three scores: one lucky frame is not enough', () => {
    const still = Array.from({ length: 6 }, () => headFrame());
    const lucky = [...still, headFrame({ yaw: 15 })];
    expect(filterOf(assess(lucky, 0.99), 'no_movement_from_subject').triggered).toBe(false);
    expect(assess(lucky, 0.99).score).toBeLessThan(LIVE_SCORE);
    const held = [...lucky, headFrame({ yaw: 14 }), headFrame({ yaw: 16 })];
    expect(assess(held, 0.99).score).toBeGreaterThan(LIVE_SCORE);
  });

  it('lets no number of further frames make a picture of noisy landmarks live', () => {
    // Noise of 0.008 eye distances on each landmark, as a picture moved by hand has.
    let state = 1;
    const noise = () => {
      state = (state * 48_271) % 2_147_483_647;
      return (state / 2_147_483_647 - 0.5) * 2 * 0.008 * 80 * Math.sqrt(3);
    };
    const noisy = Array.from({ length: 120 }, () => {
      const frame = headFrame({ flat: true });
      return { ...frame, landmarks: frame.landmarks.map(({ x, y }) => ({ x: x + noise(), y: y + noise() })) };
    });
    const analyzer = createSequenceAnalyzer();
    const scores = noisy.map((frame) => {
      analyzer.add({ frame, livenessScore: 0.999 });
      return analyzer.assess().score ?? 0;
    });
    expect(Math.max(...scores)).toBeLessThan(LIVE_SCORE);
  });

  it('judges the turn by all faces of a session', () => {
    const analyzer = createSequenceAnalyzer();
    for (let t = 0; t < 20; t++) analyzer.add({ frame: headFrame({ yaw: t < 10 ? 10 : 0 }) });
    expect(analyzer.assess()).toMatchObject({ frames: 20 });
    expect(filterOf(analyzer.assess(), 'no_movement_from_subject').triggered).toBe(false);
  });

  it('remembers no more faces than it says, and none after clear', () => {
    const analyzer = createSequenceAnalyzer();
    for (let t = 0; t < MAX_TURN_FRAMES + 3; t++) analyzer.add({ frame: headFrame({ yaw: t < 3 ? 20 : 0 }) });
    expect(analyzer.assess().frames).toBe(MAX_TURN_FRAMES);
    expect(filterOf(analyzer.assess(), 'no_movement_from_subject').value).toBe(0);
    analyzer.clear();
    expect(analyzer.assess()).toEqual({ frames: 0, filters: [] });
  });

  it('never lets a face pass whose landmarks are no numbers', () => {
    const broken = times(() => ({})).map((frame) => ({
      ...frame,
      landmarks: frame.landmarks.map(() => ({ x: 0, y: 0 })),
    }));
    const { filters, score } = assess(broken, 0.99);
    expect(filters[0]).toMatchObject({ name: 'no_movement_from_subject', triggered: true });
    expect((score ?? 0) >= LIVE_SCORE).toBe(false);
  });

  it('passes over frames without a face', () => {
    const analyzer = createSequenceAnalyzer();
    analyzer.add({ frame: headFrame() });
    analyzer.add({ flashColour: '#ffaa00' });
    expect(analyzer.assess()).toEqual({ frames: 1, filters: [] });
  });

  it('takes thresholds from its owner', () => {
    const analyzer = createSequenceAnalyzer({ minTurnDegrees: 0, minDeviceMovement: 0 });
    for (const frame of times(() => ({}))) analyzer.add({ frame });
    expect(analyzer.assess().filters.map(({ triggered }) => triggered)).toEqual([false, false]);
  });
});
