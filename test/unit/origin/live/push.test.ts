import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PublishingPointOptions } from '../../../../demo/origin/publish/publishing-point.ts';
import { createOrigin, type Origin } from '../../../../demo/origin/server.ts';
import { ask } from '../ask.ts';
import { readFileNames } from '../read-presentation.ts';
import { askFragment, askManifest } from './ask-live.ts';
import {
  END_OF_STREAM,
  type PushedTrack,
  Pusher,
  type TrackFacts,
  textTrackOf,
  trackOf,
  until,
} from './pusher.ts';

const SAMPLE = join(import.meta.dirname, '../../../../demo/sample');
const PATH = '/live/event.isml';

const VIDEO = {
  kind: 'video',
  trackId: 6,
  bitrate: 57_019,
  params: { FourCC: 'H264', MaxWidth: '256' },
} as const;
const BETTER = { ...VIDEO, trackId: 5, bitrate: 91_797 } as const;
const AUDIO = {
  kind: 'audio',
  trackId: 7,
  bitrate: 9871,
  params: { FourCC: 'AACL', SamplingRate: '48000' },
} as const;

let video: PushedTrack;
let better: PushedTrack;
let audio: PushedTrack;
beforeAll(async () => {
  const names = await readFileNames(SAMPLE, 'sample');
  const file = (index: number) => join(SAMPLE, names[index] ?? '');
  video = await trackOf(file(5), VIDEO);
  better = await trackOf(file(4), BETTER);
  audio = await trackOf(file(6), AUDIO);
});

const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

async function point(own: Partial<PublishingPointOptions> = {}) {
  const archive = await mkdtemp(join(tmpdir(), 'origin-push-'));
  cleaning.push(() => rm(archive, { recursive: true, force: true }));
  const origin: Origin = createOrigin({
    control: true,
    publish: [{ path: PATH, archive, lookAhead: 1, ...own }],
    presentations: { '/archive': archive },
  });
  cleaning.push(() => origin.close());
  const url = await origin.listen();
  const state = async () => JSON.parse(`${(await ask(url, '/control/live')).body}`)[0];
  return {
    url,
    archive,
    state,
    /** Number of encoders that are pushing. */
    pushes: async () =>
      Number(/ingest_connections\{.*\} (\d+)/.exec(`${(await ask(url, '/metrics')).body}`)?.[1]),
    push: (stream = 'main', headers: Record<string, string> = {}) =>
      new Pusher(url, `${PATH}/Streams(${stream})`, headers),
    /** Waits until a stream's newest fragment begins then. */
    reaches: (name: string, time: bigint | undefined) =>
      until(async () =>
        (await state()).streams.some(
          (stream: { name: string; newest?: string }) => stream.name === name && stream.newest === `${time}`,
        ),
      ),
    listed: async (name: string) => {
      const { streams } = await askManifest(url, PATH);
      return streams.find((stream) => stream.name === name)?.chunks.map(({ time }) => time);
    },
    fragment: (stream: 'video' | 'audio', time = 0n, bitrate = { video: '57019', audio: '9871' }[stream]) =>
      askFragment(url, PATH, stream, time, { bitrate }),
  };
}

const isSame = (samples: readonly Buffer[], source: readonly Uint8Array[] = []) =>
  samples.length === source.length && samples.every((sample, i) => sample.equals(source[i] ?? Buffer.of()));

