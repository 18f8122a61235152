import { readdirSync, readFileSync } from 'node:fs';
import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import { minify } from 'terser';

import { MINIFY } from './tools/minify.mjs';
import { notices } from './tools/notices.mjs';
import { slimElements } from './tools/slim-elements.mjs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Inserts the package's version for the placeholder in the source. */
const stampVersion = {
  name: 'stamp-version',
  transform: (code) =>
    code.includes('__VERSION__') ? { code: code.replaceAll('__VERSION__', version), map: null } : null,
};

/** Nearly all of it runs before the first picture: Chromium compiles it while loading, rather than function by function later. */
const COMPILE_AHEAD = '//# allFunctionsCalledOnLoad';
const banner = `${COMPILE_AHEAD}\n/*! smooth-player ${version} | MIT */`;
const own = [stampVersion, slimElements, nodeResolve({ ignoreSideEffectsForRoot: true })];
const plugins = [...own, notices('dist/THIRD-PARTY-NOTICES.txt')];
const minified = terser({ ...MINIFY, format: { comments: /^!|allFunctionsCalledOnLoad/ } });

/** Third-party and large: names its origin, and where its source is. */
const MEDIABUNNY = JSON.parse(readFileSync('node_modules/mediabunny/package.json', 'utf8'));
const MEDIABUNNY_BANNER = `/*! mediabunny ${MEDIABUNNY.version} | ${MEDIABUNNY.license} | https://www.npmjs.com/package/mediabunny/v/${MEDIABUNNY.version} */`;
const minifyMediabunny = {
  name: 'minify-mediabunny',
  renderChunk: async (code, { name }) =>
    name === 'mediabunny'
      ? { code: (await minify(code, { ...MINIFY, module: true })).code, map: null }
      : null,
};
/** The texts of the elements in one language: a chunk of its own, also beside the single files, which load what is needed. */
const LOCALES = 'build/src/ui/locales';
const isLocale = (id) => /\/locales\/(?!loaders)[\w-]+\.js$/.test(id);
const locales = readdirSync(LOCALES)
  .filter((file) => /^(?!loaders).*\.js$/.test(file))
  .map((file) => file.slice(0, -3));
const besideSingle = (id) => (isLocale(id) ? `./locales/${id.split('/').at(-1)}` : id);
/** Bundlers and development servers leave these imports alone: the files may be missing beside a copy of the single file. */
const lazyLocales = {
  name: 'lazy-locales',
  renderChunk: (code) => ({
    code: code.replaceAll(
      /import\("\.\/locales\/([\w-]+\.js)"\)/g,
      'import(/*webpackIgnore:true*//*@vite-ignore*/"./locales/"+"$1")',
    ),
    map: null,
  }),
};
const single = {
  banner,
  inlineDynamicImports: true,
  sourcemap: true,
  paths: besideSingle,
  plugins: [minified, lazyLocales],
};

export default [
  {
    // For bundlers and import maps: entries with shared chunks; Lit is external.
    input: {
      index: 'build/src/index.js',
      element: 'build/src/element.js',
      transcript: 'build/src/transcript.js',
    },
    external: /^lit(\/|$)/,
    output: {
      dir: 'dist',
      format: 'es',
      banner,
      sourcemap: true,
      chunkFileNames: ({ facadeModuleId }) =>
        facadeModuleId && isLocale(facadeModuleId) ? 'chunks/locales/[name].js' : 'chunks/[name].js',
    },
    plugins,
  },
  {
    // For pages without a build step: one file with everything.
    input: 'build/src/cdn.js',
    external: isLocale,
    output: [
      { ...single, file: 'dist/cdn/smooth-player.js', format: 'es' },
      { ...single, file: 'dist/cdn/smooth-player.umd.js', format: 'umd', name: 'SmoothStreaming' },
    ],
    plugins,
  },
  {
    // The languages of the single files and of the demo page.
    input: Object.fromEntries(locales.map((tag) => [tag, `${LOCALES}/${tag}.js`])),
    output: [
      { dir: 'dist/cdn/locales', format: 'es', plugins: [minified] },
      { dir: 'build/page/locales', format: 'es', plugins: [minified] },
    ],
  },
  {
    // The command line: a small program, and a chunk for each of its commands.
    input: { cli: 'build/cli/smooth-player.js' },
    external: /^(node:|mux\.js)/,
    output: {
      dir: 'dist',
      format: 'es',
      banner: ({ isEntry, name }) =>
        isEntry ? '#!/usr/bin/env node' : name === 'mediabunny' ? MEDIABUNNY_BANNER : '',
      chunkFileNames: 'cli/[name].js',
      manualChunks: (id) => (id.includes('node_modules/mediabunny/') ? 'mediabunny' : undefined),
    },
    plugins: [...plugins, minifyMediabunny],
  },
  {
    input: 'build/demo/demo.js',
    external: isLocale,
    output: {
      file: 'build/page/demo.js',
      format: 'es',
      inlineDynamicImports: true,
      sourcemap: true,
      paths: besideSingle,
    },
    plugins: own,
  },
];
