import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readPeerState } from '../../demo/origin/publish/peer-state.ts';
import { ask } from '../unit/origin/ask.ts';
import { askFragment } from '../unit/origin/live/ask-live.ts';
import { END_OF_STREAM, type PushedTrack, Pusher, trackOf } from '../unit/origin/live/pusher.ts';

const { CRASH_KILLS, CRASH_SEED } = process.env;

/** `npm run crash` kills a hundred times; here it is enough to see that it works. */
const KILLS = Number(CRASH_KILLS ?? 8);
const SEED = Number(CRASH_SEED ?? Date.now() % 1_000_000);

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const SAMPLE = join(import.meta.dirname, '../../demo/sample');
const PATH = '/live/event.isml';
const ROUND = 300_000_000n;
const START = BigInt(Date.UTC(2026, 4, 6)) * 10_000n;

const TRACKS = [
  { file: 'sample_57.ismv', stream: 'video', facts: { kind: 'video', trackId: 6, bitrate: 57_019 } },
  { file: 'sample_92.ismv', stream: 'video', facts: { kind: 'video', trackId: 5, bitrate: 91_797 } },
  { file: 'sample_en_10.isma', stream: 'audio', facts: { kind: 'audio', trackId: 7, bitrate: 9871 } },
] as const;

/** Fragments of which an encoder doesn't know whether they are there, and which it sends again when it comes back. */
const IN_FLIGHT = 2;
/** A fragment goes out in pieces, so that it may be cut anywhere. */
const PIECE = 1500;

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Track {
  readonly stream: string;
  readonly bitrate: number;
  readonly header: Buffer;
  readonly times: readonly bigint[];
  readonly fragments: readonly Buffer[];
  readonly samples: PushedTrack['samples'];
}

async function readTracks(rounds: number): Promise<readonly Track[]> {
  return Promise.all(
    TRACKS.map(async ({ file, stream, facts }) => {
      const all = await Promise.all(
        Array.from({ length: rounds }, (_, round) =>
          trackOf(join(SAMPLE, file), facts, START + BigInt(round) * ROUND),
        ),
      );
      return {
        stream,
        bitrate: facts.bitrate,
        header: all[0]?.header ?? Buffer.of(),
        times: all.flatMap(({ times }) => times),
        fragments: all.flatMap(({ fragments }) => fragments),
        samples: all.flatMap(({ samples }) => samples),
      };
    }),
  );
}

async function startOrigin(archive: string): Promise<{ child: ChildProcess; url: string }> {
  const args = ['--publish', `${PATH}=${archive}`, '--window', '0', '--listen', '0', '--json'];
  const child = spawn(process.execPath, [CLI, 'serve', `/archive=${archive}`, ...args]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, url: JSON.parse(`${line}`).url };
}

/** Times that the manifest lists, by stream. */
async function listedAt(url: string): Promise<ReadonlyMap<string, readonly bigint[]>> {
  const { status, body } = await ask(url, `${PATH}/Manifest`);
  if (status !== 200) return new Map();
  return new Map(
    [...`${body}`.matchAll(/<StreamIndex[^>]* Name="(\w+)"[^>]*>([\s\S]*?)<\/StreamIndex>/g)].map(
      ([, name = '', inside = '']) => [
        name,
        [...inside.matchAll(/<c t="(\d+)"/g)].map(([, t]) => BigInt(t ?? 0)),
      ],
    ),
  );
}

/** How many fragments of each level an origin has. */
async function storedAt(url: string): Promise<readonly (readonly [bitrate: number, count: number])[]> {
  const { body } = await ask(url, `${PATH}/Manifest(format=state)`);
  const { event } = readPeerState(`${body}`) ?? {};
  return (event?.streams ?? []).flatMap(({ tracks, chunks }) =>
    tracks.map(({ bitrate }, place) => {
      const own = chunks.filter(([, , ...places]) => places.includes(place));
      return [bitrate, own.length] as const;
    }),
  );
}

/** Everything that the origin has ever announced, in a manifest or in a fragment. */
class Announced {
  readonly #known = new Set<string>();

  get size(): number {
    return this.#known.size;
  }

  get all(): readonly { stream: string; time: bigint }[] {
    return [...this.#known].map((one) => {
      const [stream = '', time = ''] = one.split(' ');
      return { stream, time: BigInt(time) };
    });
  }

  add(stream: string, time: bigint): void {
    this.#known.add(`${stream} ${time}`);
  }

  /** Looks at the manifest, and into the newest fragments that are available. */
  async observe(url: string, tracks: readonly Track[]): Promise<void> {
    const listed = await listedAt(url);
    for (const [stream, times] of listed) {
      for (const time of times) this.add(stream, time);
      const newest = times.at(-1);
      const track = tracks.find((one) => one.stream === stream);
      if (newest === undefined || !track) continue;
      const { next } = await askFragment(url, PATH, stream, newest, { bitrate: `${track.bitrate}` });
      for (const { time } of next) this.add(stream, time);
    }
  }
}

