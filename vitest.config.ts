import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    testTimeout: 90_000,
    // Vitest leaves a core idle otherwise, and some of these tests mostly wait.
    maxWorkers: '100%',
  },
});
