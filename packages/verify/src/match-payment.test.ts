import { describe, expect, it } from 'vitest';
import { matchPayment } from './match-payment.ts';

const payment = { amount: '12.50', payee: 'Shop', currency: 'EUR' } as const;
const accepts = matchPayment(payment);

describe('the comparison of a payment', () => {
  it.each([
    '{"amount":"12.50","payee":"Shop","currency":"EUR"}',
    '{ "currency" : "EUR", "payee" : "Shop", "amount" : 12.5 }',
    '{"amount":"012.500","payee":"\\u0053hop","currency":"EUR"}',
  ])('accepts the same payment in another form: %s', (text) => {
    expect(accepts(text)).toBe(true);
  });

  it.each([
    ['another amount', '{"amount":"12.51","payee":"Shop","currency":"EUR"}'],
    ['a negative amount', '{"amount":"-12.50","payee":"Shop","currency":"EUR"}'],
    ['an amount with exponent', '{"amount":"1250e-2","payee":"Shop","currency":"EUR"}'],
    ['an amount with a space', '{"amount":" 12.50","payee":"Shop","currency":"EUR"}'],
    ['an amount in a list', '{"amount":["12.50"],"payee":"Shop","currency":"EUR"}'],
    ['no amount', '{"payee":"Shop","currency":"EUR"}'],
    ['another payee', '{"amount":"12.50","payee":"shop","currency":"EUR"}'],
    ['another currency', '{"amount":"12.50","payee":"Shop","currency":"USD"}'],
    ['no currency', '{"amount":"12.50","payee":"Shop"}'],
    ['a further field', '{"amount":"12.50","payee":"Shop","currency":"EUR","fee":"3"}'],
    ['a name that occurs twice', '{"amount":"99","amount":"12.50","payee":"Shop","currency":"EUR"}'],
    ['a name twice by escape', '{"amount":"12.50","payee":"Evil","p\\u0061yee":"Shop","currency":"EUR"}'],
    ['a nested object', '{"amount":"12.50","payee":"Shop","currency":"EUR","x":{}}'],
    ['a list', '["12.50","Shop"]'],
    ['text after the object', '{"amount":"12.50","payee":"Shop","currency":"EUR"}x'],
    ['null', 'null'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(accepts(text)).toBe(false);
  });

  it('takes strings with colons and quotes for values, not names', () => {
    const compare = matchPayment({ amount: 1, payee: '"amount":"2"' });
    expect(compare(JSON.stringify({ amount: 1, payee: '"amount":"2"' }))).toBe(true);
  });

  it('takes other names and further fields where told to', () => {
    const compare = matchPayment({
      amount: 10,
      payee: 'Shop',
      fields: { amount: 'total', payee: 'to' },
      allowOtherFields: true,
    });
    expect(compare('{"total":10,"to":"Shop","memo":"thanks"}')).toBe(true);
    expect(compare('{"amount":10,"payee":"Shop","memo":"thanks"}')).toBe(false);
  });

  it('trusts no number with more digits than it can hold', () => {
    const compare = matchPayment({ amount: '9007199254740992', payee: 'Shop' });
    expect(compare('{"amount":9007199254740993,"payee":"Shop"}')).toBe(false);
    expect(compare('{"amount":"9007199254740992","payee":"Shop"}')).toBe(true);
  });

  it('can expect no amount that is no plain number', () => {
    for (const amount of ['', '1e3', 'NaN', Number.NaN, 1e21]) {
      expect(() => matchPayment({ amount, payee: 'Shop' })).toThrow(TypeError);
    }
  });
});
