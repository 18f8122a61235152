import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { END_OF_STREAM, Pusher, trackOf } from '../unit/origin/live/pusher.ts';

const SAMPLE = join(import.meta.dirname, '../../demo/sample');
const FILES = [
  { file: 'sample_57.ismv', facts: { kind: 'video', trackId: 6, bitrate: 57_019 } },
  { file: 'sample_en_10.isma', facts: { kind: 'audio', trackId: 7, bitrate: 9871 } },
] as const;

/** Ticks of a round of the sample. */
const ROUND = 300_000_000n;
/** Fragments that are sent again after a reconnect. [AMS-Ingest] */
const RESENT = 2;
const RETRY_MS = 300;

interface SentTrack {
  readonly header: Buffer;
  /** In ticks, when each fragment is complete. */
  readonly ends: readonly bigint[];
  readonly fragments: readonly Buffer[];
}

/** An encoder that pushes the sample, round after round, to several publishing points in step with the clock. */
export class LiveEncoder {
  readonly #tracks: readonly SentTrack[];
  readonly #startedAt: number;
  readonly #stopping = new AbortController();
  readonly #running: Promise<unknown>[] = [];

  private constructor(tracks: readonly SentTrack[], startedAt: number) {
    this.#tracks = tracks;
    this.#startedAt = startedAt;
  }

  /** `history`: seconds that are there at once. `start` is the time of the first fragment, in ticks. */
  static async create(start: bigint, rounds: number, history: number): Promise<LiveEncoder> {
    const tracks = FILES.map(async ({ file, facts }) => {
      const all = await Promise.all(
        Array.from({ length: rounds }, (_, round) =>
          trackOf(join(SAMPLE, file), facts, start + BigInt(round) * ROUND),
        ),
      );
      const times = all.flatMap((one) => one.times);
      return {
        header: all[0]?.header ?? Buffer.of(),
        fragments: all.flatMap((one) => one.fragments),
        ends: times.map((_, i) => (times[i + 1] ?? start + BigInt(rounds) * ROUND) - start),
      };
    });
    return new LiveEncoder(await Promise.all(tracks), performance.now() - history * 1000);
  }

  /** Pushes to a point until it is stopped, and comes back when a connection breaks. */
  pushTo(url: string, path: string): void {
    for (const [i, track] of this.#tracks.entries())
      this.#running.push(this.#push(url, `${path}/Streams(${i})`, track));
  }

  /** Ends what was pushed, and tells so. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  async #push(url: string, path: string, track: SentTrack): Promise<void> {
    const { signal } = this.#stopping;
    let sent = 0;
    while (!signal.aborted) {
      const pusher = new Pusher(url, path);
      pusher.write(track.header);
      sent = Math.max(0, sent - RESENT);
      const broken = pusher.answer.then(
        () => true,
        () => true,
      );
      let isBroken = false;
      while (!isBroken && !signal.aborted) {
        const now = BigInt(Math.round((performance.now() - this.#startedAt) * 10_000));
        for (; sent < track.fragments.length && (track.ends[sent] ?? now) <= now; sent += 1)
          pusher.write(track.fragments[sent] ?? Buffer.of());
        isBroken = await Promise.race([broken, sleep(100, false)]);
      }
      if (isBroken) await sleep(RETRY_MS);
      else {
        pusher.write(END_OF_STREAM);
        await pusher.end().catch(() => undefined);
      }
    }
  }
}
