import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAccuracyOptions } from './accuracy-options.ts';
import { listFaceSets, UsageError } from './faces-folder.ts';

describe('readAccuracyOptions', () => {
  it('resolves paths against the folder it was called from', () => {
    const options = readAccuracyOptions(['--faces', '../faces', '--people', '12'], '/home/someone');
    expect(options).toEqual({
      facesDir: '/home/faces',
      outDir: '/home/someone/.cache/accuracy',
      manifest: 'default',
      people: 12,
      seed: '1',
      maxEqualError: 1,
    });
  });

  it.each([
    [[]],
    [['--faces']],
    [['--faces', 'x', '--manifest', 'other']],
    [['--faces', 'x', '--people', '1']],
    [['--faces', 'x', '--people', 'many']],
    [['--unknown']],
    [['--faces', 'x', '--max-eer', 'low']],
  ])('refuses %j with the usage', (args) => {
    expect(() => readAccuracyOptions(args, '/')).toThrow(UsageError);
  });
});

describe('listFaceSets', () => {
  it('labels people, defects and liveness classes by their folders', () => {
    const folder = mkdtempSync(join(tmpdir(), 'faces-'));
    const files = ['lfw/Ann/1.jpg', 'lfw/Ann/2.jpg', 'lfw/Bob/1.png', 'lfw/Bob/2.png', 'lfw/Bob/notes.txt'];
    for (const file of [...files, 'quality/blurred/1.jpg', 'nuaa/real/01/1.jpg', 'nuaa/print/1.jpg']) {
      mkdirSync(join(folder, file, '..'), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
    const sets = listFaceSets(folder, 10);
    expect(sets.people.map(({ label }) => label)).toEqual(['Ann', 'Ann', 'Bob', 'Bob']);
    expect(sets.quality.map(({ label }) => label)).toEqual(['blurred']);
    expect(sets.liveness.map(({ label }) => label)).toEqual(['real', 'print']);
    rmSync(folder, { recursive: true });
  });

  it('says in one line what a wrong folder lacks', () => {
    expect(() => listFaceSets('/nowhere', 10)).toThrow(/lfw/);
    expect(() => listFaceSets('/nowhere', 10)).toThrow(UsageError);
  });
});
