import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcer, joinSentences, TIP_INTERVAL_MS } from './announcer.ts';

describe('Announcer', () => {
  let said: string[];
  let announcer: Announcer;
  beforeEach(() => {
    vi.useFakeTimers();
    said = [];
    announcer = new Announcer((text) => said.push(text), Date.now);
  });
  afterEach(() => vi.useRealTimers());

  it('says results at once, and of many tips only the latest when its time has come', () => {
    announcer.announce('Look at the camera');
    for (let frame = 0; frame < 20; frame += 1) announcer.announceTip(`tip ${frame}`);
    expect(said).toEqual(['Look at the camera']);
    vi.advanceTimersByTime(TIP_INTERVAL_MS);
    expect(said).toEqual(['Look at the camera', 'tip 19']);
  });

  it('never says the same tip twice in a row', () => {
    announcer.announceTip('closer');
    vi.advanceTimersByTime(TIP_INTERVAL_MS);
    announcer.announceTip('closer');
    vi.advanceTimersByTime(TIP_INTERVAL_MS);
    announcer.announceTip('back');
    expect(said).toEqual(['closer', 'back']);
  });

  it('lets a result replace a tip that waits, and says nothing once stopped', () => {
    announcer.announceTip('closer');
    announcer.announceTip('back');
    announcer.announce('Done');
    vi.advanceTimersByTime(10 * TIP_INTERVAL_MS);
    expect(said).toEqual(['closer', 'Done']);
    announcer.announce('again');
    announcer.announceTip('late');
    announcer.stop();
    vi.advanceTimersByTime(10 * TIP_INTERVAL_MS);
    expect(said).toEqual(['closer', 'Done', 'again']);
  });
});

describe('joinSentences', () => {
  it('puts a stop only where there is none, and nothing before a lone sentence', () => {
    expect(joinSentences('Done', 'Go on.')).toBe('Done. Go on.');
    expect(joinSentences('May we?', 'Yes.')).toBe('May we? Yes.');
    expect(joinSentences('هل تسمح؟', 'نعم')).toBe('هل تسمح؟ نعم');
    expect(joinSentences('Done', '')).toBe('Done');
  });
});
