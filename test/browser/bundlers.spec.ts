import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import * as vite from 'vite';
import webpack from 'webpack';
import { createOrigin } from '../../demo/origin/server.ts';
import { expect, SAMPLE, test } from './fixtures.ts';

const ROOT = join(import.meta.dirname, '../..');
const { unpackPackage } = (await import(`${ROOT}/tools/build-example.mjs`)) as {
  unpackPackage: (folder: string) => void;
};
/** The environment of an application: the package as it would be published, Lit, and one module. */
const app = mkdtempSync(join(tmpdir(), 'smooth-player-app-'));
/** Nothing else is imported: a bundler that treats the module as free of side effects would drop it. */
const MAIN = `import 'smooth-player/element';\n`;
const PAGE = (script: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>An application</title>${script}<smooth-player controls muted></smooth-player></html>`;

const BUNDLERS: Readonly<Record<string, (entry: string, outDir: string) => Promise<unknown>>> = {
  async Vite(_, outDir) {
    const build = { outDir, emptyOutDir: true, rolldownOptions: { input: join(app, 'index.html') } };
    await vite.build({ root: app, base: './', logLevel: 'error', configFile: false, build });
  },
  webpack: (entry, path) =>
    new Promise<void>((resolve, reject) => {
      const output = { path, filename: 'main.js', publicPath: 'auto' };
      webpack({ mode: 'production', context: app, entry, output }, (error, stats) => {
        if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString('errors-only')));
        else resolve();
      });
    }),
  async Rollup(input, dir) {
    const bundle = await rollup({ input, plugins: [nodeResolve()] });
    await bundle.write({ dir, format: 'es', entryFileNames: 'main.js' });
  },
  esbuild: (entry, outdir) =>
    esbuild.build({
      entryPoints: [entry],
      outdir,
      bundle: true,
      minify: true,
      format: 'esm',
      logLevel: 'error',
    }),
};

test.beforeAll(() => {
  const modules = join(app, 'node_modules');
  unpackPackage(join(modules, 'smooth-player'));
  for (const name of ['lit', 'lit-html', 'lit-element', '@lit', '@lit-labs', 'mux.js'])
    cpSync(join(ROOT, 'node_modules', name), join(modules, name), { recursive: true });
  writeFileSync(join(app, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(join(app, 'main.js'), MAIN);
  writeFileSync(join(app, 'index.html'), PAGE('<script type="module" src="./main.js"></script>'));
});

test.afterAll(() => rmSync(app, { recursive: true, force: true }));

for (const [name, bundle] of Object.entries(BUNDLERS)) {
  test(`what ${name} makes of the package in production mode plays`, async ({ page }) => {
    const outDir = join(app, `out-${name}`);
    await bundle(join(app, 'main.js'), outDir);
    if (name !== 'Vite')
      writeFileSync(join(outDir, 'index.html'), PAGE('<script type="module" src="main.js"></script>'));
    await plays(page, outDir);
  });
}

test('with an import map and no bundler it plays', async ({ page }) => {
  const modules = join(app, 'node_modules');
  const bare = (specifier: string, file: string) => [specifier, `/node_modules/${file}`] as const;
  const map = {
    imports: Object.fromEntries([
      bare('smooth-player/element', 'smooth-player/dist/element.js'),
      bare('lit', 'lit/index.js'),
      bare('lit/', 'lit/'),
      bare('lit-html', 'lit-html/lit-html.js'),
      bare('lit-html/', 'lit-html/'),
      bare('lit-element/lit-element.js', 'lit-element/lit-element.js'),
      bare('@lit/reactive-element', '@lit/reactive-element/reactive-element.js'),
      bare('@lit/reactive-element/', '@lit/reactive-element/'),
    ]),
  };
  const outDir = join(app, 'out-map');
  mkdirSync(outDir, { recursive: true });
  const script = `<script type="importmap">${JSON.stringify(map)}</script><script type="module" src="main.js"></script>`;
  writeFileSync(join(outDir, 'index.html'), PAGE(script));
  writeFileSync(join(outDir, 'main.js'), MAIN);
  await plays(page, outDir, [{ at: '/node_modules/', from: modules }]);
});

test('the package holds what it names, and nothing of the workshop', () => {
  const folder = join(app, 'node_modules/smooth-player');
  expect(readdirSync(folder).sort()).toEqual(
    [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'custom-elements.json',
      'dist',
      'package.json',
      'types',
      'vscode.css-custom-data.json',
      'vscode.html-custom-data.json',
      'web-types.json',
    ].sort(),
  );
  const { homepage, repository, bugs } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  expect([homepage, repository.url, bugs]).toEqual(Array(3).fill(expect.stringMatching(/https:\/\//)));
});

/** The page in a folder registers the element, and it plays the sample without an uncaught error. */
async function plays(
  page: import('@playwright/test').Page,
  folder: string,
  more: readonly { readonly at: string; readonly from: string }[] = [],
): Promise<void> {
  const origin = createOrigin({
    presentations: { '/presentations': join(ROOT, 'demo/sample') },
    files: [...more, { at: '/', from: folder }],
  });
  const url = await origin.listen();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  try {
    await page.goto(`${url}/`);
    const time = await page.evaluate(async (src) => {
      await customElements.whenDefined('smooth-player');
      const element = document.querySelector('smooth-player') as unknown as HTMLVideoElement;
      element.src = src;
      await element.play();
      await new Promise<void>((resolve) => {
        element.addEventListener('timeupdate', () => element.currentTime > 0.5 && resolve());
      });
      return element.currentTime;
    }, SAMPLE);
    expect(time).toBeGreaterThan(0.5);
    expect(faults).toEqual([]);
  } finally {
    await origin.close();
  }
}
