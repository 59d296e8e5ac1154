import { expect, it } from 'vitest';
import { createRecentMatches } from './recent-matches.ts';

const parameters = { codeBits: 2048, threshold: 744 };
const device = (deviceId: string, tenantId = 1) => ({ tenantId, userId: 'U', deviceId });

it('remembers the last parameters of a device of a tenant, for a minute', () => {
  let nowMs = 0;
  const matches = createRecentMatches(() => nowMs);
  matches.remember(device('A'), { codeBits: 128, threshold: 40 });
  matches.remember(device('A'), parameters);
  expect(matches.parametersOf(device('A'))).toEqual(parameters);
  expect(matches.parametersOf(device('A', 2))).toBeUndefined();
  expect(matches.parametersOf(device('B'))).toBeUndefined();
  nowMs = 60_000;
  expect(matches.parametersOf(device('A'))).toBeUndefined();
});

it('drops the oldest of too many', () => {
  const matches = createRecentMatches(() => 0);
  for (let i = 0; i <= 10_000; i++) matches.remember(device(`${i}`), parameters);
  expect(matches.parametersOf(device('0'))).toBeUndefined();
  expect(matches.parametersOf(device('1'))).toEqual(parameters);
  expect(matches.parametersOf(device('10000'))).toEqual(parameters);
});
