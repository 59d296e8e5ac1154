/** A labelled point; `weight` is how much it counts. */
export interface Example {
  readonly features: readonly number[];
  readonly live: boolean;
  readonly weight: number;
}

export interface LogisticModel {
  readonly offset: number;
  readonly weights: readonly number[];
}

/** Keeps weights finite where the classes come apart. */
const RIDGE = 0.001;
const ROUNDS = 4000;
const STEP = 0.5;

export const logOdds = (model: LogisticModel, features: readonly number[]): number =>
  model.weights.reduce((sum, weight, i) => sum + weight * features[i], model.offset);

/**
 * Ridge logistic regression by gradient descent on standardized features; weights are those of the features as given.
 * A weight below zero would let more movement count against a person: it is held at zero.
 */
export const fitLogistic = (examples: readonly Example[]): LogisticModel => {
  const size = examples[0].features.length;
  const total = examples.reduce((sum, { weight }) => sum + weight, 0);
  const columns = Array.from({ length: size }, (_, j) => {
    const mean = examples.reduce((sum, e) => sum + e.weight * e.features[j], 0) / total;
    const square = examples.reduce((sum, e) => sum + e.weight * (e.features[j] - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(square / total) || 1 };
  });
  const points = examples.map(({ features, live, weight }) => ({
    z: features.map((value, j) => (value - columns[j].mean) / columns[j].deviation),
    live: live ? 1 : 0,
    weight: weight / total,
  }));
  let offset = 0;
  const weights = new Array<number>(size).fill(0);
  for (let round = 0; round < ROUNDS; round++) {
    let slope = 0;
    const slopes = weights.map((weight) => RIDGE * weight);
    for (const { z, live, weight } of points) {
      const odds = z.reduce((sum, value, j) => sum + value * weights[j], offset);
      const error = weight * (1 / (1 + Math.exp(-odds)) - live);
      slope += error;
      for (let j = 0; j < size; j++) slopes[j] += error * z[j];
    }
    offset -= STEP * slope;
    for (let j = 0; j < size; j++) weights[j] = Math.max(0, weights[j] - STEP * slopes[j]);
  }
  return {
    weights: weights.map((weight, j) => weight / columns[j].deviation),
    offset: columns.reduce((sum, { mean, deviation }, j) => sum - (weights[j] * mean) / deviation, offset),
  };
};
