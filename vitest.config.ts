import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 300_000,
    restoreMocks: true,
    unstubGlobals: true,
    // Otherwise Vitest leaves a core idle, and some of these tests mostly wait.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/sim/**'],
          // Loading every module again for each file would take a third of the time. So no file may leave anything behind in globals or modules.
          isolate: false,
          typecheck: {
            enabled: true,
            include: ['test/types/*.test-d.{ts,tsx}'],
            tsconfig: 'test/types/tsconfig.json',
          },
        },
      },
      {
        extends: true,
        // A player may still be loading a module when virtual time ends.
        test: { name: 'sim', include: ['test/sim/**/*.test.ts'], benchmark: { include: [] } },
      },
    ],
  },
});
