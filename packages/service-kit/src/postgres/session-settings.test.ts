import { expect, it } from 'vitest';
import { withSessionSettings } from './session-settings.ts';

const optionsOf = (url: string) => new URL(url).searchParams.get('options');
const settings = { search_path: 'sample', plan_cache_mode: 'force_generic_plan' };

it('adds settings to an address and leaves the rest of it alone', () => {
  const url = withSessionSettings('postgres://u:p%20w@host:5432/db?sslmode=require', settings);
  expect(optionsOf(url)).toBe('-c search_path=sample -c plan_cache_mode=force_generic_plan');
  expect(url).toContain('postgres://u:p%20w@host:5432/db?sslmode=require&');
});

it('puts what the address sets last, where it wins', () => {
  const url = withSessionSettings('postgres://host/db?options=-c%20plan_cache_mode%3Dauto', settings);
  expect(optionsOf(url)).toMatch(/force_generic_plan -c plan_cache_mode=auto$/);
});
