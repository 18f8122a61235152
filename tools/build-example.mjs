// Builds examples as an application would: with the package as it would be published.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ROOT } from './install.mjs';

const FOLDER = join(ROOT, 'examples');
export const EXAMPLES = readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, 'index.html')));

/** The title of the protected example, and its key. */
export const PROTECTED = {
  path: '/protected',
  name: 'film',
  options: {
    keys: [{ keyId: '00112233445566778899aabbccddeeff', key: '0123456789abcdef0123456789abcdef' }],
    piff: '1.1',
  },
};
export const SAMPLE = { folder: join(ROOT, 'demo/sample'), name: 'sample' };

const npm = (args, options) =>
  execFileSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32', ...options });

/** Packs the built package and unpacks it into a folder, as npm would. */
export function unpackPackage(folder) {
  mkdirSync(folder, { recursive: true });
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  const tarball = npm(args, { cwd: ROOT }).trim();
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1'], { cwd: folder });
  rmSync(join(folder, tarball));
}

/** Excludes the results of a build in the folder itself. */
const isSource = (path) => !['node_modules', 'dist'].includes(basename(path));

/** Copies an example, installs the dependencies in its package.json and builds it; returns the folder to serve. */
export function buildExample(name, folder, unpacked) {
  cpSync(join(FOLDER, name), folder, { recursive: true, filter: isSource });
  if (!existsSync(join(folder, 'package.json'))) {
    cpSync(join(unpacked, 'dist/cdn/smooth-player.js'), join(folder, 'smooth-player.js'));
    return folder;
  }
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  // Lit is a dependency of the package. The others must be in the example's own package.json.
  for (const dependency of Object.keys({ ...dependencies, ...devDependencies, lit: '' }))
    install(dependency, join(folder, 'node_modules', dependency), unpacked);
  npm(['run', 'build'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'], env: buildEnvironment() });
  return join(folder, 'dist');
}

function install(dependency, to, unpacked) {
  mkdirSync(dirname(to), { recursive: true });
  if (dependency === 'smooth-player') cpSync(unpacked, to, { recursive: true });
  else symlinkSync(join(ROOT, 'node_modules', dependency), to, 'junction');
}

/** With the programs that npm would have put into the example's own `node_modules/.bin`. */
function buildEnvironment() {
  const separator = process.platform === 'win32' ? ';' : ':';
  const path = [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(separator);
  return { ...process.env, PATH: path, npm_config_update_notifier: 'false' };
}
