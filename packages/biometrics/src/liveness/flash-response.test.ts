import { describe, expect, it } from 'vitest';
import { headFrame } from '../../test/reference/synthetic-head.ts';
import type { RegionMean } from './face-frame.ts';
import { FLASH_COLOURS } from './flash-colours.ts';
import { type FlashFrame, flashResponse, MIN_FLASH_FRAMES } from './flash-response.ts';

const toLinear = (value: number): number => {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
};
const toSrgb = (v: number): number => 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

const channels = (colour: string): number[] =>
  [1, 3, 5].map((at) => toLinear(Number.parseInt(colour.slice(at, at + 2), 16)));

/** A region under the light of a screen and with the gains of a camera. */
const lit = (region: RegionMean, light: readonly number[], strength: number, gains: readonly number[]) => {
  const shine = (value: number, c: number): number =>
    toSrgb(Math.min(1, toLinear(value) * (1 + strength * light[c]) * gains[c]));
  return { red: shine(region.red, 0), green: shine(region.green, 1), blue: shine(region.blue, 2) };
};

const SKIN: RegionMean = { red: 150, green: 110, blue: 95 };
const WALL: RegionMean = { red: 110, green: 115, blue: 105 };
const DARK = [0, 0, 0];
const EVEN = [1, 1, 1];

/** Two orders of the colours that have nothing to do with each other. */
const SHOWN = [0, 3, 6, 1, 4, 2, 5, 3, 0, 4, 1, 6].map((i) => FLASH_COLOURS[i]);
const OTHER = [2, 5, 1, 4, 0, 6, 3, 1, 5, 2, 6, 0].map((i) => FLASH_COLOURS[i]);

interface Session {
  readonly reflected?: readonly string[];
  readonly lag?: number;
  readonly strength?: number;
  readonly wallStrength?: number;
  readonly gains?: (t: number) => readonly number[];
  readonly skin?: RegionMean;
  readonly noise?: number;
}

/** Without long periods; the same each time. */
const noiseAt = (t: number): number => Math.sin(12.9898 * t * t + 78.233 * t);

const session = (options: Session): FlashFrame[] => {
  const { reflected = SHOWN, lag = 0, strength = 0.2, wallStrength = 0.02, noise = 0.004 } = options;
  return SHOWN.map((flashColour, t) => {
    const light = t < lag ? DARK : channels(reflected[t - lag]);
    const gains = options.gains?.(t) ?? EVEN;
    const skinGains = gains.map((gain, c) => gain * (1 + noise * noiseAt(3 * t + c + 1)));
    const skin = lit(options.skin ?? SKIN, light, strength, skinGains);
    return { flashColour, frame: headFrame({}, { skin, wall: lit(WALL, light, wallStrength, gains) }) };
  });
};

// Covers BC-24.
describe('the answer to the flash', () => {
  it.each([0, 1, 2])('is found in skin that follows the screen by %i frames', (lag) => {
    const response = flashResponse(session({ lag }));
    expect(response).toMatchObject({ verdict: 'reflected', lagFrames: lag });
    expect(response.score).toBeGreaterThan(0.9);
    // Slope of a logarithm: a little less than the light that was added, less the wall's share.
    expect(response.amplitude).toBeGreaterThan(0.1);
    expect(response.amplitude).toBeLessThan(0.2);
  });

  it('is missing where the skin follows another session, nothing, or too late', () => {
    expect(flashResponse(session({ strength: 0, wallStrength: 0 })).verdict).toBe('missing');
    expect(flashResponse(session({ reflected: OTHER })).verdict).not.toBe('reflected');
    expect(flashResponse(session({ lag: 3 })).verdict).not.toBe('reflected');
  });

  it('is missing where the background answers as the face does', () => {
    expect(flashResponse(session({ wallStrength: 0.2 })).verdict).toBe('missing');
  });

  it('is not feigned by a camera whose white balance follows the screen', () => {
    const tinted = session({
      strength: 0,
      wallStrength: 0,
      gains: (t) => channels(SHOWN[t]).map((v) => 1 + 0.2 * v),
    });
    expect(flashResponse(tinted).verdict).toBe('missing');
  });

  it('is found under drifting exposure and white balance', () => {
    const drifting = session({ gains: (t) => [1 + 0.03 * t, 1 + 0.02 * t, 1 - 0.01 * t] });
    expect(flashResponse(drifting).verdict).toBe('reflected');
  });

  it('is found though something moves behind the person', () => {
    const frames = session({}).map(({ frame, flashColour }, t) => ({
      flashColour,
      frame: {
        ...frame!,
        colourGrid: frame!.colourGrid.map((value, i) => (i < 3 * 12 ? 40 + ((i * 7 + t * 53) % 160) : value)),
      },
    }));
    expect(flashResponse(frames).verdict).toBe('reflected');
  });

  it('is found across frames that were refused, whose colours still count', () => {
    const frames = session({ lag: 1 }).map((each, t) => (t === 4 ? { flashColour: each.flashColour } : each));
    expect(flashResponse(frames)).toMatchObject({ verdict: 'reflected', lagFrames: 1 });
  });

  it('is unclear in noise, in the dark, in glare, without a background and in few frames', () => {
    const unclear = (frames: readonly FlashFrame[]) =>
      expect(flashResponse(frames)).toMatchObject({ verdict: 'unclear' });
    unclear(session({ noise: 0.5 }));
    unclear(session({ skin: { red: 5, green: 4, blue: 3 } }));
    unclear(session({ skin: { red: 254, green: 253, blue: 252 } }));
    unclear(
      session({}).map((each) => ({
        ...each,
        frame: { ...each.frame!, faceBox: { x: 0, y: 0, width: 640, height: 480 } },
      })),
    );
    unclear(session({}).slice(0, MIN_FLASH_FRAMES - 3));
  });

  it('is not asked for by one colour shown all the time', () => {
    const frames = session({}).map(({ frame }) => ({ frame: frame!, flashColour: FLASH_COLOURS[0] }));
    expect(flashResponse(frames)).toMatchObject({ verdict: 'unclear', score: 0 });
  });
});
