import { describe, expect, it } from 'vitest';
import { FLASH_COLOURS, nextFlashColour } from './flash-colours.ts';

const linear = (colour: string): number[] =>
  [1, 3, 5].map((at) => {
    const v = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });

// Covers BC-23.
describe('the colours of the flash', () => {
  it('are no flash to the eye: all of one luminance, none a saturated red', () => {
    const luminances = FLASH_COLOURS.map((colour) => {
      const [red, green, blue] = linear(colour);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    });
    // WCAG 2.2 counts changes of relative luminance from 0.1 on.
    expect(Math.max(...luminances) - Math.min(...luminances)).toBeLessThan(0.02);
    for (const colour of FLASH_COLOURS) {
      const [red, green, blue] = linear(colour);
      expect(red / (red + green + blue), colour).toBeLessThan(0.8);
    }
  });

  it('never follow themselves and otherwise come equally often', () => {
    for (const previous of FLASH_COLOURS) {
      const drawn = Array.from({ length: 600 }, (_, i) => nextFlashColour(i / 600, previous));
      for (const colour of FLASH_COLOURS)
        expect(drawn.filter((each) => each === colour).length).toBe(colour === previous ? 0 : 100);
    }
  });

  it('begin with any colour', () => {
    const drawn = new Set(FLASH_COLOURS.map((_, i) => nextFlashColour(i / FLASH_COLOURS.length)));
    expect([...drawn].sort()).toEqual([...FLASH_COLOURS].sort());
  });
});
