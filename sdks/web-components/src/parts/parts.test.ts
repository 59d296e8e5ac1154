import { describe, expect, it } from 'vitest';
import { streamProgress } from './oval.ts';
import { qrCodePath } from './qr-code.ts';

/** Dark modules of a code, as a set of `column,row`, from its path. */
function darkModules(path: string): Set<string> {
  const dark = new Set<string>();
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let offset = 0; offset < Number(width); offset += 1) dark.add(`${Number(x) + offset},${y}`);
  }
  return dark;
}

describe('qrCodePath', () => {
  it('draws the finder patterns inside of a quiet zone of four modules', () => {
    const { path, side } = qrCodePath('https://shop.example/#kl-transfer=abc');
    const dark = darkModules(path);
    const corners = [
      [4, 4],
      [side - 11, 4],
      [4, side - 11],
    ] as const;
    for (const [left, top] of corners) {
      for (let step = 0; step < 7; step += 1) {
        expect(dark.has(`${left + step},${top}`)).toBe(true);
        expect(dark.has(`${left},${top + step}`)).toBe(true);
      }
      expect(dark.has(`${left + 1},${top + 1}`)).toBe(false);
      expect(dark.has(`${left + 3},${top + 3}`)).toBe(true);
    }
    const coordinates = [...dark].flatMap((module) => module.split(',').map(Number));
    expect(Math.min(...coordinates)).toBe(4);
    expect(Math.max(...coordinates)).toBe(side - 5);
  });

  it('grows with its text and differs with it', () => {
    expect(qrCodePath('a'.repeat(300)).side).toBeGreaterThan(qrCodePath('a').side);
    expect(qrCodePath('a').path).not.toBe(qrCodePath('b').path);
  });
});

describe('streamProgress', () => {
  it('starts at nothing, grows with each frame and never reaches the end', () => {
    expect(streamProgress(0)).toBe(0);
    for (let frames = 0; frames < 20; frames += 1) {
      expect(streamProgress(frames + 1)).toBeGreaterThan(streamProgress(frames));
      expect(streamProgress(frames)).toBeLessThan(1);
    }
  });
});
