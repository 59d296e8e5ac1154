import { expect, it } from 'vitest';
import { parseTransactionData } from './dynamic-linking.ts';

it('reads lines in their order, whatever their labels (spec 08 DS-8)', () => {
  expect(parseTransactionData('[{"Amount":"12.00 EUR"},{"To":"Zoë"},{"Amount":"again"}]')).toEqual([
    { label: 'Amount', value: '12.00 EUR' },
    { label: 'To', value: 'Zoë' },
    { label: 'Amount', value: 'again' },
  ]);
});

it.each([
  ['no JSON', 'Amount: 12'],
  ['an object', '{"Amount":"12"}'],
  ['an empty array', '[]'],
  ['an object with two pairs', '[{"Amount":"12","To":"Zoe"}]'],
  ['an empty object', '[{}]'],
  ['a number as its value', '[{"Amount":12}]'],
  ['an array in it', '[["Amount","12"]]'],
  ['null in it', '[null]'],
  ['an empty label', '[{"":"12"}]'],
  ['an empty value', '[{"Amount":""}]'],
  ['a long value', JSON.stringify([{ Amount: 'x'.repeat(257) }])],
  ['17 lines', JSON.stringify(Array.from({ length: 17 }, (_, i) => ({ [`Line ${i}`]: 'x' })))],
  ['no text', 12],
])('refuses %s with 20150', (_, data) => {
  expect(() => parseTransactionData(data)).toThrow(
    expect.objectContaining({ numbers: { ios: 20150, android: 20150 } }),
  );
});
