import { describe, expect, it } from 'vitest';
import { createKnownSessions } from './known-sessions.ts';

describe('sessions that were accepted a moment ago', () => {
  it('are known for a while after they were last accepted', () => {
    let nowMs = 0;
    const sessions = createKnownSessions(100, () => nowMs);
    expect(sessions.has('a')).toBe(false);
    sessions.note('a');
    nowMs = 90;
    sessions.note('a');
    nowMs = 190;
    expect(sessions.has('a')).toBe(true);
    nowMs = 191;
    expect(sessions.has('a')).toBe(false);
  });

  it('are unknown once forgotten', () => {
    const sessions = createKnownSessions(100, () => 0);
    sessions.note('a');
    sessions.forget('a');
    expect(sessions.has('a')).toBe(false);
  });

  it('do not pile up: the one unused for longest goes first', () => {
    const sessions = createKnownSessions(100, () => 0);
    for (let index = 0; index < 1_000; index++) sessions.note(`token ${index}`);
    sessions.note('token 0');
    sessions.note('one more');
    expect(sessions.has('token 0')).toBe(true);
    expect(sessions.has('token 1')).toBe(false);
  });
});
