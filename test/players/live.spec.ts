import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Epoch } from '../../demo/origin/live/channel.ts';
import type { Origin } from '../../demo/origin/server.ts';
import { SAMPLE } from '../../demo/sample/strip.ts';
import { END_OF_STREAM, type PushedTrack, Pusher, trackOf } from '../unit/origin/live/pusher.ts';
import { addressOf, expect, openOrigin, PEERS, type Peer, type PeerPage, peerName, test } from './peer.ts';

const SAMPLE_FOLDER = join(import.meta.dirname, '../../demo/sample');
const CHANNEL = '/live/channel.isml';
const WATCH_SECONDS = 10;

/** The title of the tests that push: its times count from 1970. */
const EVENT = '/live/event.isml';
const EVENT_START = BigInt(Date.UTC(2026, 4, 6, 7, 8, 10)) * 10_000n;

type Served = Origin & { readonly url: string };

let origin: Served | undefined;
const cleaning: (() => Promise<unknown>)[] = [];
test.afterEach(async () => {
  await origin?.close();
  for (const clean of cleaning.splice(0)) await clean();
});

/** Each picture follows the one before by as many frames as the clock has gone on. */
async function expectRightPictures(page: PeerPage): Promise<void> {
  const pictures = await page.evaluate(() => peer.pictures);
  const steps = pictures.slice(1).map(({ frame = -1, mediaTime }, i) => {
    const { frame: before = -1, mediaTime: from = 0 } = pictures[i] ?? {};
    const expected = Math.round((mediaTime - from) * SAMPLE.framesPerSecond);
    return {
      frame,
      before,
      isRight: (((frame - before - expected) % SAMPLE.frames) + SAMPLE.frames) % SAMPLE.frames,
    };
  });
  // Rounding may make it one more or less.
  const wrong = steps.filter(
    ({ frame, before, isRight }) => frame < 0 || before < 0 || ![0, 1, SAMPLE.frames - 1].includes(isRight),
  );
  expect(wrong).toEqual([]);
  expect(pictures.length).toBeGreaterThan(WATCH_SECONDS * 10);
}

async function openChannel(epoch: Epoch): Promise<Served> {
  origin = await openOrigin({
    live: [{ path: CHANNEL, source: join(SAMPLE_FOLDER, 'sample.ism'), epoch, windowSeconds: 60 }],
  });
  return origin;
}

/** Watches a while; gives how far behind the encoder it is in the end. */
async function watch(page: PeerPage, { player, format }: Peer, url: string): Promise<void> {
  await page.open(player, url + addressOf(CHANNEL, format), { isLive: true });
  await page.until(() => peer.pictures.length > 10, undefined);
  const begun = await page.evaluate(() => ({ time: peer.video.currentTime, waits: peer.waits }));
  await page.until(
    (to) => peer.video.currentTime > to,
    begun.time + WATCH_SECONDS,
    WATCH_SECONDS * 1000 + 10_000,
  );
  expect(await page.evaluate(() => peer.waits)).toBe(begun.waits);
  expect(await page.problems()).toEqual([]);
  await expectRightPictures(page);
}

for (const peer_ of PEERS) {
  test.describe(peerName(peer_), () => {
    for (const epoch of ['zero', 'unix', 'dotnet'] as const) {
      test(`keeps up with a channel whose times count from ${epoch}, and sees it end`, async ({
        peerPage,
      }) => {
        const { url, live, log } = await openChannel(epoch);
        const page = await peerPage(url);
        await watch(page, peer_, url);
        const early = log.entries.filter(
          ({ status, url: asked }) => status >= 400 && !asked.includes('favicon'),
        );
        expect(early.map(({ url: asked, status }) => `${status} ${asked}`)).toEqual([]);
        live.get(CHANNEL)?.apply({ type: 'end' });
        await page.until(() => peer.video.ended, undefined, 45_000);
        expect(await page.problems()).toEqual([]);
      });
    }

    test('plays an event on demand that was pushed and has ended', async ({ peerPage }) => {
      const archive = await mkdtemp(join(tmpdir(), 'players-archive-'));
      cleaning.push(() => rm(archive, { recursive: true, force: true }));
      origin = await openOrigin({ publish: [{ path: EVENT, archive, windowSeconds: 20 }] });
      const { url } = origin;
      const [video, audio] = await pushedTracks();
      const encoders = ['video', 'audio'].map((name) => new Pusher(url, `${EVENT}/Streams(${name})`));
      for (const [i, track] of [video, audio].entries())
        encoders[i]?.write(track.header, ...track.fragments, END_OF_STREAM);
      for (const encoder of encoders) await encoder.end();
      const page = await peerPage(url);
      await page.open(peer_.player, url + addressOf(EVENT, peer_.format));
      await page.until(() => peer.pictures.length > 10, undefined);
      const [first] = await page.evaluate(() => peer.pictures);
      expect(first?.frame).toBeLessThan(25);
      const { start, end } = await page.evaluate(() => ({
        start: peer.video.seekable.start(0),
        end: peer.video.seekable.end(0),
      }));
      expect(end - start).toBeGreaterThan(29);
      expect(end - start).toBeLessThan(31);
      await page.seek(start + 27.5);
      await page.until(() => peer.video.ended, undefined);
      const last = (await page.evaluate(() => peer.pictures)).at(-1);
      expect(last?.frame).toBeGreaterThan(SAMPLE.frames - 12);
      expect(await page.problems()).toEqual([]);
    });
  });
}

async function pushedTracks(): Promise<readonly [PushedTrack, PushedTrack]> {
  const video = await trackOf(
    join(SAMPLE_FOLDER, 'sample_57.ismv'),
    {
      kind: 'video',
      trackId: 6,
      bitrate: 57_019,
      params: {
        FourCC: 'H264',
        MaxWidth: '256',
        MaxHeight: '144',
        CodecPrivateData: '000000016742C00CD981013B011000000300100000030320F142A6800000000168C96092C8',
      },
    },
    EVENT_START,
  );
  const audio = await trackOf(
    join(SAMPLE_FOLDER, 'sample_en_10.isma'),
    {
      kind: 'audio',
      trackId: 7,
      bitrate: 9871,
      params: { FourCC: 'AACL', SamplingRate: '48000', Channels: '2', CodecPrivateData: '119056E500' },
    },
    EVENT_START,
  );
  return [video, audio];
}
