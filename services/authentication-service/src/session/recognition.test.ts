import type { ImageAnalysis, SequenceAssessment, SequenceObservation } from '@openrecognize/biometrics';
import { SERVER_FILTER_NAMES } from '@openrecognize/contracts/ws';
import { describe, expect, it } from 'vitest';
import { createRecognition } from './recognition.ts';

const policy = { minAcceptedFrames: 3, minLiveScore: 0.5, isFlashRequired: false };
const moving = [
  { name: 'no_movement_from_subject', triggered: false, value: 1, threshold: 0.5 },
  { name: 'no_movement_from_device', triggered: false, value: 1, threshold: 0.5 },
] as const;
const still = [{ ...moving[0], triggered: true, value: 0 }, moving[1]];

/** A unit vector along one axis, turned a little towards the next. */
const face = (axis: number, turn = 0): Float32Array => {
  const vector = new Float32Array(8);
  vector[axis] = Math.cos(turn);
  vector[axis + 1] = Math.sin(turn);
  return vector;
};
const seen = (embedding?: Float32Array, filters: ImageAnalysis['filters'] = []): ImageAnalysis => ({
  filters,
  stats: { livenessScore: 0.9 } as ImageAnalysis['stats'],
  ...(embedding === undefined ? {} : { embedding }),
  frame: {} as ImageAnalysis['frame'] & object,
});

const recognizing = (assessment: Partial<SequenceAssessment>, options: Partial<typeof policy> = {}) => {
  const observed: SequenceObservation[] = [];
  const recognition = createRecognition(
    { ...policy, ...options },
    {
      add: (observation) => void observed.push(observation),
      clear: () => void observed.splice(0),
      assess: () => ({ frames: observed.length, filters: moving, score: 0.9, ...assessment }),
    },
  );
  return { recognition, observed };
};
const addThree = ({ recognition }: ReturnType<typeof recognizing>) =>
  [0, 0.1, 0.2].map((turn) => recognition.add(seen(face(0, turn)), '#112233').isEnough);

describe('frames of a session are enough (WS-7)', () => {
  it('with the third good one that moves and looks live', () => {
    expect(addThree(recognizing({}))).toEqual([false, false, true]);
  });

  it.each<[string, Partial<SequenceAssessment>]>([
    ['without movement', { filters: still }],
    ['before movement could be judged', { filters: [] }],
    ['with a low score', { score: 0.49 }],
  ])('but not %s', (_what, assessment) => {
    expect(addThree(recognizing(assessment))).toEqual([false, false, false]);
  });

  it('with the flash only when the face reflects it', () => {
    const response = { score: 1, snr: 9, amplitude: 1, lagFrames: 0 };
    const enough = (verdict: 'reflected' | 'missing' | 'unclear') =>
      addThree(recognizing({ flash: { ...response, verdict } }, { isFlashRequired: true })).at(-1);
    expect([enough('reflected'), enough('missing'), enough('unclear')]).toEqual([true, false, false]);
    expect(addThree(recognizing({}, { isFlashRequired: true })).at(-1)).toBe(false);
  });

  it('never by a frame that was refused, which tells the sequence its colour alone', () => {
    const current = recognizing({});
    addThree(current);
    const outcome = current.recognition.add(seen(), '#445566');
    expect(outcome).toMatchObject({ accepted: false, isEnough: false });
    expect(current.observed.at(-1)).toEqual({ flashColour: '#445566' });
    expect(current.observed[0]).toMatchObject({ livenessScore: 0.9, flashColour: '#112233' });
  });

  it('not when another face comes between: it starts over, and the embeddings before are erased', () => {
    const { recognition, observed } = recognizing({});
    const first = [face(0), face(0, 0.1)];
    for (const embedding of first) recognition.add(seen(embedding));
    recognition.add(seen(face(4)));
    expect(recognition.embeddings).toHaveLength(1);
    expect(observed).toHaveLength(1);
    expect(first.flatMap((embedding) => [...embedding])).toEqual(new Array(16).fill(0));
  });

  it('keeps eight embeddings at most and erases all in the end', () => {
    const { recognition } = recognizing({ score: 0 });
    const all = Array.from({ length: 10 }, (_, i) => face(0, i / 100));
    for (const embedding of all) recognition.add(seen(embedding));
    expect(recognition.embeddings).toHaveLength(8);
    expect(all[1]!.every((value) => value === 0)).toBe(true);
    recognition.clear();
    expect(recognition.embeddings).toHaveLength(0);
    expect(all.every((embedding) => embedding.every((value) => value === 0))).toBe(true);
  });
});

describe('the filters of a frame', () => {
  it('are all twelve in their order, with thresholds also where they could not run', () => {
    const { recognition } = recognizing({ filters: still });
    const missing = { name: 'face_missing', triggered: true, value: 0.2, threshold: 0.6 } as const;
    const { filters } = recognition.add(seen(undefined, [missing]));
    expect(filters.map(({ name }) => name)).toEqual(SERVER_FILTER_NAMES);
    expect(filters).toContainEqual(missing);
    expect(filters.filter(({ triggered }) => triggered).map(({ name }) => name)).toEqual([
      'face_missing',
      'no_movement_from_subject',
    ]);
    expect(filters.every(({ threshold }) => threshold > 0)).toBe(true);
  });
});
