import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const CDN = join(ROOT, 'dist/cdn');

test.skipIf(!existsSync(CDN))('the build prints a hash for each single file (needs `npm run build`)', () => {
  const lines = execFileSync(process.execPath, [join(ROOT, 'tools/integrity.mjs')], { encoding: 'utf8' });
  const files = readdirSync(CDN).filter((name) => name.endsWith('.js'));
  expect(files).toContain('smooth-player.umd.js');
  const printed = lines.trim().split('\n');
  expect(printed).toHaveLength(files.length);
  for (const file of files)
    expect(printed).toContainEqual(
      expect.stringMatching(new RegExp(`^dist/cdn/${file.replaceAll('.', '\\.')} sha384-[\\w+/]{64}$`)),
    );
});
