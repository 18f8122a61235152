import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PublishingPointOptions } from '../../../../demo/origin/publish/publishing-point.ts';
import { createOrigin, type Origin } from '../../../../demo/origin/server.ts';
import { ask } from '../ask.ts';
import { readFileNames } from '../read-presentation.ts';
import { END_OF_STREAM, type PushedTrack, Pusher, trackOf, until } from './pusher.ts';

const SAMPLE = join(import.meta.dirname, '../../../../demo/sample');
const PATH = '/live/event.isml';
const UNIX = BigInt(Date.UTC(2026, 4, 6, 7, 8, 10)) * 10_000n;

let tracks: Readonly<Record<'zero' | 'unix', { readonly video: PushedTrack; readonly audio: PushedTrack }>>;
beforeAll(async () => {
  const names = await readFileNames(SAMPLE, 'sample');
  const file = (index: number) => join(SAMPLE, names[index] ?? '');
  const read = async (shift: bigint) => ({
    video: await trackOf(file(5), { kind: 'video', trackId: 6, bitrate: 57_019 }, shift),
    audio: await trackOf(file(6), { kind: 'audio', trackId: 7, bitrate: 9871 }, shift),
  });
  tracks = { zero: await read(0n), unix: await read(UNIX) };
});

const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

async function newArchive(): Promise<string> {
  const archive = await mkdtemp(join(tmpdir(), 'origin-peers-'));
  cleaning.push(() => rm(archive, { recursive: true, force: true }));
  return archive;
}

/** An origin of a pair, on a port of its own that it keeps when it starts again. */
async function member(archive: string, port: number, own: Partial<PublishingPointOptions>) {
  const origin: Origin = createOrigin({
    control: true,
    publish: [{ path: PATH, archive, lookAhead: 1, ...own }],
    presentations: { '/archive': archive },
  });
  const url = await origin.listen(port);
  await origin.live.recover();
  let isClosed = false;
  const stop = async () => {
    if (!isClosed) await origin.close();
    isClosed = true;
  };
  cleaning.push(stop);
  const health = async () => JSON.parse(`${(await ask(url, '/healthz')).body}`);
  return {
    url,
    port: Number(new URL(url).port),
    stop,
    health,
    ready: () => until(async () => (await health()).status === 'ok'),
    state: async () => JSON.parse(`${(await ask(url, '/control/live')).body}`)[0],
    push: (stream: string, headers = {}) => new Pusher(url, `${PATH}/Streams(${stream})`, headers),
    manifest: async () => (await ask(url, `${PATH}/Manifest`)).body.toString(),
    times: async () => {
      const { body } = await ask(url, `${PATH}/Manifest`);
      const [, video = ''] = body.toString().split('<StreamIndex');
      return [...video.matchAll(/<c t="(\d+)"/g)].map(([, t]) => BigInt(t ?? 0));
    },
    fragment: async (time: bigint, stream = 'video') => {
      const bitrate = stream === 'video' ? 57_019 : 9871;
      return ask(url, `${PATH}/QualityLevels(${bitrate})/Fragments(${stream}=${time})`);
    },
    playlist: async () =>
      (await ask(url, `${PATH}/QualityLevels(57019)/Manifest(video,format=m3u8-cmaf).m3u8`)).body.toString(),
  };
}

type Member = Awaited<ReturnType<typeof member>>;

/** Two origins that are each other's peers. The second isn't there before it is asked for. */
async function pair(own: Partial<PublishingPointOptions> = {}, token?: string) {
  const archives = [await newArchive(), await newArchive()] as const;
  const ports: [number, number] = [await freePort(), await freePort()];
  const open = (index: 0 | 1) =>
    member(archives[index], ports[index], {
      ...own,
      peers: [{ url: `http://127.0.0.1:${ports[index === 0 ? 1 : 0]}${PATH}`, token }],
    });
  return { one: await open(0), other: () => open(1), again: () => open(0) };
}

async function freePort(): Promise<number> {
  const origin = createOrigin();
  const url = await origin.listen();
  await origin.close();
  return Number(new URL(url).port);
}

/** Both give the same answers, byte for byte. */
async function expectAlike(one: Member, other: Member): Promise<void> {
  expect(await other.manifest()).toBe(await one.manifest());
  expect(await other.playlist()).toBe(await one.playlist());
  const times = await one.times();
  expect(times.length).toBeGreaterThan(0);
  for (const time of times) {
    const [mine, theirs] = [await one.fragment(time), await other.fragment(time)];
    expect([time, mine.status, theirs.status]).toEqual([time, 200, 200]);
    expect(theirs.body.equals(mine.body)).toBe(true);
    expect(theirs.headers.etag).toBe(mine.headers.etag);
  }
}

