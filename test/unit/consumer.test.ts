import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'consumer-'));

/** What an application writes, and what must not compile is marked so. */
const APP = `
import { isSmoothError, SmoothPlayer, type AnySmoothError, type Cue } from 'smooth-player';
import 'smooth-player/element';
import type { SmoothPlayerElement } from 'smooth-player/element';

const element: SmoothPlayerElement = document.createElement('smooth-player');
element.startTime = 30;
element.maxHeight = 720;
element.quality = '720p';
element.addEventListener('qualitychange', (event) => {
  const label: string = event.to.label;
  // @ts-expect-error qualities have no such property
  event.to.nothing;
});
element.addEventListener('cuechange', ({ cues }) => show(cues));
element.addEventListener('volumechange', () => {});
element.addEventListener('error', ({ error }) => error && tell(error));
document.querySelector('smooth-video')?.player.limitQualities(({ height }) => height <= 720);

const player = new SmoothPlayer(document.createElement('video'), { buffer: { ahead: 20 } });
// @ts-expect-error an option that is unknown
new SmoothPlayer(undefined, { bufer: {} });
player.configure({
  network: {
    request: (request, { trusted }) => (trusted ? new Request(request, { headers: { 'X-Token': 't' } }) : request),
    refused: ({ url, trusted }) => trusted && url.startsWith('https:'),
  },
});
player.addEventListener('warning', ({ error }) => {
  if (error.code === 'network-status') console.log(error.details.status.toFixed());
  tell(error);
});
player.addEventListener('event', ({ track, cue }) => console.log(track.name, cue.scte35));

function tell(error: AnySmoothError): void {
  if (isSmoothError(error, 'network-status')) {
    const status: number = error.details.status;
    console.log(status);
  }
  if (player.error?.code === 'media-gap') console.log(player.error.details.from - 1);
}
function show(cues: readonly Cue[]): void {
  console.log(cues.map(({ text }) => text));
}
`;

const jsx = (library: 'react' | 'preact') => `
import type {} from 'smooth-player/${library}';
export const view = <smooth-player src="x.ism/Manifest" controls max-height={720} onqualitychange={({ to }) => console.log(to.label)} id="player" />;
export const bare = <smooth-video src="x.ism/Manifest" muted />;
// @ts-expect-error no such theme
export const wrong = <smooth-player theme="pink" />;
`;

const STRICT = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  target: 'ES2022',
  lib: ['ES2022', 'DOM', 'DOM.Iterable'],
  types: [],
};
const BUNDLER = { module: 'ESNext', moduleResolution: 'bundler' };
const NODE_NEXT = { module: 'NodeNext', moduleResolution: 'NodeNext' };

/** What the compiler finds wrong with a file of the application, and with all that it imports. */
function problemsOf(file: string, options: object): string {
  const project = join(folder, 'tsconfig.json');
  writeFileSync(project, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files: [file] }));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' }).stdout;
}

beforeAll(() => {
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  symlinkSync(ROOT, join(folder, 'node_modules/smooth-player'), 'junction');
  for (const name of ['preact', '@types/react', 'csstype'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  writeFileSync(join(folder, 'app.ts'), APP);
  writeFileSync(join(folder, 'react.tsx'), jsx('react'));
  writeFileSync(join(folder, 'preact.tsx'), jsx('preact'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an application compiles against the types, with everything strict', () => {
  expect(problemsOf('app.ts', BUNDLER)).toBe('');
  expect(problemsOf('app.ts', NODE_NEXT)).toBe('');
});

test.each(['react', 'preact'])('the elements are known to JSX of %s', (library) => {
  const options = { ...BUNDLER, jsx: 'react-jsx', jsxImportSource: library };
  expect(problemsOf(`${library}.tsx`, options)).toBe('');
});
