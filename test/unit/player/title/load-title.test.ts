import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type SmoothSource, settingsOf } from '../../../../src/player/options.ts';
import { loadTitle } from '../../../../src/player/title/load-title.ts';

const MANIFEST = readFileSync(join(import.meta.dirname, '../../../../demo/sample/sample.ismc'));
const SOURCE = { url: 'http://origin.example/sample.ism/Manifest' };

test('a cache is asked past when a manifest is wanted afresh, and after an answer that was none', async () => {
  const asked: RequestCache[] = [];
  const fetch = async (input: unknown) => {
    asked.push((input as Request).cache);
    return asked.length === 2 ? new Response(null, { status: 503 }) : new Response(MANIFEST);
  };
  const settings = settingsOf({ network: { fetch } });
  const { signal } = new AbortController();
  await loadTitle(SOURCE, settings, () => {}, signal);
  await loadTitle(SOURCE, settings, () => {}, signal, 'no-cache');
  expect(asked).toEqual(['default', 'no-cache', 'reload']);
});

test('a manifest that is packed without saying so is unpacked', async () => {
  const fetch = async () => new Response(gzipSync(MANIFEST));
  const { presentation } = await loadTitle(
    SOURCE,
    settingsOf({ network: { fetch } }),
    () => {},
    new AbortController().signal,
  );
  expect(presentation.streams.map(({ type }) => type)).toContain('video');
});

test.each([{ url: '' }, { url: ' ' }, {}, { url: 3 }])('%j is no source', async (source) => {
  const loading = loadTitle(source as SmoothSource, settingsOf({}), () => {}, new AbortController().signal);
  await expect(loading).rejects.toMatchObject({ code: 'source-invalid' });
});

test('clips must be a list', async () => {
  const source = { clips: 3 } as unknown as SmoothSource;
  const loading = loadTitle(source, settingsOf({}), () => {}, new AbortController().signal);
  await expect(loading).rejects.toMatchObject({ code: 'option-invalid' });
});
