import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const root = new URL('../../../', import.meta.url);

/** Where a secret, or what is derived from one, is compared; how long that takes is measured by `bench/timing-leaks.ts`. */
const places = [
  ['services/auth-vault/src/commands/resolve-match.ts', 'constantTimeEqual(candidate, '],
  ['packages/zkb/src/server/refill-ticket.ts', '!constantTimeEqual(bytes.subarray(0, 32), macOf('],
  ['packages/service-kit/src/http/service-key-guard.ts', '!timingSafeEqual(sha256(offered), expected)'],
  ['services/node-persistence/src/commands/administration/password-hash.ts', 'timingSafeEqual(offered, '],
] as const;

/** An operator that stops at the first difference, beside a name that says the value is secret. */
const QUICK =
  /\b(?:token\w*|mac|candidate|offered\w*|serviceKey)\b(?:\([^)]*\))?\s*[!=]==\s*(?!undefined|null|''|'string')/i;

it.each(places)('secrets are compared in constant time in %s', async (path, comparison) => {
  const source = await readFile(new URL(path, root), 'utf8');
  expect(source).toContain(comparison);
  expect(source).not.toMatch(QUICK);
});

it('API keys are looked up by their hash, so that no key is ever compared', async () => {
  const source = await readFile(new URL('packages/service-kit/src/api-key-guard.ts', root), 'utf8');
  expect(source).toContain("hash('sha256', key, 'base64')");
  expect(source).not.toMatch(/\bkey\s*[!=]==\s*[A-Za-z]/);
});
