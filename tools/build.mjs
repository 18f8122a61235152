// Builds the library into dist/ and the demo page into build/page/.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, fail, ROOT } from './install.mjs';
import { printIntegrity } from './integrity.mjs';
import { run } from './steps.mjs';

/** The files of the page besides its script. */
const PAGE_FILES = {
  'demo/index.html': 'index.html',
  'demo/demo.css': 'demo.css',
  'node_modules/uplot/dist/uPlot.min.css': 'uplot.css',
};

export async function build() {
  await ensureInstalled();
  console.log('Building (about fifteen seconds) …');
  // The documentation stays: `npm start` may be serving it.
  const old = existsSync(join(ROOT, 'build')) ? readdirSync(join(ROOT, 'build')) : [];
  for (const folder of ['dist', ...old.filter((name) => name !== 'docs').map((name) => join('build', name))])
    rmSync(join(ROOT, folder), { recursive: true, force: true });
  // The programs of a row run at the same time.
  const rows = [
    [
      ['tsc', ['-p', 'tsconfig.json']],
      ['tsc', ['-p', 'demo']],
    ],
    [
      ['tsc', ['-p', 'cli']],
      ['cem', ['analyze', '--litelement', '--globs', 'src/ui/**/*.ts', '--outdir', '.', '--quiet']],
    ],
    [['rollup', ['-c', '--silent']]],
  ];
  for (const row of rows) {
    const results = await Promise.all(row.map(([name, args]) => run(name, args)));
    const failed = row
      .filter((_, index) => !results[index])
      .map(([name, args]) => `${name} ${args.join(' ')}`);
    if (failed.length > 0) fail(`The build failed at: ${failed.join(', ')}`);
  }
  const { writeAttributeTypes } = await import('./attribute-types.mjs');
  writeAttributeTypes();
  const { writeEditorData } = await import('./editor-data.mjs');
  writeEditorData();
  mkdirSync(join(ROOT, 'build/page'), { recursive: true });
  for (const [from, to] of Object.entries(PAGE_FILES)) cpSync(join(ROOT, from), join(ROOT, 'build/page', to));
  printIntegrity();
}

if (process.argv[1] === new URL(import.meta.url).pathname) await build();
