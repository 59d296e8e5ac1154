import { describe, expect, it } from 'vitest';

const load = (path: string): Promise<Record<string, unknown>> =>
  import(new URL(`../public/${path}`, import.meta.url).href);

interface Format {
  formatMs(ms: number): string;
  formatClock(seconds: number): string;
  spokenTime(seconds: number): string;
  normalizeName(text: string): string;
  transactionText(fields: { amount: string; payee: string }): string;
  explainFilters(filters: readonly string[]): string;
}
interface Countdown {
  startCountdown(
    seconds: number,
    options: { onTick(seconds: number): void; onEnd(): void; now?: () => number },
  ): () => void;
}

interface Money {
  formatCents(cents: number): string;
  parseAmount(text: string): string | undefined;
  tenfold(amount: string): string;
}

const money = (await load('js/money.js')) as unknown as Money;
const format = (await load('how-it-works/js/format.js')) as unknown as Format;
const { startCountdown } = (await load('how-it-works/js/countdown.js')) as unknown as Countdown;

describe('the texts of the page', () => {
  it('gives a time the digits that say something', () => {
    expect([0.4, 9.994, 41.06, 341.6, 12_300].map(format.formatMs)).toEqual([
      '0.40 ms',
      '9.99 ms',
      '41.1 ms',
      '342 ms',
      '12.3 s',
    ]);
  });

  it('shows a suspension as a clock and says it as a sentence', () => {
    expect([600, 599.2, 61, 9, 0, -3].map(format.formatClock)).toEqual([
      '10:00',
      '10:00',
      '1:01',
      '0:09',
      '0:00',
      '0:00',
    ]);
    expect([600, 61, 1, 0].map(format.spokenTime)).toEqual([
      '10 minutes',
      '1 minute and 1 second',
      '1 second',
      '0 seconds',
    ]);
  });

  it('makes names the server takes, or none', () => {
    const pattern = /^[a-z0-9][a-z0-9-]{0,31}$/;
    expect(format.normalizeName('  Zoë K. ')).toBe('zoe-k');
    expect(format.normalizeName('../../etc')).toBe('etc');
    expect(format.normalizeName('李')).toBe('');
    for (const text of ['A', `${'a'.repeat(31)} b`, '--x--', 'Ünï Çødé', 'a.b/c\\d']) {
      expect(format.normalizeName(text)).toMatch(pattern);
    }
  });

  it('writes the transaction as JSON whatever is typed', () => {
    const fields = { amount: ' 1 "EUR" ', payee: 'A\\B' };
    expect(JSON.parse(format.transactionText(fields))).toEqual({ amount: '1 "EUR"', payee: 'A\\B' });
  });

  it('explains every filter of the pipeline, and an unknown one by its name', () => {
    expect(format.explainFilters(['face_missing'])).toBe('No face was found.');
    expect(format.explainFilters(['eyes_closed', 'new_filter'])).toBe('The eyes are closed and new filter.');
  });
});

describe('the amounts of the bank', () => {
  it('are read as people write them, and handed on as the bank takes them', () => {
    expect(['12.5', ' 12,50 ', '007', '0.01', '2500'].map(money.parseAmount)).toEqual([
      '12.50',
      '12.50',
      '7.00',
      '0.01',
      '2500.00',
    ]);
    for (const text of ['', '0', '0,00', '-1', '1e3', '1.234', '1 000', '12345678']) {
      expect(money.parseAmount(text)).toBeUndefined();
    }
  });

  it('are shown with their cents, and grow tenfold where the page is told to cheat', () => {
    expect(money.formatCents(248_750)).toBe('€2,487.50');
    expect(['12.50', '0.01', '1.15'].map(money.tenfold)).toEqual(['125.00', '0.10', '11.50']);
  });
});

describe('the countdown', () => {
  it('ticks at each second that is left, ends once, and is not misled by a clock that jumps', async () => {
    let nowMs = 0;
    const ticks: number[] = [];
    let ends = 0;
    const onEnd = () => {
      ends++;
    };
    startCountdown(0.05, { onTick: (seconds) => ticks.push(seconds), onEnd, now: () => nowMs });
    expect(ticks).toEqual([1]);
    nowMs = 90_000;
    await expect.poll(() => ends).toBe(1);
    expect(ticks).toEqual([1, 0]);
  });

  it('is silent once stopped', async () => {
    const ticks: number[] = [];
    const stop = startCountdown(0.05, {
      onTick: (seconds) => ticks.push(seconds),
      onEnd: () => ticks.push(-1),
    });
    stop();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(ticks).toEqual([1]);
  });
});
