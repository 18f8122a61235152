import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ticks } from '../../../src/base/time.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { ThroughputMeter } from '../../../src/net/throughput-meter.ts';
import type { Trust } from '../../../src/net/trust.ts';
import { fetchFragment } from '../../../src/player/fragment/fetch-fragment.ts';
import { settingsOf } from '../../../src/player/options.ts';
import { fetchText } from '../../../src/player/text/fetch-text.ts';
import type { Title } from '../../../src/player/title/title.ts';
import { cleanFragments, cleanManifest } from '../../conformance/clean-title.ts';

const url = 'https://app.example/title.ism/Manifest';
const { signal } = new AbortController();
const presentation = parseManifest(cleanManifest());
const clean = await cleanFragments();
const fragment = clean({ stream: 'audio_en', bitrate: 9871, time: 0n }) ?? Buffer.alloc(0);

/** The body arrives in two pieces, the first one of as many bytes. */
const settings = (body: Uint8Array, first = body.length) => {
  const pieces = [body.subarray(0, first), body.subarray(first)].filter(({ length }) => length > 0);
  const stream = () =>
    new ReadableStream({ pull: (queue) => (pieces[0] ? queue.enqueue(pieces.shift()) : queue.close()) });
  return settingsOf({ network: { fetch: async () => new Response(stream()) } });
};
const trust: Trust = { origins: [], headers: undefined };

/** The bytes of the media segment made from a body. */
async function segmentOf(body: Uint8Array, first?: number): Promise<Buffer> {
  const stream = presentation.streams.find(({ type }) => type === 'audio');
  const chunk = stream?.chunks.at(0);
  if (!stream || !chunk) throw new Error('no audio');
  const pieces: Uint8Array[] = [];
  const deliver = (piece: Uint8Array) => pieces.push(piece) > 0;
  await fetchFragment(
    {
      host: url,
      trust,
      stream,
      level: stream.levels[0],
      chunk,
      zero: ticks(0),
      readEncryption: undefined,
      encryption: undefined,
      wholeMs: 10_000,
      isRetry: false,
    },
    { settings: settings(body, first), meter: new ThroughputMeter(), deliver, begun: () => {} },
    signal,
  );
  return Buffer.concat(pieces);
}

test.each([
  ['gzip', gzipSync(fragment)],
  ['zlib', deflateSync(fragment)],
])('a fragment compressed by %s without Content-Encoding is decompressed', async (_, body) => {
  const plain = await segmentOf(fragment);
  expect((await segmentOf(body)).equals(plain)).toBe(true);
  expect((await segmentOf(body, 1)).equals(plain)).toBe(true);
});

test('a fragment whose first piece is one byte is read', async () => {
  expect((await segmentOf(fragment, 1)).equals(await segmentOf(fragment))).toBe(true);
});

test('one that cannot be decompressed is malformed', async () => {
  await expect(segmentOf(gzipSync(fragment).subarray(0, 500))).rejects.toMatchObject({
    code: 'fragment-malformed',
  });
});

test('a text fragment too', async () => {
  const text = '<tt xmlns="http://www.w3.org/ns/ttml"/>';
  const stream = presentation.streams[0];
  const chunk = stream?.chunks.at(0);
  if (!stream || !chunk) throw new Error('no stream');
  const title = { url, presentation, hosts: undefined, trust } as unknown as Title;
  const { bytes } = await fetchText(
    { title, settings: () => settings(gzipSync(text)) },
    stream,
    chunk,
    0,
    signal,
  );
  expect(new TextDecoder().decode(bytes)).toBe(text);
});
