import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelOptions, Epoch } from '../../../../demo/origin/live/channel.ts';
import { createOrigin } from '../../../../demo/origin/server.ts';
import { ask } from '../ask.ts';
import { END_OF_STREAM, type PushedTrack, Pusher, trackOf, until } from '../live/pusher.ts';
import { readFileNames } from '../read-presentation.ts';
import { askHls, askText, expectRules, type ReadPlaylist } from './ask-formats.ts';
import { SAMPLE } from './titles.ts';

const START = Date.UTC(2026, 0, 29, 12, 0, 0);
const CHANNEL = '/live/channel.isml';

const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

/** A channel whose clock the test moves. */
async function channel(own: Partial<ChannelOptions> = {}) {
  let now = START;
  const options = {
    path: CHANNEL,
    source: join(SAMPLE, 'sample.ism'),
    history: 40,
    windowSeconds: 20,
    ...own,
  };
  const origin = createOrigin({ live: [{ now: () => now, ...options }] });
  cleaning.push(() => origin.close());
  const url = await origin.listen();
  return {
    url,
    channel: origin.live.get(CHANNEL),
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    video: () => askHls(url, `${CHANNEL}/QualityLevels(57019)/Manifest(video,format=m3u8-cmaf).m3u8`),
    audio: () => askHls(url, `${CHANNEL}/QualityLevels(9871)/Manifest(audio_en,format=m3u8-cmaf).m3u8`),
    dash: () => askText(url, `${CHANNEL}/Manifest(format=mpd-time-cmaf)`),
  };
}

/** Number, address and date of each segment. */
const entriesOf = ({ parsed }: ReadPlaylist) =>
  parsed.segments.map(({ uri, programDateTime, duration }, i) => ({
    number: parsed.mediaSequence + i,
    uri,
    date: programDateTime,
    duration,
  }));

/** Of each entry, whether it stands for what is missing. */
const gapsOf = ({ text }: ReadPlaylist) =>
  text
    .split('#EXTINF')
    .slice(0, -1)
    .map((before) => before.includes('#EXT-X-GAP'));

describe.each<[Epoch, number]>([
  ['zero', 0],
  ['unix', Date.UTC(2020, 0, 1)],
  ['dotnet', Date.UTC(2020, 0, 1)],
])('a channel whose times count from %s', (epoch, zeroAt) => {
  it('keeps number, address and date of every segment as the window slides', async () => {
    const { video, audio, pass } = await channel({ epoch });
    for (const read of [video, audio]) {
      const seen = new Map<string, { number: number; date: number | undefined; duration: number }>();
      let last = -1;
      for (let round = 0; round < 20; round += 1) {
        const playlist = await read();
        expectRules(playlist);
        expect(playlist.parsed.endList).toBeUndefined();
        expect(playlist.parsed.targetDuration).toBe(2);
        for (const { uri, ...entry } of entriesOf(playlist)) {
          expect(seen.get(uri) ?? entry).toEqual(entry);
          seen.set(uri, entry);
        }
        expect(playlist.parsed.mediaSequence).toBeGreaterThanOrEqual(last);
        last = playlist.parsed.mediaSequence;
        pass(1.7);
      }
      expect(seen.size).toBeGreaterThan(20);
    }
  });

  it('tells the time of day, and times that doubles hold', async () => {
    const { video, dash, url } = await channel({ epoch });
    const playlist = await video();
    const [first] = entriesOf(playlist);
    const time = BigInt(/=(\d+),/.exec(first?.uri ?? '')?.[1] ?? 0);
    const zero = epoch === 'zero' ? START - 40_000 : zeroAt;
    expect(first?.date).toBe(zero + Number(time / 10_000n));
    const mpd = await dash();
    expect(mpd).toContain(`availabilityStartTime="${new Date(zero).toISOString()}"`);
    expect(mpd).toMatch(/type="dynamic".*timeShiftBufferDepth="PT20S"/);
    expect(mpd).toContain(`<S t="${time}" d="20000000"`);
    expect(mpd).not.toContain('mediaPresentationDuration');
    const { status, body } = await ask(url, `${CHANNEL}/QualityLevels(57019)/${first?.uri}`);
    expect(status).toBe(200);
    expect(body.readBigUInt64BE(body.indexOf('tfdt') + 8)).toBe(time);
  });

  it('answers every segment that is listed, with the media of the fragment', async () => {
    const { video, url } = await channel({ epoch });
    const { parsed } = await video();
    const smooth = await askText(url, `${CHANNEL}/Manifest`);
    const times = [...(smooth.split('<StreamIndex')[1] ?? '').matchAll(/<c t="(\d+)"/g)].map(([, t]) => t);
    expect(times).toHaveLength(parsed.segments.length);
    for (const [i, { uri }] of parsed.segments.entries()) {
      const cmaf = (await ask(url, `${CHANNEL}/QualityLevels(57019)/${uri}`)).body;
      const fragment = (await ask(url, `${CHANNEL}/QualityLevels(57019)/Fragments(video=${times[i]})`)).body;
      const media = (bytes: Buffer) => bytes.subarray(bytes.readUInt32BE(0));
      expect(media(cmaf).equals(media(fragment))).toBe(true);
    }
  });
});

