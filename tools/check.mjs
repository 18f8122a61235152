// All fast checks: types, style, build, unit tests, the package as it would be published.
import { build } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { Tally } from './steps.mjs';

export async function check(tally) {
  await ensureInstalled();
  await build();
  tally.step('Types of the pure core, without the DOM', 'tsc', ['-p', 'tsconfig.core.json']);
  tally.step('Types of the tests', 'tsc', ['-p', 'test']);
  tally.step('Types of the examples', 'tsc', ['-p', 'examples']);
  tally.step('Format and lint', 'biome', ['check', '.']);
  const report = 'test-results/unit.json';
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  tally.tests('Unit tests', 'vitest', ['run', ...reporters], report, (json) => ({
    passed: json.numPassedTests,
    failed:
      json.numFailedTests +
      json.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
        .length,
    skipped: json.numPendingTests,
  }));
  tally.step('The package, as published', 'publint', ['--strict']);
  tally.step('Its types, as imported', 'attw', [
    '--pack',
    '.',
    '--profile',
    'esm-only',
    '--exclude-entrypoints',
    'custom-elements.json',
    'vscode.html-custom-data.json',
    'vscode.css-custom-data.json',
    'web-types.json',
    'dist/cdn/smooth-player.js',
    'dist/cdn/smooth-player.umd.js',
    // Types only.
    'react',
    'preact',
  ]);
  tally.step('Dead files, exports and dependencies', 'knip', []);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const tally = new Tally();
  await check(tally);
  tally.close();
}
