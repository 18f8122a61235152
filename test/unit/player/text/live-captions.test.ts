import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seconds, ticks } from '../../../../src/base/time.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import type { Stream } from '../../../../src/manifest/presentation.ts';
import type { Live } from '../../../../src/player/live/live.ts';
import { LiveStream } from '../../../../src/player/live/live-stream.ts';
import { nowInSeconds } from '../../../../src/player/live/now.ts';
import { settingsOf } from '../../../../src/player/options.ts';
import { openCueStream } from '../../../../src/player/text/cue-stream.ts';
import { loadAllCues } from '../../../../src/player/text/load-all-cues.ts';
import type { TextPorts } from '../../../../src/player/text/text-ports.ts';
import { Hosts } from '../../../../src/player/title/hosts.ts';
import { ttml } from '../../../support/text.ts';

/** Captions in chunks of two seconds, up to `end`; their fragments announce nothing. */
const presentationOf = (end: number) =>
  parseManifest(`<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="0" IsLive="TRUE">
  <StreamIndex Type="text" Name="cc" Subtype="CAPT" Url="QualityLevels({bitrate})/Fragments(cc={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="TTML"/>
    <c t="0" d="20000000" r="${end / 2}"/>
  </StreamIndex>
  <StreamIndex Type="video" Name="video" Url="QualityLevels({bitrate})/Fragments(video={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="H264" MaxWidth="2" MaxHeight="2" CodecPrivateData="000000016742C00A000000010168CE3C80"/>
    <c t="0" d="20000000" r="5"/>
  </StreamIndex>
</SmoothStreamingMedia>`);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A channel whose manifest lists captions up to `end`, just written. */
function join(end: number, windowStart = 0) {
  const joined = presentationOf(end);
  const growing = new LiveStream(joined.streams[0] as Stream, joined, nowInSeconds());
  const { stream } = growing;
  const presentation = { ...joined, streams: [stream] };
  const url = 'http://one/title.isml/Manifest';
  const requested: number[] = [];
  const warnings: string[] = [];
  const refreshes: number[] = [];
  let [position, refreshedAt] = [0, nowInSeconds()];
  const answer = async (request: Request) => {
    const start = Number(/=(\d+)\)/.exec(request.url)?.[1]) / 1e7;
    requested.push(start);
    if (start < windowStart - 2) return new Response('', { status: 404 });
    return new Response(ttml(`<div><p begin="0s" end="1s">${start}</p></div>`));
  };
  const live: Partial<Live> = {
    streamOf: () => growing,
    info: { window: { start: windowStart, end } } as Live['info'],
    refreshList: (maxAge) => {
      if (nowInSeconds() - refreshedAt < maxAge) return;
      refreshedAt = nowInSeconds();
      refreshes.push(position);
    },
  };
  const ports: TextPorts = {
    title: {
      presentation,
      url,
      hosts: new Hosts([url]),
      trust: { origins: [], headers: undefined },
      transfer: { bytes: 0, firstByteMs: 0, bodyMs: 0 },
    },
    live: live as Live,
    earlier: undefined,
    settings: () => settingsOf({ network: { fetch: answer as typeof fetch } }),
    playhead: () => seconds(position),
    trickRate: () => 1,
    bufferEnd: () => seconds(position),
    audioLanguage: () => undefined,
    repaired: () => {},
    warn: ({ code }) => warnings.push(code),
    emit: () => {},
  };
  const { signal } = new AbortController();
  const source = openCueStream(stream, ports, () => {}, signal);
  source.want('all');
  return {
    requested,
    warnings,
    refreshes,
    growing,
    all: () => loadAllCues(stream, ports, signal),
    /** The encoder is 6 s ahead of the playhead. */
    async playTo(to: number, from = position) {
      for (position = from; position < to; position += 0.25) {
        source.look();
        await vi.advanceTimersByTimeAsync(250);
      }
    },
    list: (newEnd: number) =>
      growing.merge((presentationOf(newEnd).streams[0] as Stream).chunks, nowInSeconds()),
  };
}

test('the list is refreshed before the playhead reaches its end', async () => {
  const channel = join(20);
  await channel.playTo(16.5, 14);
  expect(channel.refreshes).toEqual([]);
  await channel.playTo(18);
  expect(channel.refreshes).toEqual([17]);
  channel.list(24);
  await channel.playTo(20.5);
  expect(channel.refreshes).toEqual([17]);
  expect(channel.requested).toEqual([14, 12, 16, 18, 20, 22]);
});

test('a stream that lists nothing more is asked for ever more rarely', async () => {
  const channel = join(20);
  await channel.playTo(620, 14);
  expect(channel.refreshes.length).toBeGreaterThan(20);
  expect(channel.refreshes.length).toBeLessThan(60);
  const [before = 0, last = 0] = channel.refreshes.slice(-2);
  expect(last - before).toBeGreaterThan(28);
  channel.list(630);
  await channel.playTo(634);
  expect(channel.refreshes.at(-1)).toBeGreaterThan(626);
});

test('captions before a long silence are requested once', async () => {
  const channel = join(20);
  await channel.playTo(200, 14);
  expect(channel.requested).toEqual([14, 12, 16, 18]);
});

test('all cues are those of the published part of the window', async () => {
  const channel = join(20, 9);
  const announced = { start: ticks(200_000_000n), duration: ticks(20_000_000n) };
  channel.growing.announce(9, [announced], nowInSeconds());
  expect(channel.growing.end).toBe(22);
  const cues = await channel.all();
  expect(cues.map(({ text }) => text)).toEqual(['8', '10', '12', '14', '16', '18']);
  expect(channel.warnings).toEqual([]);
});