describe('a channel', () => {
  it('lets caches keep its lists for a second, and refuses what is too early or too late as in Smooth', async () => {
    const { video, url, pass } = await channel();
    const head = await ask(url, `${CHANNEL}/Manifest(format=m3u8-cmaf)`);
    expect(head.headers['cache-control']).toBe('public, max-age=1');
    const { parsed } = await video();
    const [first] = parsed.segments;
    const last = BigInt(/=(\d+),/.exec(parsed.segments.at(-1)?.uri ?? '')?.[1] ?? 0);
    const get = (uri: string) => ask(url, `${CHANNEL}/QualityLevels(57019)/${uri}`);
    expect((await get(`Fragments(video=${last + 20_000_000n},format=cmaf).m4s`)).status).toBe(412);
    pass(60);
    expect((await get(first?.uri ?? '')).status).toBe(410);
  });

  it('goes on counting over a stop and a restart', async () => {
    const { video, channel: air, pass } = await channel({ windowSeconds: 60 });
    const before = entriesOf(await video());
    air?.apply({ type: 'stop' });
    pass(7);
    air?.apply({ type: 'restart' });
    pass(20);
    const after = entriesOf(await video());
    for (const entry of before.slice(-5)) expect(after.find(({ uri }) => uri === entry.uri)).toEqual(entry);
    expect(after.length).toBeGreaterThan(before.length);
  });

  it('ends with everything at the addresses that it had', async () => {
    const { video, dash, channel: air, pass } = await channel();
    const before = entriesOf(await video());
    air?.apply({ type: 'end' });
    pass(3);
    const playlist = await video();
    expect(playlist.parsed.endList).toBe(true);
    const after = entriesOf(playlist);
    for (const entry of before.slice(4)) expect(after.find(({ uri }) => uri === entry.uri)).toEqual(entry);
    const mpd = await dash();
    expect(mpd).toContain('type="static"');
    expect(mpd).not.toContain('minimumUpdatePeriod');
    expect(mpd).not.toContain('UTCTiming');
  });

  it('without a window is an event whose list only grows', async () => {
    const { video, pass } = await channel({ windowSeconds: 0, history: 20 });
    const first = await video();
    expect(first.parsed.playlistType).toBe('EVENT');
    pass(10);
    const second = await video();
    expect(second.text.startsWith(first.text.slice(0, -1))).toBe(true);
  });
});

