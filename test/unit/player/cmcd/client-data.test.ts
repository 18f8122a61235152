import { decodeCmcd } from '@svta/cml-cmcd';
import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import type { RequestSubject } from '../../../../src/net/app-request.ts';
import { checkOptions } from '../../../../src/player/cmcd/check-options.ts';
import { ClientData } from '../../../../src/player/cmcd/client-data.ts';
import type { CmcdOptions } from '../../../../src/player/cmcd/cmcd-options.ts';
import { type SmoothOptions, settingsOf } from '../../../../src/player/options.ts';
import type { PlayerStats } from '../../../../src/player/report/stats.ts';
import { NOTHING_PLAYS, StatsBook } from '../../../../src/player/report/stats-book.ts';
import { selectStreams } from '../../../../src/player/select-streams.ts';
import { Selection } from '../../../../src/player/selection.ts';
import type { SessionView } from '../../../../src/player/session-view.ts';

const HOST = 'https://h/t.ism/Manifest';
const PRESENTATION = parseManifest(
  `<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="60000000">
  <StreamIndex Type="video" Url="Q({bitrate})/F(video={start time})">
  <QualityLevel Bitrate="1000000" FourCC="H264" MaxWidth="640" MaxHeight="360" CodecPrivateData="00000001674D401F0000000168EE3880"/>
  <QualityLevel Bitrate="3000000" FourCC="H264" MaxWidth="1280" MaxHeight="720" CodecPrivateData="00000001674D401F0000000168EE3880"/>
  <c d="20000000" r="3"/></StreamIndex>
  <StreamIndex Type="audio" Url="Q({bitrate})/F(audio={start time})">
  <QualityLevel Bitrate="64000" FourCC="AACL" SamplingRate="44100" Channels="2" CodecPrivateData="1210"/>
  <c d="20000000" r="3"/></StreamIndex></SmoothStreamingMedia>`,
);
const [VIDEO, AUDIO] = PRESENTATION.streams;
const MEDIA = {
  paused: false,
  seeking: false,
  ended: false,
  readyState: 4,
  playbackRate: 1,
} as HTMLMediaElement;

/** What the session is like; fields may be changed between requests. */
function world(options: CmcdOptions = {}) {
  const stats: PlayerStats = {
    ...new StatsBook(0).report(NOTHING_PLAYS),
    bufferAhead: { video: 10, audio: 0.2 },
    estimate: 5_000_000,
  };
  const view = {
    source: { url: HOST },
    signal: new AbortController().signal,
    stats,
    selection: new Selection(selectStreams(PRESENTATION, () => true)),
    presentation: PRESENTATION as SessionView['presentation'],
    error: undefined,
    media: () => MEDIA as HTMLMediaElement | undefined,
    trickRate: () => 1,
  };
  const data = new ClientData(
    checkOptions({ sessionId: 's', ...options }, (error) => {
      throw error;
    }),
    view,
  );
  /** What a request tells; `undefined`: nothing. */
  const tell = async (
    subject: RequestSubject,
    { trusted = true, ...more }: { trusted?: boolean } & SmoothOptions = {},
  ) => {
    const settings = settingsOf({ cmcd: options, ...more });
    const hooks = data.hooksFor(subject, settings);
    const plain = new Request('https://h/t.ism/Q(1)/F(1)?own=%2F');
    const sent = (await hooks.request?.(plain, { trusted })) ?? plain;
    expect(sent.url.startsWith(plain.url)).toBe(true);
    const told = new URL(sent.url).searchParams.get('CMCD');
    return told === null ? undefined : decodeCmcd(told, { convertToLatest: false });
  };
  return { view, data, tell };
}

function fragment(type: 'video' | 'audio', index = 0) {
  const stream = type === 'video' ? VIDEO : AUDIO;
  const chunk = stream?.chunks.at(index);
  if (!stream || !chunk) throw new Error('there is no such chunk');
  return { stream, level: stream.levels[0], chunk, host: HOST };
}

