import { describe, expect, it } from 'vitest';
import { readPadOptions } from './pad-options.ts';
import { UsageError } from './recordings.ts';

describe('the command line', () => {
  it('has defaults for all but the faces, and paths from where it was called', () => {
    expect(readPadOptions(['--faces', 'faces'], '/data')).toEqual({
      facesDir: '/data/faces',
      outDir: '/data/.cache/pad',
      people: 40,
      repeats: 3,
      seed: '1',
      profile: false,
    });
  });

  it.each([
    [[]],
    [['--faces', 'f', '--people', '-1']],
    [['--faces', 'f', '--repeats', '0']],
    [['--faces', 'f', '--level', '2']],
  ])('refuses %j', (args) => {
    expect(() => readPadOptions(args, '/')).toThrow(UsageError);
  });
});
