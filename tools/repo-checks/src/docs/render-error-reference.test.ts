import {
  AGENT_ERRORS,
  CORE_ERRORS,
  LOG_ERRORS,
  NATIVE_ERRORS,
  SHARED_ERRORS,
  WEB_ERRORS,
} from '@openrecognize/contracts';
import { describe, expect, it } from 'vitest';
import { renderErrorReference } from './render-error-reference.ts';

describe('renderErrorReference', () => {
  const page = renderErrorReference();

  it('has a row for every code of every surface', () => {
    for (const codes of [CORE_ERRORS, WEB_ERRORS, AGENT_ERRORS, LOG_ERRORS, NATIVE_ERRORS]) {
      for (const code of Object.keys(codes)) expect(page).toContain(`\n| \`${code}\` |`);
    }
    for (const { number } of Object.values(SHARED_ERRORS)) expect(page).toContain(`\n| \`${number}\` |`);
  });

  it('keeps iOS and Android apart where they differ', () => {
    expect(page).toMatch(/\n\| `20002` \| iOS \| `storageFailed` \|/);
    expect(page).toMatch(/\n\| `20002` \| Android \| `sdkNotConfigured` \|/);
  });

  it('gives every row of a table as many cells as its header', () => {
    for (const block of page.split('\n\n').filter((text) => text.startsWith('|'))) {
      const widths = block
        .trim()
        .split('\n')
        .map((row) => row.split(/(?<!\\)\|/).length);
      expect(new Set(widths).size, block.slice(0, 60)).toBe(1);
    }
  });
});
