import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seconds } from '../../../../src/base/time.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import type { Stream } from '../../../../src/manifest/presentation.ts';
import { EventAddEvent, TimedEvent } from '../../../../src/player/events.ts';
import type { Live } from '../../../../src/player/live/live.ts';
import { LiveStream } from '../../../../src/player/live/live-stream.ts';
import { settingsOf } from '../../../../src/player/options.ts';
import type { TextPorts } from '../../../../src/player/text/text-ports.ts';
import { TitleEvents } from '../../../../src/player/text/title-events.ts';
import { Hosts } from '../../../../src/player/title/hosts.ts';

/** A chunk of a sparse stream, in seconds; with `text`, its payload is in the manifest. */
type Listed = readonly [at: number, duration: number, text?: string];

const chunk = ([at, duration, text]: Listed) =>
  `<c t="${at}0000000" d="${duration}0000000">${text ? `<f>${Buffer.from(text).toString('base64')}</f>` : ''}</c>`;

const presentationOf = (subtype: string, listed: readonly Listed[]) =>
  parseManifest(`<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="0" IsLive="TRUE">
  <StreamIndex Type="text" Name="ads" Subtype="${subtype}" ParentStreamIndex="video" ManifestOutput="TRUE" Url="QualityLevels({bitrate})/Fragments(ads={start time})">
    <QualityLevel Index="0" Bitrate="0" FourCC=""/>
    ${listed.map(chunk).join('')}
  </StreamIndex>
  <StreamIndex Type="video" Name="video" Url="QualityLevels({bitrate})/Fragments(video={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="H264" MaxWidth="2" MaxHeight="2" CodecPrivateData="000000016742C00A000000010168CE3C80"/>
    <c t="0" d="20000000" r="5"/>
  </StreamIndex>
</SmoothStreamingMedia>`);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A channel that lists these events when it is joined, and what it fires. */
function join(listed: readonly Listed[], { subtype = 'DATA', status = 200 } = {}) {
  const joined = presentationOf(subtype, listed);
  const growing = new LiveStream(joined.streams[0] as Stream, joined, 0);
  const presentation = { ...joined, streams: [growing.stream] };
  const url = 'http://one/title.isml/Manifest';
  const requested: number[] = [];
  const log: string[] = [];
  let position = 0;
  const answer = async (request: Request) => {
    const start = Number(/=(\d+)\)/.exec(request.url)?.[1]) / 1e7;
    requested.push(start);
    return new Response(`fetched ${start}`, { status });
  };
  const ports: TextPorts = {
    title: {
      presentation,
      url,
      hosts: new Hosts([url]),
      trust: { origins: [], headers: undefined },
      transfer: { bytes: 0, firstByteMs: 0, bodyMs: 0 },
    },
    live: { streamOf: () => growing, soughtTo: undefined } as unknown as Live,
    earlier: undefined,
    settings: () => settingsOf({ network: { fetch: answer as typeof fetch } }),
    playhead: () => seconds(position),
    trickRate: () => 1,
    bufferEnd: () => seconds(position),
    audioLanguage: () => undefined,
    repaired: () => {},
    warn: () => {},
    emit: (event) => {
      if (event instanceof EventAddEvent) log.push(`added ${event.cue.text}`);
      if (event instanceof TimedEvent) log.push(`fired ${event.cue.text}`);
    },
  };
  const events = new TitleEvents(ports, () => {}, new AbortController().signal);
  return {
    log,
    requested,
    events,
    texts: () => events.tracks.flatMap(({ cues }) => cues.map(({ text }) => text)),
    async playTo(at: number) {
      position = at;
      events.advanced(seconds(at), 1);
      events.look();
      await vi.advanceTimersByTimeAsync(100);
    },
    async seekTo(at: number) {
      position = at;
      events.landed(seconds(at), 1);
      events.look();
      await vi.advanceTimersByTimeAsync(100);
    },
    async list(next: readonly Listed[]) {
      const [stream] = presentationOf(subtype, next).streams as [Stream];
      growing.embedded = stream.embedded;
      growing.merge(stream.chunks, 0);
      events.look();
      await vi.advanceTimersByTimeAsync(100);
    },
    dropBefore: (start: number) => events.dropBefore(seconds(start)),
    announce: (start: number) =>
      events.onResponse(
        new Headers({ 'content-type': `video/mp4;ChildTrack="ads=${BigInt(start) * 10_000_000n}"` }),
      ),
  };
}

