import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadTitle } from '../../../src/player/load-title.ts';
import { settingsOf } from '../../../src/player/options.ts';

const MANIFEST = readFileSync(join(import.meta.dirname, '../../../demo/sample/sample.ismc'));
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
