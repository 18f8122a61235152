// The cases of the tests, as the bench serves them: they are written in TypeScript, which Node 20 doesn't read.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Loads a module of the tests. It finds the sample, since the folder of the bundle is as deep as its own. */
export async function loadTests(path, cache) {
  const outfile = join(cache, `${path.replaceAll('/', '-')}.mjs`);
  await build({
    entryPoints: [`test/${path}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return import(pathToFileURL(outfile).href);
}
