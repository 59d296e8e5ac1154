/**
 * Whether the time of a comparison tells how much of a guess is right, after Reparaz, Balasch, Verbauwhede: "Dude, is my
 * code constant time?" (2017): two classes of guesses in random order, Welch's t-test on their times. A comparison that
 * stops at the first difference goes along as a control and has to be found out, or the measurement is worth nothing.
 *
 * `npm run bench -w services/auth-vault` after a build. Ends with 1 when the control passes or a subject leaks.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { constantTimeEqual } from '@openrecognize/bytes';
import { serviceKeyGuard } from '@openrecognize/service-kit';

/** Beyond this a difference is no accident (the paper's bound for "definitely not constant time"). */
const LEAK_BOUND = 10;
const ROUNDS = 30_000;
/** A leak shows in each repetition, to the same side; what the memory does to one of them does not. */
const REPETITIONS = 3;
const WARM_UP = 5_000;
/** The slowest times are the machine's other work. */
const KEPT_SHARE = 0.9;
const SECRET_BYTES = 1024;

interface Subject {
  readonly name: string;
  readonly isControl?: boolean;
  /** Makes the next guess: right up to its last byte, or wrong from its first byte on. Not timed. */
  guess(nearlyRight: boolean): void;
  compare(): unknown;
}

const stopsAtFirstDifference = (left: Uint8Array, right: Uint8Array): boolean => {
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
};

const overBytes = (
  name: string,
  equal: (a: Uint8Array, b: Uint8Array) => boolean,
  isControl = false,
): Subject => {
  const secret = new Uint8Array(randomBytes(SECRET_BYTES));
  // One place in memory, and the same writes for both classes: the memory differs in time by itself.
  const offered = secret.slice();
  const last = SECRET_BYTES - 1;
  return {
    name,
    isControl,
    guess: (isNear) => {
      offered[0] = secret[0]! ^ Number(!isNear);
      offered[last] = secret[last]! ^ Number(isNear);
    },
    compare: () => equal(secret, offered),
  };
};

const overServiceKeys = (): Subject => {
  const key = 'k'.repeat(SECRET_BYTES);
  const guard = serviceKeyGuard(key);
  const requestWith = (guess: string) =>
    ({ headers: { authorization: `Bearer ${guess}` } }) as unknown as Parameters<typeof guard>[0];
  const nearlyRight = requestWith(`${key.slice(1)}x`);
  const wrong = requestWith(`x${key.slice(1)}`);
  let request = wrong;
  return {
    name: 'key of a service',
    guess: (isNear) => {
      request = isNear ? nearlyRight : wrong;
    },
    // What the guard rejects with is made after the comparison, alike for both.
    compare: () => guard(request).catch(() => {}),
  };
};

interface Sample {
  readonly mean: number;
  readonly variance: number;
  readonly size: number;
}

const sampleOf = (times: readonly number[]): Sample => {
  const kept = [...times].sort((a, b) => a - b).slice(0, Math.floor(times.length * KEPT_SHARE));
  const mean = kept.reduce((sum, time) => sum + time, 0) / kept.length;
  const variance = kept.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (kept.length - 1);
  return { mean, variance, size: kept.length };
};

const welch = (a: Sample, b: Sample): number =>
  (a.mean - b.mean) / Math.sqrt(a.variance / a.size + b.variance / b.size);

const timeOnce = async ({ guess, compare }: Subject) => {
  const times = { near: [] as number[], wrong: [] as number[] };
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const isNear = randomInt(2) === 1;
    guess(isNear);
    const start = process.hrtime.bigint();
    await compare();
    const elapsedNs = Number(process.hrtime.bigint() - start);
    if (round >= WARM_UP) (isNear ? times.near : times.wrong).push(elapsedNs);
  }
  const [near, wrong] = [sampleOf(times.near), sampleOf(times.wrong)];
  return { near, wrong, t: welch(near, wrong) };
};

const measure = async (subject: Subject): Promise<boolean> => {
  const results = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) results.push(await timeOnce(subject));
  const leaks = results.every(({ t }) => t > LEAK_BOUND) || results.every(({ t }) => t < -LEAK_BOUND);
  const { name, isControl = false } = subject;
  const verdict = isControl
    ? leaks
      ? 'leaks, as it must'
      : 'NOT FOUND OUT'
    : leaks
      ? 'LEAKS'
      : 'no leak found';
  const { near, wrong } = results[0]!;
  const means = `${near.mean.toFixed(0)} and ${wrong.mean.toFixed(0)} ns`;
  const ts = results.map(({ t }) => t.toFixed(1)).join(', ');
  console.log(`${name.padEnd(32)} ${means.padEnd(20)} t = ${ts.padEnd(26)} ${verdict}`);
  return leaks === isControl;
};

const subjects = [
  overBytes('stops at the first difference', stopsAtFirstDifference, true),
  overBytes('token, MAC and hash', constantTimeEqual),
  overServiceKeys(),
];
let passed = true;
for (const subject of subjects) passed = (await measure(subject)) && passed;
process.exit(passed ? 0 : 1);
