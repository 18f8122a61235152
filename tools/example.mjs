// `npm run example -- NAME`: builds an example with the package as it would be published, and serves it with a title.
//   --port 8080   another port; if it is in use, the next free one
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildExample, EXAMPLES, PROTECTED, SAMPLE, unpackPackage } from './build-example.mjs';
import { fail, ROOT } from './install.mjs';

async function serve(name, port) {
  const { build } = await import('./build.mjs');
  await build();
  const { createOrigin } = await import('../build/demo/origin/server.js');
  const { encryptPresentation } = await import('../build/demo/origin/encrypt.js');
  const work = join(ROOT, 'build/examples');
  unpackPackage(join(work, 'package'));
  const served = buildExample(name, join(work, name), join(work, 'package'));
  const titles = join(work, 'titles');
  await encryptPresentation(SAMPLE, { folder: titles, name: PROTECTED.name }, PROTECTED.options);
  const origin = createOrigin({
    presentations: { '/titles': SAMPLE.folder, [PROTECTED.path]: titles },
    files: [{ at: '/', from: served }],
  });
  const isTaken = (error) => error.code === 'EADDRINUSE';
  for (let tried = 0; tried <= 20; tried += 1) {
    const url = await origin.listen(port + tried).catch((error) => isTaken(error) || Promise.reject(error));
    if (url !== true) return url;
  }
  return fail(`No port is free from ${port} on.`);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const options = { port: { type: 'string', default: '8080' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [name = ''] = positionals;
  if (!EXAMPLES.includes(name)) fail(`Usage: npm run example -- NAME, with one of: ${EXAMPLES.join(', ')}.`);
  console.log(`\n${name} runs at ${await serve(name, Number(values.port))}\nPress Ctrl+C to stop.`);
}
