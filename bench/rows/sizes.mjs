// What a page pays over the wire for what plays Smooth Streaming: minified and gzipped, chunks that load later apart.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { minify } from 'terser';
import { MINIFY } from '../../tools/minify.mjs';

export async function measure({ players, peers }) {
  const modules = (name) => join(peers, 'node_modules', name);
  const dash = modules('dashjs/dist/modern/umd');
  const sizes = {
    smooth: () => bundled('dist/index.js'),
    dash: () => zipped(join(dash, 'dash.mediaplayer.min.js')) + zipped(join(dash, 'dash.mss.min.js')),
    rx: () => bundled(join(peers, 'rx-smooth.in.js')),
    shaka: () =>
      zipped(modules('shaka-player/dist/shaka-player.compiled.js')) +
      zipped(modules('codem-isoboxer/dist/iso_boxer.min.js')),
  };
  const values = {};
  for (const player of players) values[player] = [(await sizes[player]()) / 1024];
  const element = [(await bundled('dist/element.js')) / 1024];
  return [
    { id: 'engine', title: 'engine, gzip', unit: 'KB', better: 'less', values },
    {
      id: 'element',
      title: 'with an element and controls, gzip',
      unit: 'KB',
      better: 'less',
      values: { smooth: element },
    },
  ];
}

const zipped = (path) => gzipSync(readFileSync(path)).length;

async function bundled(input) {
  const bundle = await rollup({
    input,
    plugins: [nodeResolve({ browser: true, ignoreSideEffectsForRoot: true })],
    onwarn() {},
  });
  const { output } = await bundle.generate({ format: 'es' });
  const needed = new Set();
  const visit = (name) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const imported of output.find(({ fileName }) => fileName === name)?.imports ?? []) visit(imported);
  };
  visit(output.find(({ isEntry }) => isEntry).fileName);
  const chunks = output.filter(({ fileName }) => needed.has(fileName));
  const sizes = chunks.map(async ({ code }) => gzipSync((await minify(code, MINIFY)).code).length);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
