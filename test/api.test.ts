import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const inNode = (code: string) =>
  execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: ROOT, encoding: 'utf8' }).trim();

/** Paths of the reports, relative to the project, and their expected content. */
const { apiReports } = (await import(`${ROOT}/tools/api.mjs`)) as {
  apiReports: () => ReadonlyMap<string, string>;
};
const readReport = (path: string) => readFileSync(join(ROOT, path), 'utf8').replaceAll('\r\n', '\n');

test('the public types are those of the committed reports', () => {
  const reports = apiReports();
  expect(reports.size).toBe(4);
  for (const [path, report] of reports)
    expect(report, `${path} is out of date: run \`npm run api\` and commit what it changed`).toBe(
      readReport(path),
    );
});

test.each([
  ['index', 'smooth-player'],
  ['element', 'smooth-player/element'],
  ['transcript', 'smooth-player/transcript'],
])('in Node the package exports what the report of %s lists', (entry, specifier) => {
  const report = readReport(`test/api/${entry}.api.md`);
  const listed = [...report.matchAll(/(?<!As a type only:\n)^export (?:class|const|function) (\w+)/gm)].map(
    ([, name]) => name,
  );
  const exported = inNode(`console.log(Object.keys(await import('${specifier}')).join(' '))`);
  expect(exported.split(' ').sort()).toEqual(listed.sort());
});

test('importing it has no side effect', () => {
  const added = inNode(
    `const before = Object.keys(globalThis); await import('smooth-player'); console.log(Object.keys(globalThis).filter((key) => !before.includes(key)).length)`,
  );
  expect(added).toBe('0');
});

test('the elements import in Node, where they register nothing', () => {
  expect(
    inNode(`
      const { SmoothPlayerElement } = await import('smooth-player/element');
      console.log(typeof SmoothPlayerElement, globalThis.customElements?.get('smooth-player'))
    `),
  ).toBe('function undefined');
  expect(
    inNode(`
      const { SmoothTranscript } = await import('smooth-player/transcript');
      console.log(typeof SmoothTranscript, globalThis.customElements?.get('smooth-transcript'))
    `),
  ).toBe('function undefined');
});

test('in Node it parses manifests and says that it cannot play', () => {
  const manifest = `<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="20000000"><StreamIndex Type="audio" Url="Q({bitrate})/F(a={start time})"><QualityLevel Bitrate="64000" FourCC="AACL" CodecPrivateData="1190"/><c d="20000000"/></StreamIndex></SmoothStreamingMedia>`;
  const output = inNode(`
    const { SmoothPlayer, createInitSegment, fragmentUrl, parseManifest } = await import('smooth-player');
    const { streams: [stream] } = parseManifest(${JSON.stringify(manifest)});
    const [level] = stream.levels;
    const url = fragmentUrl('http://host/t.ism/Manifest', stream, level, stream.chunks.at(0).start);
    console.log(SmoothPlayer.isSupported(), SmoothPlayer.version, url, createInitSegment(stream, level).length > 300);
  `);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(output).toBe(`false ${version} http://host/t.ism/Q(64000)/F(a=0) true`);
});

test('every error code has words for the viewer and for the engineer', async () => {
  const { ERROR_TEXTS } = await import('../src/base/error-texts.ts');
  const { DRM_ERROR_TEXTS } = await import('../src/base/lock-error-texts.ts');
  const { OFFLINE_ERROR_TEXTS } = await import('../src/base/offline-error-texts.ts');
  const { ERROR_HINTS } = await import('../src/base/error-hints.ts');
  const { VIEWER_WORDS } = await import('../src/base/viewer-words.ts');
  const codes = Object.keys({ ...ERROR_TEXTS, ...DRM_ERROR_TEXTS, ...OFFLINE_ERROR_TEXTS }).sort();
  expect(Object.keys(ERROR_HINTS).sort()).toEqual(codes);
  expect(Object.keys(VIEWER_WORDS).sort()).toEqual(codes);
  for (const [code, words] of Object.entries(VIEWER_WORDS)) {
    expect(words, code).toMatch(/^[A-Z].*\.$/);
    expect(ERROR_HINTS[code as keyof typeof ERROR_HINTS], code).toMatch(/^\S.*\.$/);
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  }
});
