/**
 * Milliseconds of an enrollment by photo, circuits included, as a caller of a running agent sees them.
 *
 * `npm start` in one terminal, `npm run bench -w services/enrollment-agent [-- URL]` in another. Offline enrollments store
 * nothing; each online one leaves a user behind, as enrollments do.
 */
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const WARM_UP = 5;
const RUNS = 40;
const url = process.argv[2] ?? 'http://127.0.0.1:8081';

const demoDir = join(
  dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);
const portrait = sharp(join(demoDir, 'sample3.jpg')).extract({
  left: 381,
  top: 169,
  width: 638,
  height: 638,
});
const photos = {
  '640x640': await portrait.clone().resize(640).jpeg({ quality: 90 }).toBuffer(),
  '2400x2400': await portrait.clone().resize(2400).jpeg({ quality: 90 }).toBuffer(),
};

const enroll = async (mode: 'offline' | 'online', photo: Buffer): Promise<number> => {
  const startedMs = performance.now();
  const answer = await fetch(`${url}/v1/${mode}-enrollment`, {
    method: 'POST',
    headers: { 'content-type': 'image/jpeg', scenario: 'SELFIE' },
    body: new Uint8Array(photo),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${mode} enrollment answered ${answer.status}: ${text}`);
  return performance.now() - startedMs;
};

const rank = (sortedMs: readonly number[], share: number): string =>
  sortedMs[Math.min(sortedMs.length - 1, Math.floor(share * sortedMs.length))]!.toFixed(1).padStart(10);

console.log(
  `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node ${process.version}; ${RUNS} runs one after the other, ms`,
);
console.log(['enrollment', 'photo', 'median', 'P95', 'max'].map((title) => title.padStart(10)).join(' '));
for (const mode of ['offline', 'online'] as const) {
  for (const [title, photo] of Object.entries(photos)) {
    const timesMs: number[] = [];
    for (let run = 0; run < WARM_UP + RUNS; run++) {
      const ms = await enroll(mode, photo);
      if (run >= WARM_UP) timesMs.push(ms);
    }
    timesMs.sort((a, b) => a - b);
    console.log(
      [mode.padStart(10), title.padStart(10), rank(timesMs, 0.5), rank(timesMs, 0.95), rank(timesMs, 1)].join(
        ' ',
      ),
    );
  }
}
