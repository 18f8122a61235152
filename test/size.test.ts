import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { type OutputChunk, rollup } from 'rollup';
import { type MinifyOptions, minify } from 'terser';
import { expect, test } from 'vitest';

const { MINIFY } = (await import(`${import.meta.dirname}/../tools/minify.mjs`)) as { MINIFY: MinifyOptions };
const DIST = join(import.meta.dirname, '../dist');
const KB = 1024;

/** What a page pays over the wire for an entry of the module build: minified, and apart from that what is loaded only when needed. */
async function transferSize(
  entry: string,
): Promise<{ readonly size: number; readonly later: ReadonlyMap<string, number> }> {
  const bundle = await rollup({
    input: join(DIST, entry),
    plugins: [nodeResolve({ ignoreSideEffectsForRoot: true })],
  });
  const { output } = await bundle.generate({ format: 'es' });
  const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
  const needed = new Set<string>();
  const visit = (name: string | undefined) => {
    if (name === undefined || needed.has(name)) return;
    needed.add(name);
    for (const imported of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) visit(imported);
  };
  visit(chunks.find(({ isEntry }) => isEntry)?.fileName);
  const sizes = new Map<string, number>();
  for (const { fileName, code } of chunks)
    sizes.set(fileName, gzipSync((await minify(code, MINIFY)).code ?? code).length);
  const size = [...needed].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
  return { size, later: new Map([...sizes].filter(([name]) => !needed.has(name))) };
}

test('the build is there to be measured', () => {
  expect(readdirSync(DIST)).toEqual(expect.arrayContaining(['index.js', 'element.js', 'cdn']));
});

test.each(['index.js', 'chunks/index.js', 'cdn/smooth-player.js', 'cdn/smooth-player.umd.js'])(
  '%s begins with the word that has it compiled as it loads',
  (file) => {
    expect(readFileSync(join(DIST, file), 'utf8')).toMatch(/^\/\/# allFunctionsCalledOnLoad\n/);
  },
);

/** What each entry is meant to take, in bytes. A change that needs more raises the number, and its commit says why. */
const BUDGET = JSON.parse(readFileSync(join(import.meta.dirname, 'sizes.json'), 'utf8')) as Record<
  string,
  { readonly name: string; readonly bytes: number; readonly ceiling: number }
>;
const TOLERANCE = 0.02;

test.each(Object.entries(BUDGET))(
  '%s takes what its budget says, lazy chunks apart',
  async (entry, budget) => {
    const { size, later } = await transferSize(entry);
    const lines = [...later]
      .sort(([, a], [, b]) => b - a)
      .map(([name, bytes]) => `  ${(bytes / KB).toFixed(1)} KB ${name}`);
    console.log(
      `${budget.name}: ${(size / KB).toFixed(1)} KB gzip; later, when needed:\n${lines.join('\n')}`,
    );
    expect(budget.bytes).toBeLessThanOrEqual(budget.ceiling);
    expect(size).toBeLessThanOrEqual(budget.bytes * (1 + TOLERANCE));
    // An entry that shrinks needs a smaller budget, or it could grow back unnoticed.
    expect(size).toBeGreaterThanOrEqual(budget.bytes * (1 - TOLERANCE));
  },
);
