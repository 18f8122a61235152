// The players to compare with, from npm, in a folder of their own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';
import { fail } from '../tools/install.mjs';

/** Shaka Player 5 can't play Smooth Streaming any more. */
export const PEERS = { dashjs: '5.2.1', 'rx-player': '4.5.0', 'shaka-player': '4.16.50' };

/** By the names that the page, the table and the chart use. */
export const PLAYERS = {
  smooth: { title: 'smooth-player' },
  dash: { title: `dash.js ${PEERS.dashjs}` },
  rx: { title: `RxPlayer ${PEERS['rx-player']}` },
  shaka: { title: `Shaka ${PEERS['shaka-player']}` },
  /** What nobody can be faster than: it knows everything beforehand, and decides nothing. */
  floor: { title: 'floor' },
};

/** Installs them unless they are there in these versions; runs none of their install scripts. */
export function installPeers(folder) {
  const manifest = JSON.stringify({ private: true, dependencies: PEERS }, undefined, 2);
  const path = join(folder, 'package.json');
  if (existsSync(path) && readFileSync(path, 'utf8') === manifest) return;
  console.log('Installing the peers from npm (once) …');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, manifest);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  const done = spawnSync(npm, args, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.status === 0) return;
  writeFileSync(path, '');
  fail('npm could not install the peers. Check the network and the npm registry in use, then try again.');
}

const RX_PLAYER = `import RxPlayer from 'rx-player/minimal';
import { SMOOTH } from 'rx-player/features';
RxPlayer.addFeatures([SMOOTH]);
export { RxPlayer };
`;
/** With all that it reads of text. */
const RX_TEXT = `import RxPlayer from 'rx-player';
export { RxPlayer };
`;
const RX_TRANSMUX = `export { default as patchSegment } from './node_modules/rx-player/dist/es2017/transports/smooth/isobmff/patch_segment.js';
`;

/**
 * Writes what pages can import: RxPlayer with nothing but Smooth Streaming, and the functions that make fragments playable,
 * which the packages keep to themselves.
 */
export async function bundlePeers(folder) {
  writeFileSync(join(folder, 'rx-smooth.in.js'), RX_PLAYER);
  writeFileSync(join(folder, 'rx-transmux.in.js'), RX_TRANSMUX);
  writeFileSync(join(folder, 'rx-text.in.js'), RX_TEXT);
  for (const name of ['rx-smooth', 'rx-text', 'rx-transmux']) {
    const bundle = await rollup({
      input: join(folder, `${name}.in.js`),
      plugins: [nodeResolve({ browser: true })],
      onwarn() {},
    });
    await bundle.write({ file: join(folder, `${name}.js`), format: 'es', inlineDynamicImports: true });
  }
  const mss = readFileSync(join(folder, 'node_modules/dashjs/dist/modern/esm/dash.mss.debug.js'), 'utf8');
  const handler = 'dashjs.MssHandler = ';
  const processor = `dashjs.MssFragmentMoofProcessor = __webpack_require__("./src/mss/MssFragmentMoofProcessor.js")["default"];`;
  if (!mss.includes(handler)) fail('dash.js is not laid out as expected any more.');
  writeFileSync(join(folder, 'dash-transmux.js'), mss.replace(handler, `${processor}\n${handler}`));
}