describe.each(['zero', 'unix'] as const)('an origin of a pair, with times that count from %s,', (epoch) => {
  it('that starts in the midst of an event has all of it, under the same name', async () => {
    const { video, audio } = tracks[epoch];
    const { one, other } = await pair();
    await one.ready();
    one.push('video').write(video.header, ...video.fragments.slice(0, 8));
    one.push('audio').write(audio.header, ...audio.fragments.slice(0, 8));
    await until(async () => [...(await one.manifest()).matchAll(/<c /g)].length === 14);
    const late = await other();
    await late.ready();
    await expectAlike(one, late);
    expect((await late.state()).presentation).toBe((await one.state()).presentation);
    late.push('video').write(video.header, ...video.fragments.slice(6, 12));
    one.push('video').write(video.header, ...video.fragments.slice(6, 12));
    await until(async () => (await late.times()).length === 11 && (await one.times()).length === 11);
    await expectAlike(one, late);
  });

  it('that was away fills its hole, and ends complete', async () => {
    const { video } = tracks[epoch];
    const { one, other, again } = await pair();
    const partner = await other();
    await one.ready();
    await partner.ready();
    one.push('video').write(video.header, ...video.fragments.slice(0, 4));
    // Two that begin in the same moment may put zero a millisecond apart.
    await until(async () => (await one.times()).length === 3);
    const encoder = partner.push('video');
    encoder.write(video.header, ...video.fragments.slice(0, 4));
    await until(async () => (await one.times()).length === 3 && (await partner.times()).length === 3);
    await one.stop();
    encoder.write(...video.fragments.slice(4, 9));
    await until(async () => (await partner.times()).length === 8);
    const back = await again();
    const second = back.push('video');
    second.write(video.header, ...video.fragments.slice(9));
    encoder.write(...video.fragments.slice(9));
    await back.ready();
    await until(async () => (await back.times()).length === 14);
    for (const push of [encoder, second]) push.write(END_OF_STREAM);
    for (const push of [encoder, second]) expect((await push.end()).status).toBe(200);
    expect(await back.times()).toEqual(video.times);
    await expectAlike(partner, back);
    const { presentation } = await back.state();
    expect((await partner.state()).presentation).toBe(presentation);
    const archived = await ask(back.url, `/archive/${presentation}/Manifest`);
    expect([...`${archived.body}`.matchAll(/<c /g)]).toHaveLength(15);
  });
});

describe('a pair of origins', () => {
  it('keeps viewers out of the one that is not complete, and lets its partner ask', async () => {
    const { video } = tracks.unix;
    const archive = await newArchive();
    const port = await freePort();
    // Nobody answers there, but somebody listens.
    const { createServer } = await import('node:net');
    const mute = createServer(() => {}).listen(port, '127.0.0.1');
    cleaning.push(async () => void mute.close());
    const origin = createOrigin({
      publish: [{ path: PATH, archive, lookAhead: 1, peers: [{ url: `http://127.0.0.1:${port}${PATH}` }] }],
    });
    cleaning.push(() => origin.close());
    const url = await origin.listen();
    expect((await ask(url, `${PATH}/Manifest(format=state)`)).status).toBe(200);
    const early = ask(url, '/healthz');
    expect([(await early).status, JSON.parse(`${(await early).body}`).status]).toEqual([503, 'not ready']);
    const refused = await ask(url, `${PATH}/Manifest`);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    const encoder = new Pusher(url, `${PATH}/Streams(a)`);
    encoder.write(video.header, ...video.fragments.slice(0, 3));
    await until(async () => (await ask(url, `${PATH}/Manifest`)).status === 200);
  });

  it('says 404 for what is too early or too late, so that a proxy asks the other', async () => {
    const { video } = tracks.unix;
    const { one } = await pair({ windowSeconds: 4 });
    await one.ready();
    one.push('video').write(video.header, ...video.fragments.slice(0, 12));
    await until(async () => (await one.times()).at(-1) === video.times[10]);
    expect((await one.fragment(video.times[11] ?? 0n)).status).toBe(404);
    expect((await one.fragment(video.times[0] ?? 0n)).status).toBe(404);
  });

  it('asks with a token, and answers nobody without', async () => {
    const { video } = tracks.unix;
    const { one, other } = await pair({ tokens: ['t0ken'] }, 't0ken');
    await one.ready();
    const push = one.push('video', { Authorization: 'Bearer t0ken' });
    push.write(video.header, ...video.fragments.slice(0, 4));
    await until(async () => (await one.times()).length === 3);
    expect((await ask(one.url, `${PATH}/Manifest(format=state)`)).status).toBe(401);
    expect(
      (await ask(one.url, `${PATH}/QualityLevels(57019)/Fragments(video=${video.times[0]},format=archive)`))
        .status,
    ).toBe(401);
    const late = await other();
    await late.ready();
    expect(await late.times()).toEqual(await one.times());
  });

  it('goes on to the event that the other has begun since', async () => {
    const { video } = tracks.unix;
    const later = await trackOf(
      join(SAMPLE, 'sample_57.ismv'),
      { kind: 'video', trackId: 6, bitrate: 57_019 },
      UNIX + 36_000_000_000n,
    );
    const { one, other, again } = await pair();
    const partner = await other();
    for (const each of [one, partner]) {
      await each.ready();
      each.push('video').write(video.header, ...video.fragments.slice(0, 4));
    }
    await until(async () => (await one.times()).length === 3 && (await partner.times()).length === 3);
    await one.stop();
    const end = JSON.stringify({ path: PATH, fault: { type: 'end' } });
    await ask(partner.url, '/control/live', { method: 'POST', body: end });
    partner.push('video').write(later.header, ...later.fragments.slice(0, 5));
    await until(async () => (await partner.times()).at(-1) === later.times[3]);
    const back = await again();
    await back.ready();
    await expectAlike(partner, back);
  });

  it('is not led astray by a partner that answers nonsense', async () => {
    const { video } = tracks.unix;
    const nonsense = createOrigin({
      files: [
        {
          at: '/',
          from: () =>
            Buffer.from(
              '{"format":1,"event":{"name":"x","streams":[{"name":"y","tracks":[{}],"chunks":[[1,2,0]]}]}}',
            ),
        },
      ],
    });
    const url = await nonsense.listen();
    cleaning.push(() => nonsense.close());
    const alone = await member(await newArchive(), 0, { peers: [{ url: `${url}/a.isml` }] });
    await alone.ready();
    alone.push('video').write(video.header, ...video.fragments.slice(0, 4));
    await until(async () => (await alone.times()).length === 3);
  });
});
