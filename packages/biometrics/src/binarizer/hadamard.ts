/**
 * Walsh-Hadamard transform in natural order, in place, unscaled: butterflies of spans 1, 2, 4, ... (spec 02 BC-8).
 * Additions and subtractions only, in a fixed order, so IEEE 754 gives the same bits everywhere.
 */
export const hadamardTransform = (values: Float64Array): void => {
  for (let span = 1; span < values.length; span *= 2) {
    for (let base = 0; base < values.length; base += 2 * span) {
      for (let i = base; i < base + span; i++) {
        const low = values[i];
        const high = values[i + span];
        values[i] = low + high;
        values[i + span] = low - high;
      }
    }
  }
};
