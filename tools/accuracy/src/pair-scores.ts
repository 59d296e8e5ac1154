import { hammingDistance } from '@openrecognize/bytes';
import type { MeasuredImage } from './measure-images.ts';

/** A picture in a comparison. */
export interface Subject {
  /** Index of its person. */
  readonly person: number;
  readonly embedding: Float32Array;
  readonly code: Uint8Array;
}

/**
 * Distances of all pairs of pictures, binned: pair i compares a picture of person `first[i]` with one of `second[i]`.
 * Lower is more alike.
 */
export interface PairScores {
  readonly people: number;
  readonly bins: number;
  readonly bin: Uint16Array;
  readonly first: Uint16Array;
  readonly second: Uint16Array;
}

/** Bins of the cosine distance 0..2; fine enough that no figure below changes in the digits shown. */
const COSINE_BINS = 20_000;

/** Pictures with a face, people numbered in the order of the list. */
export const toSubjects = (images: readonly MeasuredImage[]): Subject[] => {
  const people = [...new Set(images.map(({ label }) => label))];
  return images.flatMap(({ label, measurement: { embedding }, code }) =>
    embedding && code ? [{ person: people.indexOf(label), embedding, code }] : [],
  );
};

const scorePairs = (
  subjects: readonly Subject[],
  bins: number,
  binOf: (a: Subject, b: Subject) => number,
): PairScores => {
  const count = (subjects.length * (subjects.length - 1)) / 2;
  const scores = {
    people: 1 + Math.max(...subjects.map(({ person }) => person)),
    bins,
    bin: new Uint16Array(count),
    first: new Uint16Array(count),
    second: new Uint16Array(count),
  };
  let pair = 0;
  for (let i = 0; i < subjects.length; i++) {
    for (let j = i + 1; j < subjects.length; j++, pair++) {
      scores.bin[pair] = binOf(subjects[i], subjects[j]);
      scores.first[pair] = subjects[i].person;
      scores.second[pair] = subjects[j].person;
    }
  }
  return scores;
};

const cosine = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** Cosine distance of the embeddings, in bins of 1e-4. */
export const cosineScores = (subjects: readonly Subject[]): PairScores =>
  scorePairs(subjects, COSINE_BINS + 1, (a, b) =>
    Math.max(
      0,
      Math.min(COSINE_BINS, Math.round(((1 - cosine(a.embedding, b.embedding)) / 2) * COSINE_BINS)),
    ),
  );

/** Hamming distance of the codes, one bin per bit. */
export const hammingScores = (subjects: readonly Subject[]): PairScores =>
  scorePairs(subjects, 8 * subjects[0].code.length + 1, (a, b) => hammingDistance(a.code, b.code));
