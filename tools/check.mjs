// All fast checks: types, style, build, unit tests, the package as it would be published.
import { build } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { Tally } from './steps.mjs';

/** What looks at files only, and has a core while unit tests wait. */
const STATIC_CHECKS = [
  ['Types of the pure core, without the DOM', 'tsc', ['-p', 'tsconfig.core.json']],
  ['Types of the tests', 'tsc', ['-p', 'test']],
  ['Types of the examples', 'tsc', ['-p', 'examples']],
  ['Format and lint', 'biome', ['check', '.']],
  ['The package, as published', 'publint', ['--strict']],
  [
    'Its types, as imported',
    'attw',
    [
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
    ],
  ],
  ['Dead files, exports and dependencies', 'knip', []],
];

export async function check(tally) {
  await ensureInstalled();
  await build();
  const ended = tally.beside(STATIC_CHECKS);
  const report = 'test-results/unit.json';
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  await tally.tests('Unit tests', 'vitest', ['run', ...reporters], report, (json) => ({
    passed: json.numPassedTests,
    failed:
      json.numFailedTests +
      json.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
        .length,
    skipped: json.numPendingTests,
  }));
  await ended();
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const tally = new Tally();
  await check(tally);
  tally.close();
}
