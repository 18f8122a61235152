import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

/** Bottom to top. A folder imports from rows below its own, never from beside or above. */
const ROWS = [
  ['base'],
  ['mp4', 'manifest'],
  ['timeline', 'transmux', 'text'],
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

/** Which files a file imports: values, types, and what it loads when it is needed. */
const importsOf = (file: string): readonly string[] => {
  const code = readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  return [...code.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*['"](\.[^'"]+)['"]/g)].map(([, target = '']) =>
    posix.join(posix.dirname(file), target),
  );
};

/** A way from a file back to itself, by depth-first search. */
function findCircle(imports: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const imported of imports.get(file) ?? []) {
      const circle = visit(imported);
      if (circle) return circle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file);
    if (circle) return circle;
  }
  return undefined;
}

test('a circle of imports is found', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ]);
  expect(findCircle(imports)).toEqual(['b', 'd', 'b']);
});

test('no circle of imports, types and dynamic imports included', () => {
  const imports = new Map(files.map((file) => [file, importsOf(file)]));
  // A check that sees no imports would find no circle either.
  expect(imports.get('player/player.ts')).toEqual(
    expect.arrayContaining(['player/session.ts', 'player/report/diagnostics.ts']),
  );
  expect(findCircle(imports)).toBeUndefined();
});

/** Decisions and formats know no clock, no timers and no chance: they are given what they need. The DOM is kept out by types. */
const PURE = ['mp4', 'manifest', 'timeline', 'transmux', 'text', 'heuristics', 'doctor'];
const IMPURE = /\b(fetch\(|setTimeout|setInterval|Date\.now|performance\.|Math\.random)/;

test.each(files.filter((file) => PURE.includes(folderOf(file))))('%s is pure', (file) => {
  const code = readFileSync(join(SRC, file), 'utf8').replace(
    /\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|`[^`]*`/g,
    '',
  );
  expect(code.match(IMPURE)?.[0]).toBeUndefined();
});