describe('a request', () => {
  test('for a fragment tells of it, and of its own buffer', async () => {
    const { tell } = world();
    const shared = { d: 2000, mtp: 5000, sf: 's', sid: 's', st: 'v' };
    expect(await tell(fragment('video'))).toEqual({
      ...{ ...shared, ot: 'v', br: 1000, tb: 3000, bl: 10_000, dl: 10_000, rtp: 5000 },
      nor: '..%2FQ(1000000)%2FF(video%3D20000000)',
    });
    expect(await tell(fragment('audio', 2))).toEqual({
      ...{ ...shared, ot: 'a', br: 64, tb: 64, bl: 200, dl: 200, rtp: 400 },
    });
  });

  test('for a manifest is urgent until there is one', async () => {
    const { tell, view } = world();
    expect(await tell(undefined)).toEqual({ mtp: 5000, ot: 'm', sf: 's', sid: 's', st: 'v' });
    Object.assign(view, { presentation: undefined, media: () => undefined });
    expect(await tell(undefined)).toEqual({ mtp: 5000, ot: 'm', pr: 0, sf: 's', sid: 's', su: true });
  });

  test('for a picture has no say in the buffer', async () => {
    const { tell, view } = world();
    Object.assign(view, { trickRate: () => 8 });
    expect(await tell({ ...fragment('video'), isPicture: true })).toEqual({
      ...{ br: 1000, mtp: 5000, ot: 'v', pr: 8, sf: 's', sid: 's', st: 'v' },
    });
    expect((await tell('picture'))?.ot).toBe('o');
    expect((await tell('text'))?.ot).toBe('c');
  });

  test('is urgent while the picture waits', async () => {
    const { tell, view } = world();
    Object.assign(view, { media: () => ({ ...MEDIA, readyState: 1 }) });
    expect(await tell(fragment('video'))).toMatchObject({ su: true });
  });

  test('after a stall says once which buffer ran dry', async () => {
    const { tell, data } = world();
    data.onStall();
    expect(await tell(fragment('video'))).not.toHaveProperty('bs');
    expect(await tell(fragment('audio'))).toMatchObject({ bs: true });
    expect(await tell(fragment('audio', 1))).not.toHaveProperty('bs');
  });

  test('names as the top what may be chosen', async () => {
    const { tell } = world();
    expect(await tell(fragment('video'), { heuristics: { maxHeight: 400 } })).toMatchObject({ tb: 1000 });
  });
});

test('nothing is told to an origin that the app did not name, nor once it is turned off, nor by reports alone', async () => {
  const { tell, data } = world();
  expect(await tell(fragment('video'), { trusted: false })).toBeUndefined();
  const off = settingsOf({});
  expect(data.hooksFor(undefined, off)).toBe(off.network);
  expect(await world({ mode: 'event', url: 'https://c/' }).tell(undefined)).toBeUndefined();
});

test('the app’s own hooks see the request as it leaves, and may have it', async () => {
  const { data } = world();
  const seen: string[] = [];
  const request = (plain: Request) => {
    seen.push(plain.url);
    return new Request('https://h/signed');
  };
  const { request: hook } = data.hooksFor(undefined, settingsOf({ cmcd: {}, network: { request } }));
  expect((await hook?.(new Request(HOST), { trusted: true }))?.url).toBe('https://h/signed');
  expect(seen).toEqual([expect.stringContaining(`${HOST}?CMCD=`)]);
});

test('the URL of an answer is as the app gave it, after redirects too', async () => {
  const { response: hook } = world().data.hooksFor(undefined, settingsOf({ cmcd: {} }));
  const response = Object.defineProperty(new Response(''), 'url', {
    value: 'https://other/Manifest?a=1&CMCD=ot%3Dm',
    configurable: true,
  });
  expect((await hook?.(response, new Request(HOST), { trusted: true }))?.url).toBe(
    'https://other/Manifest?a=1',
  );
});