test('an event that has left the window does not fire again while the server still lists it', async () => {
  const channel = join([[1000, 0, 'a']]);
  for (const at of [990, 1001, 1590]) await channel.playTo(at);
  channel.dropBefore(1000.5);
  for (const at of [1592, 1602]) {
    await channel.list([
      [1000, 0, 'a'],
      [at, 0, `b ${at}`],
    ]);
    await channel.playTo(at + 1);
    channel.dropBefore(at - 590);
  }
  expect(channel.log).toEqual([
    'added a',
    'fired a',
    'added b 1592',
    'fired b 1592',
    'added b 1602',
    'fired b 1602',
  ]);
});

test('an event that lasts into the window stays until it ends', async () => {
  const channel = join([[1000, 60, 'a']]);
  for (const at of [990, 1001, 1590]) await channel.playTo(at);
  channel.dropBefore(1030);
  expect(channel.texts()).toEqual(['a']);
  channel.dropBefore(1070);
  expect(channel.texts()).toEqual([]);
});

test('the chapter that lasts into the window stays, and its fragment is requested once', async () => {
  const channel = join(
    [
      [1000, 2],
      [1100, 2],
      [1300, 2],
    ],
    { subtype: 'CHAP' },
  );
  for (const at of [990, 1001, 1400]) await channel.playTo(at);
  expect(channel.requested).toEqual([1000, 1100, 1300]);
  channel.dropBefore(1200);
  await channel.playTo(1401);
  channel.dropBefore(1210);
  await channel.playTo(1402);
  expect(channel.texts()).toEqual(['fetched 1100', 'fetched 1300']);
  expect(channel.requested).toEqual([1000, 1100, 1300]);
});

test('events of an encoder that restarted on an earlier clock are not dropped', async () => {
  const channel = join([[1000, 0, 'a']]);
  for (const at of [990, 1001, 1590]) await channel.playTo(at);
  channel.dropBefore(1470);
  await channel.list([[60, 0, 'b']]);
  expect(channel.texts()).toEqual([]);
  await channel.seekTo(50);
  await channel.playTo(61);
  expect(channel.log).toEqual(['added a', 'fired a', 'added b', 'fired b']);
});

test('when the manifest lists no event any more, those it had at first do not come back', async () => {
  const channel = join([[1000, 0, 'a']]);
  for (const at of [990, 1001]) await channel.playTo(at);
  await channel.list([[1650, 0, 'b']]);
  await channel.playTo(1651);
  channel.dropBefore(1040);
  await channel.list([]);
  await channel.playTo(2300);
  expect(channel.log).toEqual(['added a', 'fired a', 'added b', 'fired b']);
});

test('what the manifest contains is not requested, even if it had nothing at first', async () => {
  const channel = join([]);
  await channel.playTo(990);
  await channel.list([[1000, 30, 'a']]);
  await channel.playTo(1001);
  channel.announce(1000);
  await channel.playTo(1002);
  expect(channel.requested).toEqual([]);
  expect(channel.log).toEqual(['added a', 'fired a']);
});

test('what responses name before the manifest contains it is requested, and nothing else', async () => {
  const channel = join([[1000, 30, 'a']]);
  await channel.playTo(1035);
  channel.announce(1060);
  await channel.playTo(1061);
  expect(channel.requested).toEqual([1060]);
  expect(channel.log).toEqual(['added a', 'added fetched 1060', 'fired fetched 1060']);
});

test('a fragment that is missing is given up when it has left the window', async () => {
  const channel = join([], { status: 404 });
  await channel.playTo(1000);
  channel.announce(1000);
  await vi.advanceTimersByTimeAsync(120_000);
  await channel.playTo(1120);
  const { length } = channel.requested;
  expect(length).toBeGreaterThan(1);
  channel.dropBefore(1100);
  await vi.advanceTimersByTimeAsync(120_000);
  await channel.playTo(1240);
  expect(channel.requested).toHaveLength(length);
});
