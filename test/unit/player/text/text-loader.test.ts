import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SmoothError } from '../../../../src/base/errors.ts';
import { seconds } from '../../../../src/base/time.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import type { Chunk, Stream } from '../../../../src/manifest/presentation.ts';
import { settingsOf } from '../../../../src/player/options.ts';
import { TextLoader } from '../../../../src/player/text/text-loader.ts';
import type { TextPorts } from '../../../../src/player/text/text-ports.ts';
import { Hosts } from '../../../../src/player/title/hosts.ts';

const MANIFEST = `<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="100000000">
  <StreamIndex Type="text" Name="text_en" Subtype="SUBT" Url="QualityLevels({bitrate})/Fragments(text_en={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="TTML"/>
    <c t="0" d="20000000" r="5"/>
  </StreamIndex>
  <StreamIndex Type="video" Name="video" Url="QualityLevels({bitrate})/Fragments(video={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="H264" MaxWidth="2" MaxHeight="2" CodecPrivateData="000000016742C00A000000010168CE3C80"/>
    <c t="0" d="20000000" r="5"/>
  </StreamIndex>
</SmoothStreamingMedia>`;

const HOSTS = ['http://one/title.ism/Manifest', 'http://two/title.ism/Manifest'];

let asked: string[];
let warnings: SmoothError[];
let respond: (url: string) => Promise<Response>;

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  warnings = [];
});

afterEach(() => {
  vi.useRealTimers();
});

/** A loader of all chunks in their order, and what it took. */
function createLoader() {
  const presentation = parseManifest(MANIFEST);
  const [stream] = presentation.streams as [Stream];
  const fetch = (request: Request) => {
    asked.push(request.url);
    return respond(request.url);
  };
  const ports: TextPorts = {
    title: {
      presentation,
      url: HOSTS[0] ?? '',
      hosts: new Hosts(HOSTS),
      trust: { origins: [], headers: undefined },
      transfer: { bytes: 0, firstByteMs: 0, bodyMs: 0 },
    },
    live: undefined,
    earlier: undefined,
    settings: () => settingsOf({ network: { fetch: fetch as typeof globalThis.fetch } }),
    playhead: () => seconds(0),
    trickRate: () => 1,
    bufferEnd: () => seconds(0),
    audioLanguage: () => undefined,
    repaired: () => {},
    warn: (error) => warnings.push(error),
    emit: () => {},
  };
  const taken: bigint[] = [];
  const controller = new AbortController();
  const demand = {
    next: (isSettled: (chunk: Chunk) => boolean) => [...stream.chunks].find((chunk) => !isSettled(chunk)),
    isWanted: () => true,
    take: async ({ chunk }: { chunk: Chunk }) => void taken.push(chunk.start),
  };
  const loader = new TextLoader(stream, ports, demand, controller.signal);
  return { loader, taken, controller };
}

const startsAsked = () => asked.map((url) => Number(/=(\d+)\)/.exec(url)?.[1]) / 1e7);

test('fragments are requested one at a time, each once', async () => {
  let [now, most] = [0, 0];
  respond = async () => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 100));
    now -= 1;
    return new Response('text');
  };
  const { loader, taken } = createLoader();
  for (let looks = 0; looks < 5; looks += 1) loader.look();
  await vi.advanceTimersByTimeAsync(2000);
  expect(startsAsked()).toEqual([0, 2, 4, 6, 8]);
  expect(taken).toHaveLength(5);
  expect(most).toBe(1);
});

test('a fragment that fails is asked of the other host, then left alone for a minute; the others are loaded', async () => {
  respond = async (url) =>
    url.includes('=20000000)') ? new Response('', { status: 404 }) : new Response('text');
  const { loader, taken } = createLoader();
  loader.look();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(taken.map(Number)).toEqual([0, 4e7, 6e7, 8e7]);
  const failed = asked.filter((url) => url.includes('=20000000)'));
  expect(failed.map((url) => new URL(url).host)).toEqual(['one', 'two']);
  expect(warnings.map(({ code }) => code)).toEqual(['text-unavailable']);
  await vi.advanceTimersByTimeAsync(40_000);
  loader.look();
  expect(asked.filter((url) => url.includes('=20000000)'))).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(20_000);
  loader.look();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.filter((url) => url.includes('=20000000)'))).toHaveLength(3);
});

test('a server that is down is asked ever less often, with a warning a minute', async () => {
  respond = async () => new Response('', { status: 500 });
  const { loader } = createLoader();
  loader.look();
  await vi.advanceTimersByTimeAsync(120_000);
  // 0.5, 1, 2, 4, 8 and then 15 s apart.
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.length).toBeLessThan(14);
  expect(warnings.length).toBeLessThanOrEqual(2);
});

test('nothing is requested once it is stopped', async () => {
  respond = () => new Promise(() => {});
  const { loader, taken, controller } = createLoader();
  loader.look();
  controller.abort();
  await vi.advanceTimersByTimeAsync(60_000);
  loader.look();
  expect(asked).toHaveLength(1);
  expect(taken).toEqual([]);
});

test('what was stopped goes on when somebody looks again', async () => {
  respond = async () => new Response('text');
  const { loader, taken } = createLoader();
  loader.look();
  loader.stop();
  await vi.advanceTimersByTimeAsync(1000);
  // What had been received by then.
  expect(taken.length).toBeLessThanOrEqual(1);
  loader.look();
  await vi.advanceTimersByTimeAsync(1000);
  expect(taken).toHaveLength(5);
});

test('one that is created when all is over requests nothing', async () => {
  respond = async () => new Response('text');
  const { loader, controller } = createLoader();
  controller.abort();
  loader.look();
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([]);
});
