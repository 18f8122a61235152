import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    typecheck: {
      enabled: true,
      include: ['test/types/*.test-d.{ts,tsx}'],
      tsconfig: 'test/types/tsconfig.json',
    },
    testTimeout: 300_000,
    // Loading every module again for each file would take a third of the time, so nothing may be left behind.
    isolate: false,
    restoreMocks: true,
    unstubGlobals: true,
    // Otherwise Vitest leaves a core idle, and some of these tests mostly wait.
    maxWorkers: '100%',
  },
});