describe('what is pushed', () => {
  it('is listed and sent when what follows it has come, with what that is', async () => {
    const { url, push, reaches, listed, fragment } = await point();
    expect((await ask(url, `${PATH}/Manifest`)).status).toBe(404);
    const encoder = push();
    encoder.write(video.header, ...video.fragments.slice(0, 3));
    await reaches('video', video.times[2]);
    expect(await listed('video')).toEqual(video.times.slice(0, 2));
    const { root, streams } = await askManifest(url, PATH);
    expect([root.IsLive, root.LookAheadFragmentCount]).toEqual(['TRUE', '1']);
    expect(streams[0]?.bitrates).toEqual(['57019']);
    const second = await fragment('video', video.times[1]);
    expect(isSame(second.samples, video.samples[1])).toBe(true);
    expect(second.self).toEqual({ time: 20_000_000n, duration: 20_000_000n });
    expect(second.next).toEqual([{ time: 40_000_000n, duration: 20_000_000n }]);
    expect((await fragment('video', video.times[2])).status).toBe(412);
    expect((await fragment('video', video.times[3])).status).toBe(412);
    expect((await fragment('video', 7n)).status).toBe(404);
    encoder.write(video.fragments[3] ?? Buffer.of());
    await reaches('video', video.times[3]);
    expect((await fragment('video', video.times[2])).status).toBe(200);
  });

  it('may come in any pieces', async () => {
    const { push, reaches, fragment } = await point();
    const encoder = push();
    const bytes = Buffer.concat([video.header, ...video.fragments.slice(0, 2)]);
    for (let at = 0; at < bytes.length; at += 777) encoder.write(bytes.subarray(at, at + 777));
    await reaches('video', video.times[1]);
    expect(isSame((await fragment('video')).samples, video.samples[0])).toBe(true);
  });

  it('may be asked for first, by a post of nothing', async () => {
    const { push, state } = await point();
    expect((await push().end()).status).toBe(200);
    expect((await state()).state).toBe('idle');
  });

  it('is not held back in a stream where something comes only now and then', async () => {
    const { url, push, reaches, listed } = await point();
    const file = join(SAMPLE, (await readFileNames(SAMPLE, 'sample'))[6] ?? '');
    const params = { trackName: 'cues', parentTrackName: 'video', Subtype: 'SUBT' };
    const cues = await trackOf(file, { ...AUDIO, kind: 'textstream', params });
    push('main').write(video.header, ...video.fragments.slice(0, 2));
    push('cues').write(cues.header, cues.fragments[0] ?? Buffer.of());
    await reaches('video', video.times[1]);
    await reaches('cues', 0n);
    expect(await listed('cues')).toEqual([0n]);
    const path = `${PATH}/QualityLevels(9871)/Fragments(cues=0)`;
    const { status, headers } = await ask(url, path);
    expect([status, headers['content-type']]).toEqual([200, 'application/mp4']);
    expect(`${(await ask(url, `${PATH}/Manifest`)).body}`).toContain(
      'Subtype="SUBT" ParentStreamIndex="video"',
    );
  });

  it('needs no times: fragments follow each other', async () => {
    const { push, reaches, listed } = await point();
    const untimed = video.fragments.slice(0, 3).map((bytes) => {
      const plain = Buffer.from(bytes);
      plain.write('free', plain.indexOf(Buffer.from('6d1d9b05', 'hex')) - 4, 'latin1');
      return plain;
    });
    push().write(video.header, ...untimed);
    await reaches('video', video.times[2]);
    expect(await listed('video')).toEqual(video.times.slice(0, 2));
  });

  it('loses what sounds before time 0', async () => {
    const { push, reaches, fragment } = await point();
    const [first = Buffer.of(), second = Buffer.of()] = audio.fragments;
    const tfxd = first.indexOf(Buffer.from('6d1d9b0542d544e680e2141daff757b2', 'hex')) + 20;
    const early = Buffer.from(first);
    early.writeBigInt64BE(-213_333n, tfxd);
    early.writeBigUInt64BE(20_266_666n, tfxd + 8);
    push().write(audio.header, early, second);
    await reaches('audio', audio.times[1]);
    const { self, samples, durations } = await fragment('audio');
    expect(self).toEqual({ time: 0n, duration: 20_053_333n });
    expect(isSame(samples, audio.samples[0]?.slice(1))).toBe(true);
    expect(durations).toHaveLength(93);
  });
});

