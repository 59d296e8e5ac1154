import { describe, expect, it } from 'vitest';
import { humanLogLine } from './human-log-line.ts';

describe('humanLogLine', () => {
  it('puts time, level, service, message and fields on one line', () => {
    const line = humanLogLine(
      JSON.stringify({ level: 'info', time: 'T', service: 's', requestId: 'r', status: 200, msg: 'request' }),
    );
    expect(line).toBe('T INFO  s request requestId=r status=200');
  });

  it('describes an error with its place and its cause', () => {
    const err = {
      name: 'Error',
      message: 'm',
      stack: ['at f'],
      cause: { name: 'TypeError', code: 'E1', message: 'c' },
    };
    expect(humanLogLine(JSON.stringify({ level: 'error', msg: 'failed', err }))).toBe(
      'ERROR failed Error: m (at f); because TypeError E1: c',
    );
  });

  it('leaves a line that is no JSON as it is', () => {
    expect(humanLogLine('plain text')).toBe('plain text');
  });
});
