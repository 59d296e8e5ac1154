/**
 * Colours of the challenge, `#rrggbb`. Their relative luminances differ by less than 0.02 and none is saturated red, so
 * that no order of them is a flash in the sense of WCAG 2.2 §2.3.1; within that, their chroma is far apart.
 */
export const FLASH_COLOURS = [
  '#ff9bcb',
  '#ffaa00',
  '#b3c500',
  '#00d759',
  '#00cdf3',
  '#b3b3ff',
  '#ff95ff',
] as const;

/**
 * The colour that follows `previous`: each of the others with the same probability. `random` is a fresh number, uniform
 * in [0, 1), that no client can foresee; draw it when the colour is told, not before (spec 02 BC-23).
 */
export const nextFlashColour = (random: number, previous?: string): string => {
  const others = FLASH_COLOURS.filter((colour) => colour !== previous);
  return others[Math.min(others.length - 1, Math.floor(random * others.length))];
};