describe('several encoders', () => {
  it('push levels and streams of one title', async () => {
    const { url, push, reaches, listed, fragment } = await point();
    const [one, two, three] = [push('low'), push('high'), push('sound')];
    one.write(video.header, ...video.fragments.slice(0, 2));
    two.write(better.header, ...better.fragments.slice(0, 2));
    three.write(audio.header, ...audio.fragments.slice(0, 2));
    await reaches('audio', audio.times[1]);
    await reaches('video', video.times[1]);
    const { streams } = await askManifest(url, PATH);
    const shape = Object.fromEntries(streams.map(({ name, bitrates }) => [name, bitrates]));
    expect(shape).toEqual({ video: ['91797', '57019'], audio: ['9871'] });
    expect(isSame((await fragment('video', 0n, '91797')).samples, better.samples[0])).toBe(true);
    // A chunk is there when every level that is being pushed has it.
    one.write(video.fragments[2] ?? Buffer.of());
    expect(await listed('video')).toEqual([0n]);
    two.write(better.fragments[2] ?? Buffer.of());
    await reaches('video', video.times[2]);
    // One that is gone is not waited for.
    two.break();
    one.write(video.fragments[3] ?? Buffer.of());
    await reaches('video', video.times[3]);
    expect((await fragment('video', video.times[2], '91797')).status).toBe(200);
  });

  it('may send the same: each fragment is there once', async () => {
    const { push, reaches, listed, fragment } = await point();
    const [first, second] = [push('a'), push('b')];
    // The second one's clock is a millisecond off.
    const off = video.fragments.slice(0, 4).map((bytes, i) => {
      const moved = Buffer.from(bytes);
      const tfxd = moved.indexOf(Buffer.from('6d1d9b0542d544e680e2141daff757b2', 'hex')) + 20;
      moved.writeBigInt64BE((video.times[i] ?? 0n) + 10_000n, tfxd);
      return moved;
    });
    first.write(video.header, ...video.fragments.slice(0, 3));
    await reaches('video', video.times[2]);
    second.write(video.header, ...off);
    await reaches('video', (video.times[3] ?? 0n) + 10_000n);
    expect(await listed('video')).toEqual(video.times.slice(0, 3));
    expect(isSame((await fragment('video', video.times[2])).samples, video.samples[2])).toBe(true);
  });
});

describe('an encoder that comes back', () => {
  it('sends its last fragments again, and goes on', async () => {
    const { push, reaches, listed, state } = await point();
    const lost = push();
    lost.write(video.header, ...video.fragments.slice(0, 4));
    await reaches('video', video.times[3]);
    lost.break();
    await until(async () => (await state()).state === 'stopped');
    push().write(video.header, ...video.fragments.slice(2, 6));
    await reaches('video', video.times[5]);
    expect(await listed('video')).toEqual(video.times.slice(0, 5));
    expect((await state()).state).toBe('running');
  });

  it('leaves a gap where it was away', async () => {
    const { push, reaches, listed, fragment } = await point();
    const lost = push();
    lost.write(video.header, ...video.fragments.slice(0, 2));
    await reaches('video', video.times[1]);
    lost.break();
    push().write(video.header, ...video.fragments.slice(6, 9));
    await reaches('video', video.times[8]);
    expect(await listed('video')).toEqual([...video.times.slice(0, 2), ...video.times.slice(6, 8)]);
    expect((await fragment('video', video.times[1])).next[0]?.time).toBe(video.times[6]);
  });

  it('and counts from 0 again has begun another event', async () => {
    const { push, reaches, listed, archive, state } = await point();
    const lost = push();
    lost.write(video.header, ...video.fragments.slice(0, 8));
    await reaches('video', video.times[7]);
    lost.break();
    await until(async () => (await state()).state === 'stopped');
    push().write(video.header, ...video.fragments.slice(0, 3));
    await reaches('video', video.times[2]);
    expect(await listed('video')).toEqual(video.times.slice(0, 2));
    expect((await readdir(archive)).filter((name) => name.endsWith('.ism'))).toHaveLength(1);
  });
});