describe('an event that encoders push', () => {
  const PATH = '/live/event.isml';
  const UNIX = BigInt(Date.UTC(2026, 4, 6, 7, 8, 10)) * 10_000n;
  /** Pauses after which an encoder comes back with the same. */
  const DAYS = 20n * 86_400n * 10_000_000n;
  const MINUTES = 90n * 60n * 10_000_000n;
  let video: PushedTrack;
  let audio: PushedTrack;
  let shifted: (pause: bigint) => Promise<{ readonly video: PushedTrack; readonly audio: PushedTrack }>;
  beforeAll(async () => {
    const names = await readFileNames(SAMPLE, 'sample');
    const facts = {
      kind: 'video',
      trackId: 6,
      bitrate: 57_019,
      params: {
        FourCC: 'H264',
        MaxWidth: '256',
        MaxHeight: '144',
        CodecPrivateData: '000000016742C00CD981013B011000000300100000030320F142A6800000000168C96092C8',
      },
    } as const;
    const ofAudio = { kind: 'audio', trackId: 7, bitrate: 9871, params: { FourCC: 'AACL' } } as const;
    shifted = async (pause) => ({
      video: await trackOf(join(SAMPLE, names[5] ?? ''), facts, UNIX + pause),
      audio: await trackOf(join(SAMPLE, names[6] ?? ''), ofAudio, UNIX + pause),
    });
    ({ video, audio } = await shifted(0n));
  });

  async function point() {
    const archive = await mkdtemp(join(tmpdir(), 'formats-push-'));
    cleaning.push(() => rm(archive, { recursive: true, force: true }));
    const origin = createOrigin({ publish: [{ path: PATH, archive, lookAhead: 0, windowSeconds: 0 }] });
    cleaning.push(() => origin.close());
    const url = await origin.listen();
    const list = (place = 'QualityLevels(57019)/Manifest(video') =>
      askHls(url, `${PATH}/${place},format=m3u8-cmaf).m3u8`);
    return {
      url,
      list,
      listAudio: () => list('QualityLevels(9871)/Manifest(audio'),
      push: () => new Pusher(url, `${PATH}/Streams(main)`),
      reaches: (time: bigint | undefined) =>
        until(
          async () =>
            (await list().catch(() => undefined))?.text.includes(
              `video=${(time ?? 0n) - 15_778_368_000_000_000n},`,
            ) ?? false,
        ),
    };
  }

  it('lists what never came as missing, and keeps every number when it comes after all', async () => {
    const { list, push, reaches, url } = await point();
    const first = push();
    first.write(video.header, ...video.fragments.slice(0, 3));
    await reaches(video.times[2]);
    first.break();
    const second = push();
    second.write(video.header, ...video.fragments.slice(6, 9));
    await reaches(video.times[8]);
    const holed = await list();
    expectRules(holed);
    expect(gapsOf(holed)).toEqual([
      ...[false, false, false],
      ...[true, true, true],
      ...[false, false, false],
    ]);
    const { body } = await ask(url, `${PATH}/Manifest(format=mpd-time-cmaf)`);
    expect([...`${body}`.matchAll(/<S t="\d+"/g)]).toHaveLength(2);
    push().write(video.header, ...video.fragments.slice(3, 6));
    await reaches(video.times[5]);
    await until(async () => !(await list()).text.includes('EXT-X-GAP'));
    const filled = await list();
    expect(filled.parsed.mediaSequence).toBe(holed.parsed.mediaSequence);
    expect(filled.parsed.segments.map(({ uri }) => uri)).toEqual(holed.parsed.segments.map(({ uri }) => uri));
  });

  /** Three chunks of picture and sound, before a pause and after it. */
  async function paused(pause: bigint) {
    const made = await point();
    const first = [made.push(), made.push()];
    first[0]?.write(audio.header, ...audio.fragments.slice(0, 3));
    first[1]?.write(video.header, ...video.fragments.slice(0, 3));
    await made.reaches(video.times[2]);
    await until(async () => (await made.listAudio()).parsed.segments.length === 3);
    const before = { video: await made.list(), audio: await made.listAudio() };
    for (const encoder of first) encoder.break();
    const later = await shifted(pause);
    const sound = made.push();
    sound.write(later.audio.header, ...later.audio.fragments.slice(0, 3));
    made.push().write(later.video.header, ...later.video.fragments.slice(0, 3));
    await made.reaches(later.video.times[2]);
    const time = (later.audio.times[2] ?? 0n) - 15_778_368_000_000_000n;
    await until(async () => (await made.listAudio()).text.includes(`audio=${time},`));
    return { ...made, before };
  }

  it('lists what is before a pause of ninety minutes, in every playlist', async () => {
    const { list, listAudio, before } = await paused(MINUTES);
    for (const [early, late] of [
      [before.video, await list()],
      [before.audio, await listAudio()],
    ] as const) {
      expectRules(late);
      expect(late.parsed.playlistType).toBe('EVENT');
      expect(entriesOf(late).slice(0, 3)).toEqual(entriesOf(early));
      expect(gapsOf(late).filter(Boolean)).toHaveLength(Number(MINUTES / 20_000_000n) - 3);
    }
  });

  it('lists only what follows a pause of days', async () => {
    const { list, listAudio, url, before } = await paused(DAYS);
    expect(before.video.parsed.playlistType).toBe('EVENT');
    for (const [early, late] of [
      [before.video, await list()],
      [before.audio, await listAudio()],
    ] as const) {
      expectRules(late);
      expect(late.parsed.segments).toHaveLength(3);
      expect(late.parsed.playlistType).toBeUndefined();
      expect(late.parsed.mediaSequence - early.parsed.mediaSequence).toBe(Number(DAYS / 20_000_000n));
    }
    const { body } = await ask(url, `${PATH}/Manifest(format=mpd-time-cmaf)`);
    expect([...`${body}`.matchAll(/<S t="\d+" d="20000000" r="2"\/>/g)]).toHaveLength(2);
  });

  it('has the same numbers at an origin that took in less of it', async () => {
    const [one, two] = [await point(), await point()];
    one.push().write(video.header, ...video.fragments.slice(0, 8));
    two.push().write(video.header, ...video.fragments.slice(5, 8));
    for (const { reaches } of [one, two]) await reaches(video.times[7]);
    const numbers = entriesOf(await one.list());
    for (const entry of entriesOf(await two.list()))
      expect(numbers.find(({ uri }) => uri === entry.uri)).toEqual(entry);
  });

  it('has the same adaptation sets at an origin where its encoders connected in another order', async () => {
    const [one, two] = [await point(), await point()];
    const send = async ({ push, list, listAudio }: typeof one, names: ('video' | 'audio')[]) => {
      for (const name of names) {
        const { header, fragments } = { video, audio }[name];
        push().write(header, ...fragments.slice(0, 1));
        const read = { video: list, audio: listAudio }[name];
        await until(() =>
          read().then(
            () => true,
            () => false,
          ),
        );
      }
    };
    const idsOf = async ({ url }: typeof one) => {
      const text = await askText(url, `${PATH}/Manifest(format=mpd-time-cmaf)`);
      const sets = text.matchAll(/<AdaptationSet id="(\d+)"[\s\S]*?<Representation id="(\w+)-/g);
      return new Map([...sets].map(([, id, name]) => [name, id]));
    };
    await send(one, ['video', 'audio']);
    await send(two, ['audio', 'video']);
    const ids = await idsOf(one);
    expect(ids.size).toBe(2);
    expect(await idsOf(two)).toEqual(ids);
  });

  it('has segments cached as the fragments are, but init segments briefly, also after its end', async () => {
    const { push, url } = await point();
    const encoder = push();
    encoder.write(video.header, ...video.fragments.slice(0, 2), END_OF_STREAM);
    await encoder.end();
    const time = (video.times[0] ?? 0n) - 15_778_368_000_000_000n;
    for (const [name, age] of [
      ['i', 60],
      [time, 86_400],
    ]) {
      const path = `${PATH}/QualityLevels(57019)/Fragments(video=${name},format=cmaf)`;
      const { status, headers } = await ask(url, path);
      expect([status, headers['cache-control']]).toEqual([200, `public, max-age=${age}`]);
    }
  });

  it('promises the bandwidth that it takes, and never less than before', async () => {
    const { url, push, reaches } = await point();
    const encoder = push();
    const promised = async () => {
      const { parsed } = await askHls(url, `${PATH}/Manifest(format=m3u8-cmaf)`);
      return parsed.playlists[0]?.attributes.BANDWIDTH ?? 0;
    };
    const bitsOf = (i: number) => ((video.fragments[i]?.length ?? 0) * 8) / 2;
    encoder.write(video.header, ...video.fragments.slice(0, 4));
    await reaches(video.times[3]);
    const early = await promised();
    expect(early).toBeGreaterThanOrEqual(Math.max(...[0, 1, 2, 3].map(bitsOf)) * 0.97);
    encoder.write(...video.fragments.slice(4), END_OF_STREAM);
    await encoder.end();
    expect(await promised()).toBeGreaterThanOrEqual(early);
  });
});
