import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

/** Bottom to top. A folder imports from rows below its own, never from beside or above. */
const ROWS = [
  ['base'],
  ['mp4', 'manifest'],
  ['timeline', 'transmux'],
  ['heuristics'],
  ['doctor'],
  ['net', 'mse', 'eme'],
  ['player'],
  ['ui'],
];

const SRC = join(import.meta.dirname, '../src');
const rowOf = (folder: string) => ROWS.findIndex((row) => row.includes(folder));
const folderOf = (path: string) => path.slice(0, path.indexOf('/'));
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\/.*\.ts$/.test(file));

test('every folder has its row', () => {
  expect([...new Set(files.map(folderOf))].filter((folder) => rowOf(folder) < 0)).toEqual([]);
});

test.each(files)('%s imports only from below', (file) => {
  const source = readFileSync(join(SRC, file), 'utf8');
  for (const [, target = ''] of source.matchAll(/(?:from|import) '(\.[^']+)'/g)) {
    const imported = folderOf(posix.join(posix.dirname(file), target));
    if (imported !== folderOf(file)) expect(rowOf(imported), target).toBeLessThan(rowOf(folderOf(file)));
  }
});

/** Decisions and formats know no clock, no timers and no chance: they are given what they need. The DOM is kept out by types. */
const PURE = ['mp4', 'manifest', 'timeline', 'transmux', 'heuristics', 'doctor'];
const IMPURE = /\b(fetch\(|setTimeout|setInterval|Date\.now|performance\.|Math\.random)/;

test.each(files.filter((file) => PURE.includes(folderOf(file))))('%s is pure', (file) => {
  const code = readFileSync(join(SRC, file), 'utf8').replace(
    /\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g,
    '',
  );
  expect(code.match(IMPURE)?.[0]).toBeUndefined();
});
