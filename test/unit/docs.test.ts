import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERROR_HINTS } from '../../src/base/error-words.ts';

interface Page {
  readonly path: string;
  readonly source: string;
  readonly text: string;
}
interface Docs {
  readPages(): Promise<readonly Page[]>;
  writeDocs(out: string): Promise<number>;
}

const ROOT = join(import.meta.dirname, '../..');
const { readPages, writeDocs } = (await import(`${ROOT}/tools/docs.mjs`)) as Docs;

mkdirSync(join(ROOT, 'test-results'), { recursive: true });
const work = mkdtempSync(join(ROOT, 'test-results/docs-'));
const out = join(work, 'site');
let pages: readonly Page[] = [];
beforeAll(async () => {
  pages = await readPages();
  await writeDocs(out);
}, 120_000);
afterAll(() => rmSync(work, { recursive: true, force: true }));

const read = (path: string) => readFileSync(join(out, path), 'utf8');
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found);

test('every link leads to a page, a file or an anchor that exists', () => {
  const broken: string[] = [];
  for (const { path } of pages) {
    for (const link of matches(read(`${path}.html`), /(?:href|src)="([^"]*)"/g)) {
      if (/^(?:https?:|data:|\/presentations\/|$)/.test(link)) continue;
      const [target = '', anchor] = link.split('#');
      const file = target === '' ? `${path}.html` : posix.join(posix.dirname(path), target);
      // Samples name files of the reader's own.
      if (/^(?:smooth-player\.js|poster\.jpg|captions\.)/.test(target)) continue;
      if (!existsSync(join(out, file))) broken.push(`${path}: ${link}`);
      else if (anchor && !read(file).includes(`id="${anchor}"`)) broken.push(`${path}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});

test('no page needs the network, and each has a title', () => {
  for (const { path } of pages) {
    const html = read(`${path}.html`);
    expect(matches(html, /<(?:script|link|img)[^>]*(?:src|href)="(https?:[^"]*)"/g), path).toEqual([]);
    expect(matches(html, /<h1 id="[^"]+">(.+?)<\/h1>/g), path).toHaveLength(1);
  }
});

test('every error code has a section: what it means, what to do', () => {
  const page = pages.find(({ path }) => path === 'reference/errors')?.text ?? '';
  const sections = matches(page, /^## (.+)$/gm);
  expect(sections.toSorted()).toEqual(Object.keys(ERROR_HINTS).toSorted());
  for (const [code, hint] of Object.entries(ERROR_HINTS)) {
    const [, section = ''] = page.split(`## ${code}\n`);
    expect(section, code).toContain(`**What to do:** ${hint}`);
  }
});

test('comments are in the reference of the API without their delimiters', () => {
  const { text } = pages.find(({ path }) => path === 'reference/api') ?? { text: '' };
  expect(text).toContain('The cues on screen changed.\n');
  expect(matches(text, /^(.* \/(?: \|)?)$/gm)).toEqual([]);
  expect(text).not.toContain('Constructs a new instance');
});

test('attributes, events, parts, slots and custom properties in the manifest are in the reference', () => {
  const { text } = pages.find(({ path }) => path === 'reference/elements') ?? { text: '' };
  const manifest = JSON.parse(readFileSync(join(ROOT, 'custom-elements.json'), 'utf8')) as {
    readonly modules: readonly { readonly declarations?: readonly Record<string, unknown>[] }[];
  };
  const player = manifest.modules
    .flatMap(({ declarations = [] }) => declarations)
    .find(({ tagName }) => tagName === 'smooth-player');
  for (const kind of ['attributes', 'events', 'slots', 'cssParts', 'cssProperties'])
    for (const { name } of (player?.[kind] ?? []) as readonly { readonly name?: string }[])
      if (name) expect(text, kind).toContain(`\`${name}\``);
});

test('types of attributes are those of what is written in HTML', () => {
  const { text } = pages.find(({ path }) => path === 'reference/elements') ?? { text: '' };
  const tables = [...text.matchAll(/^### Attributes of .*\n\n([\s\S]*?)\n\n/gm)].map(([, rows = '']) => rows);
  const types = tables.flatMap((rows) => matches(rows, /^\| `[\w-]+` \| `(.*?)` \|/gm));
  expect(types.length).toBeGreaterThan(40);
  for (const type of new Set(types)) expect(type).toMatch(/^(?:string|number|boolean|'.*')$/);
  expect(text).toContain('| `max-height` | `number` |');
});

test('the samples in TypeScript and JavaScript compile against the public types', () => {
  const folder = join(work, 'samples');
  mkdirSync(folder);
  const origins: string[] = [];
  for (const { source, text } of pages.filter(
    ({ path }) => !path.startsWith('decisions/') && path !== 'reference/api',
  ))
    for (const [, language = '', code = ''] of text.matchAll(/^```(ts|js|tsx)(?: live)?\n([\s\S]*?)^```/gm)) {
      if (/createOrigin|defineConfig|plugin-vue|from '\.\//.test(code)) continue;
      const name = `sample-${origins.length}.${language === 'tsx' ? 'tsx' : 'ts'}`;
      origins.push(`${name}: ${source}`);
      writeFileSync(join(folder, name), `export {};\n${code}`);
    }
  expect(origins.length).toBeGreaterThan(20);
  writeFileSync(join(folder, 'given.d.ts'), GIVEN);
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
  const { stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder],
    { cwd: dirname(folder), encoding: 'utf8' },
  );
  expect(stdout.trim() && `${stdout}\n${origins.join('\n')}`).toBe('');
}, 120_000);

const CONFIG = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'ES2022',
    module: 'ESNext',
    moduleResolution: 'bundler',
    jsx: 'react-jsx',
    skipLibCheck: true,
    types: [],
    lib: ['ES2023', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'],
    paths: {
      'smooth-player': [join(ROOT, 'dist/types/index.d.ts')],
      'smooth-player/element': [join(ROOT, 'dist/types/element.d.ts')],
      'smooth-player/transcript': [join(ROOT, 'dist/types/transcript.d.ts')],
      'smooth-player/react': [join(ROOT, 'types/react.d.ts')],
    },
  },
  include: ['*.ts', '*.tsx', '*.d.ts'],
};

/** What the samples take for granted. */
const GIVEN = `
declare global {
  const player: import('smooth-player').SmoothPlayer;
  class SmoothPlayer extends (null as unknown as typeof import('smooth-player').SmoothPlayer) {}
  const video: HTMLVideoElement;
  const element: import('smooth-player/element').SmoothPlayerElement;
  let token: string;
  function renewToken(): Promise<string>;
  function showToViewer(text: string): void;
  function show(...values: unknown[]): void;
  function draw(...values: unknown[]): void;
  function unwrap(bytes: Uint8Array): Uint8Array;
}
export {};
`;
