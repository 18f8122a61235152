import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { minify } from 'terser';
import { expect, test } from 'vitest';

const DIST = join(import.meta.dirname, '../dist');
const KB = 1024;

/** What a page pays over the wire for these entries of the module build and all the chunks they share. */
async function transferSize(entries: readonly string[]): Promise<number> {
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(
      /(?:from|import) ?["'](\.[^"']+)["']/g,
    )) {
      visit(join(path, '..', target));
    }
  };
  for (const entry of entries) visit(join(DIST, entry));
  const sizes = await Promise.all(
    [...seen].map(
      async (path) =>
        gzipSync((await minify(readFileSync(path, 'utf8'), { module: true })).code ?? '').length,
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('the build is there to be measured', () => {
  expect(readdirSync(DIST)).toEqual(expect.arrayContaining(['index.js', 'element.js', 'cdn']));
});

test('the engine is at most 45 KB gzip', async () => {
  const size = await transferSize(['index.js']);
  console.log(`engine: ${(size / KB).toFixed(1)} KB gzip`);
  expect(size).toBeGreaterThan(5 * KB);
  expect(size).toBeLessThanOrEqual(45 * KB);
});

test('with the element, its controls and Lit it is at most 75 KB gzip', () => {
  const size = gzipSync(readFileSync(join(DIST, 'cdn/smooth-player.js'))).length;
  console.log(`engine, element and Lit in one file: ${(size / KB).toFixed(1)} KB gzip`);
  expect(size).toBeLessThanOrEqual(75 * KB);
});