describe('an event that ends', () => {
  const whole = async (own: Partial<PublishingPointOptions> = {}) => {
    const made = await point(own);
    const [picture, sound] = [made.push('video'), made.push('audio')];
    picture.write(video.header, ...video.fragments);
    sound.write(audio.header, ...audio.fragments);
    await made.reaches('video', video.times.at(-1));
    await made.reaches('audio', audio.times.at(-1));
    return { ...made, picture, sound };
  };

  it('is a title on demand at once, and a presentation in the archive', async () => {
    const { url, picture, sound, listed, state, fragment } = await whole();
    picture.write(END_OF_STREAM);
    expect((await picture.end()).status).toBe(200);
    expect((await state()).state).toBe('running');
    sound.write(END_OF_STREAM);
    await sound.end();
    const { state: now, presentation } = await state();
    expect(now).toBe('ended');
    const { root } = await askManifest(url, PATH);
    expect([root.IsLive, root.Duration]).toEqual([undefined, '300000000']);
    expect(await listed('video')).toEqual(video.times);
    const last = await fragment('video', video.times.at(-1));
    expect([last.status, last.next]).toEqual([200, []]);
    const archived = await askManifest(url, `/archive/${presentation}`);
    expect(archived.streams.map(({ chunks }) => chunks.length)).toEqual([15, 15]);
    for (const [i, time] of audio.times.entries()) {
      const { samples } = await askFragment(url, `/archive/${presentation}`, 'audio', time, {
        bitrate: '9871',
      });
      expect(isSame(samples, audio.samples[i])).toBe(true);
    }
  });

  it('has everything again, whatever its window was', async () => {
    const { picture, sound, listed, fragment } = await whole({ windowSeconds: 6 });
    expect((await listed('video'))?.length).toBe(3);
    expect((await fragment('video', 0n)).status).toBe(410);
    for (const encoder of [picture, sound]) encoder.write(END_OF_STREAM);
    for (const encoder of [picture, sound]) await encoder.end();
    expect(await listed('video')).toEqual(video.times);
    expect((await fragment('video', 0n)).status).toBe(200);
  });

  it('is over though its encoders hang up right behind their last byte', async () => {
    const { picture, sound, state } = await whole();
    for (const encoder of [picture, sound]) encoder.hangUp(END_OF_STREAM);
    await until(async () => (await state()).state === 'ended');
  });

  it('may be ended for encoders that went without a word; the next push is another event', async () => {
    const { url, picture, sound, state, push, reaches } = await whole();
    for (const encoder of [picture, sound]) encoder.break();
    await until(async () => (await state()).state === 'stopped');
    const body = JSON.stringify({ path: PATH, fault: { type: 'end' } });
    expect((await ask(url, '/control/live', { method: 'POST', body })).status).toBe(200);
    const first = await state();
    expect(first.state).toBe('ended');
    push().write(video.header, ...video.fragments.slice(0, 2));
    await reaches('video', video.times[1]);
    expect((await state()).presentation).not.toBe(first.presentation);
  });

  it('may be ended by a POST to End, by those who may push', async () => {
    const { url, push, state, reaches } = await point({ tokens: ['secret'] });
    const headers = { Authorization: 'Bearer secret' };
    const encoder = push('main', headers);
    encoder.write(video.header, ...video.fragments.slice(0, 2));
    await reaches('video', video.times[1]);
    encoder.break();
    const end = (more = {}) => ask(url, `${PATH}/End`, { method: 'POST', headers: more });
    expect((await end()).status).toBe(401);
    expect((await end({ ...headers, 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await state()).state).not.toBe('ended');
    expect((await end(headers)).status).toBe(204);
    expect((await state()).state).toBe('ended');
    const { root, streams } = await askManifest(url, PATH);
    expect(root.IsLive).toBeUndefined();
    expect(streams[0]?.chunks.map(({ time }) => time)).toEqual(video.times.slice(0, 2));
  });
});

describe('an encoder that comes back with another configuration', () => {
  let other: PushedTrack;
  let otherAudio: PushedTrack;
  /** The same behind a new level, and behind a new stream. */
  let announcedAfter: Readonly<Record<string, PushedTrack>>;
  beforeAll(async () => {
    const names = await readFileNames(SAMPLE, 'sample');
    const params = { ...VIDEO.params, MaxWidth: '640' };
    other = await trackOf(join(SAMPLE, names[5] ?? ''), { ...VIDEO, params });
    const audioParams = { ...AUDIO.params, SamplingRate: '44100' };
    const announced = (...before: TrackFacts[]) =>
      trackOf(join(SAMPLE, names[6] ?? ''), { ...AUDIO, params: audioParams }, 0n, before);
    otherAudio = await announced();
    announcedAfter = {
      level: await announced({ ...AUDIO, bitrate: 64_000 }),
      stream: await announced({ ...AUDIO, params: { ...AUDIO.params, trackName: 'commentary' } }),
    };
  });

  /** Three fragments of video and of audio, each on a connection of its own. */
  const apart = async () => {
    const made = await point({ lookAhead: 0 });
    const [picture, sound] = [made.push('video'), made.push('audio')];
    picture.write(video.header, ...video.fragments.slice(0, 3));
    sound.write(audio.header, ...audio.fragments.slice(0, 3));
    await made.reaches('video', video.times[2]);
    await made.reaches('audio', audio.times[2]);
    const { presentation } = await made.state();
    return { ...made, picture, sound, presentation };
  };

  it('begins another event, although its times go on', async () => {
    const { url, push, reaches, state, listed } = await point({ lookAhead: 0 });
    const encoder = push();
    encoder.write(video.header, ...video.fragments.slice(0, 3));
    await reaches('video', video.times[2]);
    const first = await state();
    encoder.break();
    await until(async () => (await state()).state === 'stopped');
    push().write(other.header, ...other.fragments.slice(3, 5));
    await reaches('video', video.times[4]);
    expect(await listed('video')).toEqual(video.times.slice(3, 5));
    expect((await state()).presentation).not.toBe(first.presentation);
    const archived = await askManifest(url, `/archive/${first.presentation}`);
    expect(archived.streams[0]?.chunks.map(({ time }) => time)).toEqual(video.times.slice(0, 3));
  });

  it('is refused while another one pushes the level', async () => {
    const { push, reaches, listed } = await point({ lookAhead: 0 });
    push().write(video.header, ...video.fragments.slice(0, 3));
    await reaches('video', video.times[2]);
    const second = push();
    second.write(other.header);
    const { status, text } = await second.end();
    expect([status, text]).toEqual([400, expect.stringContaining('does not fit the stream video')]);
    expect(await listed('video')).toEqual(video.times.slice(0, 3));
  });

  describe('while others have gone on', () => {
    /** Video and something else, each on a connection of its own, of which the latter breaks. */
    const aside = async (name: string, track: Pick<PushedTrack, 'header'>, first: Buffer) => {
      const made = await point({ lookAhead: 0 });
      const [main, side] = [made.push('main'), made.push('side')];
      main.write(video.header, ...video.fragments.slice(0, 2));
      side.write(track.header, first);
      await made.reaches('video', video.times[1]);
      await made.reaches(name, 0n);
      side.break();
      await until(async () => (await made.pushes()) === 1);
      return { ...made, main };
    };

    it('is refused, and their event goes on', async () => {
      const { push, main, reaches, state } = await aside('audio', audio, audio.fragments[0] ?? Buffer.of());
      const { presentation } = await state();
      const back = push('side');
      back.write(otherAudio.header);
      const { status, text } = await back.end();
      expect([status, text]).toEqual([400, expect.stringContaining('does not fit the stream audio')]);
      main.write(video.fragments[2] ?? Buffer.of());
      await reaches('video', video.times[2]);
      expect(await state()).toMatchObject({ presentation, state: 'running' });
    });

    it.each(['level', 'stream'])('is refused with all that it announces: a new %s', async (name) => {
      const { url, push, main, reaches } = await aside('audio', audio, audio.fragments[0] ?? Buffer.of());
      const before = await askManifest(url, PATH);
      const back = push('side');
      back.write(announcedAfter[name]?.header ?? Buffer.of());
      const { status, text } = await back.end();
      expect([status, text]).toEqual([400, expect.stringContaining('does not fit the stream audio')]);
      main.write(video.fragments[2] ?? Buffer.of());
      await reaches('video', video.times[2]);
      const after = await askManifest(url, PATH);
      const listed = ({ streams }: typeof after) => streams.map((stream) => [stream.name, stream.bitrates]);
      expect(listed(after)).toEqual(listed(before));
    });

    it('begins another event with video, if only audio has gone on', async () => {
      const { picture, presentation, push, pushes, reaches, state, listed } = await apart();
      picture.break();
      await until(async () => (await pushes()) === 1);
      push('video').write(other.header, ...other.fragments.slice(3, 5));
      await reaches('video', video.times[4]);
      expect(await listed('video')).toEqual(video.times.slice(3, 5));
      expect((await state()).presentation).not.toBe(presentation);
    });

    it('is accepted with text of another kind', async () => {
      const cues = (FourCC: string) => {
        const params = { trackName: 'cues', Subtype: 'SUBT', FourCC };
        return textTrackOf({ kind: 'textstream', trackId: 8, bitrate: 1000, params });
      };
      const { push, main, reaches, state } = await aside(
        'cues',
        cues('TTML'),
        cues('TTML').fragment(0, 1, 'a'),
      );
      const { presentation } = await state();
      push('side').write(cues('DFXP').header, cues('DFXP').fragment(5, 1, 'b'));
      await reaches('cues', 50_000_000n);
      main.write(video.fragments[2] ?? Buffer.of());
      await reaches('video', video.times[2]);
      expect((await state()).presentation).toBe(presentation);
    });
  });

  it('begins another event, even if its unchanged audio has come back first', async () => {
    const { picture, sound, presentation, push, pushes, reaches, state, listed } = await apart();
    for (const encoder of [picture, sound]) encoder.break();
    await until(async () => (await pushes()) === 0);
    push('audio').write(audio.header, ...audio.fragments.slice(3, 5));
    await reaches('audio', audio.times[4]);
    push('video').write(other.header, ...other.fragments.slice(3, 5));
    await reaches('video', video.times[4]);
    expect(await listed('video')).toEqual(video.times.slice(3, 5));
    expect((await state()).presentation).not.toBe(presentation);
  });
});

describe('what is refused', () => {
  it.each([
    ['no boxes', () => Buffer.from('this is no media at all'), 'does not consist of boxes'],
    [
      'no server manifest',
      () => video.header.subarray(video.header.indexOf('moov') - 4),
      'not preceded by a live server manifest',
    ],
    ['a fragment without a track', () => video.fragments[0] ?? Buffer.of(), 'before the moov'],
  ])('%s', async (_, bytes, problem) => {
    const { push } = await point();
    const encoder = push();
    encoder.write(bytes());
    const { status, text } = await encoder.end();
    expect([status, text]).toEqual([400, expect.stringContaining(problem)]);
  });

  it('a push to where there is no point, and one by a page of another site', async () => {
    const { url } = await point();
    expect((await new Pusher(url, '/live/other.isml/Streams(a)').end()).status).toBe(405);
    const foreign = new Pusher(url, `${PATH}/Streams(a)`, { Origin: 'https://elsewhere.example' });
    expect((await foreign.end()).status).toBe(403);
  });
});
