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

/** What a page pays over the wire for an entry of the module build, minified and compressed: without what is loaded only when needed. */
async function transferSize(entry: string): Promise<number> {
  const bundle = await rollup({
    input: join(DIST, entry),
    plugins: [nodeResolve({ ignoreSideEffectsForRoot: true })],
  });
  const { output } = await bundle.generate({ format: 'es' });
  const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
  const needed = new Set<OutputChunk>();
  const visit = (chunk: OutputChunk | undefined) => {
    if (!chunk || needed.has(chunk)) return;
    needed.add(chunk);
    for (const imported of chunk.imports) visit(chunks.find(({ fileName }) => fileName === imported));
  };
  visit(chunks.find(({ isEntry }) => isEntry));
  let size = 0;
  for (const { code } of needed) size += gzipSync((await minify(code, MINIFY)).code ?? code).length;
  return size;
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
    const size = await transferSize(entry);
    console.log(`${budget.name}: ${(size / KB).toFixed(1)} KB gzip`);
    expect(budget.bytes).toBeLessThanOrEqual(budget.ceiling);
    expect(size).toBeLessThanOrEqual(budget.bytes * (1 + TOLERANCE));
    // An entry that shrinks needs a smaller budget, or it could grow back unnoticed.
    expect(size).toBeGreaterThanOrEqual(budget.bytes * (1 - TOLERANCE));
  },
);
