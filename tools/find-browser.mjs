// Finds a Chromium that decodes H.264 and AAC: Playwright's own download does not.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail } from './install.mjs';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'msedge',
  'microsoft-edge',
];
const PLACES = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

/** `CHROMIUM` from the environment, an installed one, or the one from npm. Exits if there is none. */
export async function findBrowser() {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM) {
    if (!existsSync(CHROMIUM)) fail(`CHROMIUM names a file that does not exist: ${CHROMIUM}`);
    return { path: CHROMIUM, origin: 'named by CHROMIUM' };
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const inPath = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name + suffix)));
  const installed = [...(PLACES[process.platform] ?? []), ...inPath].find((path) => existsSync(path));
  if (installed) return { path: installed, origin: 'installed' };
  if (process.platform === 'linux' && process.arch === 'x64') {
    // Makes the package unpack its shared libraries too, which a minimal machine lacks.
    process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs20.x';
    const { default: chromium } = await import('@sparticuz/chromium');
    return { path: await chromium.executablePath(), origin: 'from the npm package @sparticuz/chromium' };
  }
  return fail(
    'No browser was found. Install Google Chrome or Chromium, or set CHROMIUM to the path of one, then try again.',
  );
}

export const describeBrowser = ({ path, origin }) => `${path} (${origin})`;
