import { readFileSync } from 'node:fs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';

import { MINIFY } from './tools/minify.mjs';
import { slimElements } from './tools/slim-elements.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Writes the package's version where the source has a placeholder. */
const stampVersion = {
  name: 'stamp-version',
  transform: (code) =>
    code.includes('__VERSION__') ? { code: code.replaceAll('__VERSION__', version), map: null } : null,
};

/** Nearly all of it runs before the first picture: Chromium compiles it as it loads, and not function by function later. */
const COMPILE_AHEAD = '//# allFunctionsCalledOnLoad';
const banner = `${COMPILE_AHEAD}\n/*! smooth-player ${version} | MIT */`;
const plugins = [stampVersion, slimElements, nodeResolve({ ignoreSideEffectsForRoot: true })];
const minified = terser({ ...MINIFY, format: { comments: /^!|allFunctionsCalledOnLoad/ } });
const single = { banner, inlineDynamicImports: true, sourcemap: true, plugins: [minified] };

export default [
  {
    // For bundlers and import maps: two entries over shared chunks; Lit is theirs to bring.
    input: { index: 'build/src/index.js', element: 'build/src/element.js' },
    external: /^lit(\/|$)/,
    output: { dir: 'dist', format: 'es', banner, sourcemap: true, chunkFileNames: 'chunks/[name].js' },
    plugins,
  },
  {
    // For pages without a build: one file with everything.
    input: 'build/src/cdn.js',
    output: [
      { ...single, file: 'dist/cdn/smooth-player.js', format: 'es' },
      { ...single, file: 'dist/cdn/smooth-player.umd.js', format: 'umd', name: 'SmoothStreaming' },
    ],
    plugins,
  },
  {
    // The command line. What only some of its commands need is loaded then.
    input: 'build/cli/smooth-player.js',
    external: /^(node:|mux\.js)/,
    output: { file: 'dist/cli.js', format: 'es', banner: '#!/usr/bin/env node', inlineDynamicImports: true },
    plugins,
  },
  {
    input: 'build/demo/demo.js',
    output: { file: 'build/page/demo.js', format: 'es', inlineDynamicImports: true, sourcemap: true },
    plugins,
  },
];
