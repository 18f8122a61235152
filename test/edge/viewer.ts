import { setTimeout as sleep } from 'node:timers/promises';

/** Seconds that a viewer keeps in the buffer, and how far behind the newest fragment it begins. */
const BUFFER = 16;
const BEHIND = 18;
const RETRY_MS = 500;

interface Chunk {
  readonly start: bigint;
  readonly duration: bigint;
}

/** What a viewer went through. */
export interface Experience {
  /** Answers with what was asked for, and those of them that a cache gave. */
  answers: number;
  hits: number;
  fragments: number;
  /** Seconds without media to play. */
  stalled: number;
  readonly refusals: number[];
}

/** Watches a live title as a player does, but for the picture: the manifest once, then from fragment to fragment. */
export async function watch(url: string, name: string, bitrate: number, signal: AbortSignal) {
  const experience: Experience = { answers: 0, hits: 0, fragments: 0, stalled: 0, refusals: [] };
  const get = async (path: string): Promise<Buffer | undefined> => {
    const response = await fetch(url + path);
    const body = Buffer.from(await response.arrayBuffer());
    if (response.ok) {
      experience.answers += 1;
      if (response.headers.get('x-cache') !== 'MISS') experience.hits += 1;
      return body;
    }
    experience.refusals.push(response.status);
    return undefined;
  };
  try {
    const known = chunksOf((await get('/Manifest'))?.toString() ?? '', name);
    const newest = known.at(-1)?.start ?? 0n;
    let next = known.find(({ start }) => newest - start <= BigInt(BEHIND * 1e7));
    const clock = new PlayClock();
    while (next && !signal.aborted) {
      await sleep(Math.max(0, clock.ahead() - BUFFER) * 1000, undefined, { signal });
      const { start, duration }: Chunk = next;
      const body = await get(`/QualityLevels(${bitrate})/Fragments(${name}=${start})`);
      if (!body) {
        await sleep(RETRY_MS, undefined, { signal });
        continue;
      }
      experience.fragments += 1;
      clock.add(Number(duration) / 1e7);
      experience.stalled = clock.stalled;
      next = announcedBy(body) ?? { start: start + duration, duration };
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return experience;
}

/** Plays as long as there is something to play. */
class PlayClock {
  stalled = 0;
  #end = 0;
  #playhead = 0;
  #lookedAt = performance.now();

  /** Seconds in the buffer. */
  ahead(): number {
    const passed = (performance.now() - this.#lookedAt) / 1000;
    this.#lookedAt += passed * 1000;
    const played = Math.min(passed, this.#end - this.#playhead);
    // Before the first fragment nothing stalls.
    if (this.#end > 0) this.stalled += passed - played;
    this.#playhead += played;
    return this.#end - this.#playhead;
  }

  add(seconds: number): void {
    this.ahead();
    this.#end += seconds;
  }
}

function chunksOf(manifest: string, name: string): readonly Chunk[] {
  const stream = manifest.split('<StreamIndex').find((text) => text.includes(`Name="${name}"`)) ?? '';
  let at = 0n;
  return [...stream.matchAll(/<c (?:t="(\d+)" )?d="(\d+)"/g)].map(([, t, d = '0']) => {
    const start = t === undefined ? at : BigInt(t);
    at = start + BigInt(d);
    return { start, duration: BigInt(d) };
  });
}

/** The first entry of a fragment's `tfrf`. */
function announcedBy(fragment: Buffer): Chunk | undefined {
  const at = fragment.indexOf('d4807ef2ca3946958e5426cb9e46a79f', 0, 'hex');
  if (at < 0 || (fragment[at + 20] ?? 0) === 0) return undefined;
  return { start: fragment.readBigUInt64BE(at + 21), duration: fragment.readBigUInt64BE(at + 29) };
}