interface Progress {
  /** Fragments of the track that are known to be there. */
  readonly stored: () => number;
  readonly isOver: () => boolean;
  /** Fragments that were sent so far, over all connections. */
  readonly sent: Map<Track, number>;
}

/** Pushes a track from the last two fragments on that were sent, until the connection breaks or it is over. */
async function push(url: string, track: Track, { stored, isOver, sent }: Progress): Promise<void> {
  const name = `${track.stream}-${track.bitrate}`;
  const pusher = new Pusher(url, `${PATH}/Streams(${name})`);
  const broken = pusher.answer.then(
    () => true,
    () => true,
  );
  pusher.write(track.header);
  let isBroken = false;
  let next = Math.max(0, (sent.get(track) ?? 0) - IN_FLIGHT);
  const write = async (bytes: Buffer) => {
    for (let at = 0; at < bytes.length; at += PIECE) {
      pusher.write(bytes.subarray(at, at + PIECE));
      if (at % (PIECE * 4) === 0) await sleep(0);
    }
  };
  while (!isBroken && !isOver()) {
    const bytes = next < stored() + IN_FLIGHT ? track.fragments[next] : undefined;
    if (bytes) {
      next += 1;
      sent.set(track, Math.max(next, sent.get(track) ?? 0));
      await write(bytes);
    }
    isBroken = await Promise.race([broken, sleep(1, false)]);
  }
  if (isBroken) return;
  // All come to the same end.
  const end = Math.max(...sent.values()) + IN_FLIGHT;
  pusher.write(...track.fragments.slice(next, end), END_OF_STREAM);
  await pusher.end();
}

test(
  `an event survives ${KILLS} kills at any moment of a push: what was announced is there, it goes on, and plays in the end`,
  async () => {
    console.log(`seed ${SEED}`);
    const random = randomFrom(SEED);
    const archive = await mkdtemp(join(tmpdir(), 'crash-'));
    const tracks = await readTracks(Math.max(4, Math.ceil(KILLS / 2)));
    const announced = new Announced();
    const counts = new Map<number, number>();
    let isOver = false;
    const sent = new Map<Track, number>();
    const pushAll = (url: string) =>
      Promise.all(
        tracks.map((track) =>
          push(url, track, { stored: () => counts.get(track.bitrate) ?? 0, isOver: () => isOver, sent }),
        ),
      );
    const watchUntil = async (url: string, deadline: number) => {
      while (performance.now() < deadline) {
        await announced.observe(url, tracks).catch(() => undefined);
        for (const [bitrate, count] of await storedAt(url).catch(() => [])) counts.set(bitrate, count);
        await sleep(2);
      }
    };
    try {
      for (let kill = 0; kill < KILLS; kill += 1) {
        const { child, url } = await startOrigin(archive);
        const found = await listedAt(url);
        for (const { stream, time } of announced.all) {
          if (found.get(stream)?.includes(time)) continue;
          // What only a fragment had announced may wait for the encoder again, but its bytes are there.
          const track = tracks.find((one) => one.stream === stream);
          const path = `${PATH}/QualityLevels(${track?.bitrate})/Fragments(${stream}=${time},format=archive)`;
          expect([kill, stream, time, (await ask(url, path)).status]).toEqual([kill, stream, time, 200]);
        }
        for (const [bitrate, count] of await storedAt(url)) counts.set(bitrate, count);
        const pushing = pushAll(url);
        await watchUntil(url, performance.now() + 60 + random() * 250);
        child.kill('SIGKILL');
        await pushing;
      }
      const { child, url } = await startOrigin(archive);
      const last = pushAll(url);
      await watchUntil(url, performance.now() + 500);
      isOver = true;
      await last;
      const state = (await readdir(archive)).filter((name) => name.endsWith('.ism'));
      expect(state).toHaveLength(1);
      const title = `/archive/${state[0]}`;
      const { body } = await ask(url, `${title}/Manifest`);
      expect(`${body}`).not.toContain('IsLive');
      let compared = 0;
      for (const { stream, bitrate, times, samples } of tracks) {
        const listed = (await listedAt(url)).get(stream) ?? [];
        expect(listed).toEqual(times.slice(0, listed.length));
        for (const [i, time] of listed.entries()) {
          const fragment = await askFragment(url, title, stream, time, { bitrate: `${bitrate}` });
          const isSame = fragment.samples.every((sample, k) => sample.equals(samples[i]?.[k] ?? Buffer.of()));
          expect([stream, bitrate, time, fragment.samples.length, isSame]).toEqual([
            stream,
            bitrate,
            time,
            samples[i]?.length,
            true,
          ]);
          compared += 1;
        }
      }
      console.log(
        `${announced.size} chunks were announced over ${KILLS} kills; ${compared} fragments are as they were sent`,
      );
      expect(announced.size).toBeGreaterThan(KILLS);
      child.kill('SIGKILL');
    } finally {
      await rm(archive, { recursive: true, force: true });
    }
  },
  60_000 + KILLS * 6000,
);
