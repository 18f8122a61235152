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
    // Tests leave no globals behind, and loading every module again for each file takes a third of the time.
    isolate: false,
    // Otherwise Vitest leaves a core idle, and some of these tests mostly wait.
    maxWorkers: '100%',
  },
});
