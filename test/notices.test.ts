import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

/** The packages whose code is in a source map's file. */
function packagesIn(map: string): string[] {
  const { sources } = JSON.parse(readFileSync(join(DIST, map), 'utf8')) as { sources: string[] };
  return sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
}

test('the licence of every package in the bundles is published with them', () => {
  const maps = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js.map'),
  );
  const packages = [...new Set(maps.flatMap(packagesIn))].sort();
  expect(packages).toEqual(expect.arrayContaining(['@svta/cml-cmcd', 'lit-html', 'tslib']));
  const notices = readFileSync(join(DIST, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  for (const name of packages) {
    const folder = join(ROOT, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    expect(notices).toContain(`${name} ${version} (`);
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    expect(notices).toContain(readFileSync(join(folder, file ?? ''), 'utf8').trim());
  }
  // It has no source map: it is minified apart.
  expect(notices).toMatch(/^mediabunny .*\(MPL-2\.0\)/m);
});
