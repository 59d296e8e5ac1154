import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      '{packages,services,sdks,tools,apps}/*/{src,test}/**/*.test.ts',
      'e2e/test/**/*.test.ts',
      'deploy/*/{src,test}/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    globalSetup: ['./packages/testing/src/vitest-postgres.ts'],
    maxWorkers: 2,
  },
});
