import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FilmFrame, toI420, writeFilm } from './y4m-film.ts';

const plain = (r: number, g: number, b: number): FilmFrame => ({
  width: 4,
  height: 2,
  rgb: Uint8Array.from(Array.from({ length: 8 }, () => [r, g, b]).flat()),
});

describe('a film', () => {
  it('has the colours of BT.601 in video range: luma, then both chroma planes', () => {
    expect([...toI420(plain(255, 255, 255))]).toEqual([...Array(8).fill(235), 128, 128, 128, 128]);
    expect([...toI420(plain(0, 0, 0))]).toEqual([...Array(8).fill(16), 128, 128, 128, 128]);
    expect([...toI420(plain(255, 0, 0))]).toEqual([...Array(8).fill(82), 90, 90, 240, 240]);
  });

  it('runs forth and back, so that nothing jumps where it begins anew', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'openrecognize-film-'));
    const path = join(folder, 'film.y4m');
    const shades = [0, 100, 200];
    await writeFilm(
      path,
      shades.map((shade) => plain(shade, shade, shade)),
      6,
    );
    const bytes = await readFile(path);
    const header = 'YUV4MPEG2 W4 H2 F6:1 Ip A1:1 C420jpeg\n';
    expect(bytes.subarray(0, header.length).toString()).toBe(header);
    const frameBytes = 'FRAME\n'.length + 12;
    expect(bytes.length).toBe(header.length + 4 * frameBytes);
    const lumas = [0, 1, 2, 3].map((i) => bytes[header.length + i * frameBytes + 'FRAME\n'.length]);
    expect(lumas).toEqual([16, 102, 188, 102]);
    await rm(folder, { recursive: true });
  });

  it('is refused where its frames have odd or different sides', async () => {
    await expect(writeFilm('x', [], 6)).rejects.toThrow(RangeError);
    await expect(writeFilm('x', [{ ...plain(0, 0, 0), width: 3 }], 6)).rejects.toThrow(RangeError);
  });
});
