// Prints the `integrity` value of each single-file build: `node tools/integrity.mjs`, and at the end of each build.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

export function printIntegrity() {
  const folder = join(ROOT, 'dist/cdn');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const hash = createHash('sha384')
      .update(readFileSync(join(folder, file)))
      .digest('base64');
    console.log(`dist/cdn/${file} sha384-${hash}`);
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) printIntegrity();
