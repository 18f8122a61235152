import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { settingsOf } from '../../../../src/player/options.ts';
import { fragmentOf } from '../../../../src/player/title/fragment-of.ts';
import { loadTitle } from '../../../../src/player/title/load-title.ts';
import type { Title } from '../../../../src/player/title/title.ts';

const MANIFEST = readFileSync(join(import.meta.dirname, '../../../../demo/sample/sample.ismc'), 'utf8');
const ORIGIN = 'https://origin.example';
const COMPOSITE_URL = `${ORIGIN}/joined.csm`;
const SECOND = 10_000_000;

const compositeOf = (...clips: readonly string[]) =>
  `<SmoothStreamingMedia MajorVersion="1" MinorVersion="0" Duration="0">${clips.join('')}</SmoothStreamingMedia>`;
const clip = (url: string, begin: number, end: number) =>
  `<Clip Url="${url}" ClipBegin="${begin * SECOND}" ClipEnd="${end * SECOND}"/>`;

type Answer = { readonly body?: string; readonly status?: number; readonly url?: string };

/** Loads a title; `answer` gets the URL of a request, and how many there were of it before. */
async function load(
  answer: (url: string, before: number) => Answer,
  url = COMPOSITE_URL,
  alternatives: string[] = [],
) {
  const requests: string[] = [];
  const fetch = async (input: unknown) => {
    const { url: asked } = input as Request;
    const before = requests.filter((one) => one === asked).length;
    requests.push(asked);
    const { body = null, status = 200, url: final = asked } = answer(asked, before);
    return Object.defineProperty(new Response(body, { status }), 'url', { value: final });
  };
  const settings = settingsOf({ network: { fetch } });
  const { signal } = new AbortController();
  const title = await loadTitle({ url, alternatives }, settings, () => {}, signal);
  return { title, requests };
}

function basesOf(title: Title, host?: string): readonly string[] {
  const stream = title.presentation.streams.find(({ type }) => type === 'video');
  if (!stream) throw new Error('no video');
  const [level] = stream.levels;
  const bases = Array.from(
    stream.chunks,
    (chunk) => fragmentOf(title, { stream, level, chunk, ...(host && { host }) }).base ?? '',
  );
  return [...new Set(bases)];
}

beforeEach(() => {
  vi.stubGlobal('MediaSource', { isTypeSupported: () => true });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("a clip's manifest that is not available at first is requested again", async () => {
  const { title, requests } = await load((url, before) => {
    if (url === COMPOSITE_URL)
      return { body: compositeOf(clip('a.ism/Manifest', 0, 4), clip('b.ism/Manifest', 0, 4)) };
    return url.includes('/b.ism') && before === 0 ? { status: 503 } : { body: MANIFEST };
  });
  expect(title.presentation.warnings).toEqual([]);
  expect(Number(title.presentation.duration)).toBe(8 * SECOND);
  expect(requests.filter((url) => url.includes('/b.ism'))).toHaveLength(2);
});

test("a clip's manifest that was cut off between streams is requested again", async () => {
  const cut = MANIFEST.slice(0, MANIFEST.indexOf('</StreamIndex>') + '</StreamIndex>'.length);
  const { title, requests } = await load((url, before) => {
    if (url === COMPOSITE_URL) return { body: compositeOf(clip('a.ism/Manifest', 0, 4)) };
    return { body: before === 0 ? cut : MANIFEST };
  });
  expect(title.presentation.warnings).toEqual([]);
  expect(requests).toHaveLength(3);
});

test('the manifest of several clips is requested once', async () => {
  const { title, requests } = await load((url) =>
    url === COMPOSITE_URL
      ? { body: compositeOf(...[0, 10, 20].map((begin) => clip('a.ism/Manifest', begin, begin + 2))) }
      : { body: MANIFEST },
  );
  expect(Number(title.presentation.duration)).toBe(6 * SECOND);
  expect(requests).toEqual([COMPOSITE_URL, `${ORIGIN}/a.ism/Manifest`]);
});

test("a clip's fragments are relative to its manifest's URL after redirects", async () => {
  const final = 'https://edge.example/v2/a.ism/Manifest';
  const other = 'https://other.example/joined.csm';
  const { title } = await load(
    (url) =>
      url === COMPOSITE_URL
        ? { body: compositeOf(clip('a.ism/Manifest', 0, 4)) }
        : { body: MANIFEST, url: final },
    COMPOSITE_URL,
    [other],
  );
  expect(basesOf(title)).toEqual([final]);
  expect(basesOf(title, other)).toEqual(['https://other.example/a.ism/Manifest']);
});

test('names of a composite manifest in another case are repaired', async () => {
  const body = compositeOf(clip('a.ism/Manifest', 5, 9))
    .replace('ClipBegin', 'clipBegin')
    .replace('ClipEnd', 'Clipend');
  const { title } = await load((url) => (url === COMPOSITE_URL ? { body } : { body: MANIFEST }));
  expect(Number(title.presentation.duration)).toBe(4 * SECOND);
  expect(title.presentation.warnings.map(({ code }) => code)).toEqual(['manifest-mended', 'manifest-mended']);
});

test('a composite manifest with correct names has no repairs', async () => {
  const streams = MANIFEST.slice(MANIFEST.indexOf('<StreamIndex'), MANIFEST.lastIndexOf('</'));
  const body = compositeOf(clip('a.ism/Manifest', 5, 9).replace('/>', `>${streams}</Clip>`));
  const { title, requests } = await load(() => ({ body }));
  expect(title.presentation.warnings).toEqual([]);
  expect(requests).toEqual([COMPOSITE_URL]);
});
