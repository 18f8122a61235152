import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import {
  type ClientManifest,
  type ManifestChunk,
  type ManifestStream,
  readClientManifest,
} from '../client-manifest.ts';
import { bytesOf, type FragmentBytes } from '../fragment-resource.ts';
import { type LevelRates, ratesOfFragments } from '../level-rates.ts';
import { Library } from '../library.ts';
import { readMoof } from '../samples.ts';
import { smallest } from './bigints.ts';
import { type Endless, type EndlessChunk, endlessChunks, endlessFrames, type FrameGrid } from './endless.ts';
import { isEncrypted } from './live-moof.ts';
import type { FragmentRoute } from './live-source.ts';

/** The default timescale. */
export const TIMESCALE = 10_000_000n;

/** A stream of the title that is repeated. */
export interface LoopStream extends ManifestStream {
  readonly name: string;
  readonly timescale: bigint;
  readonly endless: Endless;
  /** For a generated stream: the payload of a chunk's fragment. */
  readonly payloadOf?: (chunk: EndlessChunk) => Buffer;
}

/** A title on disk, to be repeated. */
export interface LoopSource {
  readonly streams: readonly LoopStream[];
  readonly protection: ClientManifest['protection'];
  /** A fragment of the source; the route's time is that in the source. */
  fragment(route: FragmentRoute): Promise<FragmentBytes | undefined>;
  ratesOf?(route: FragmentRoute): Promise<LevelRates | undefined>;
}

type Chunks = readonly [ManifestChunk, ...ManifestChunk[]];
type Reader = (route: FragmentRoute) => Promise<FragmentBytes | undefined>;

/** Reads the title of an `.ism` file. */
export async function openLoop(path: string): Promise<LoopSource> {
  const library = new Library(dirname(path));
  const presentation = `/${basename(path)}`;
  const file = await library.manifest(presentation);
  if (file === undefined) throw new Error(`There is no title ${basename(path)} to make a channel of.`);
  const manifest = readClientManifest(await readFile(file));
  const fragment: Reader = async (route) => {
    const found = await library.fragment({ ...route, presentation });
    return found && bytesOf(found);
  };
  const scale = timescaleOf(manifest.attributes.get('TimeScale'), TIMESCALE);
  const parts = manifest.streams.flatMap((stream) => {
    const [first, ...rest] = stream.chunks;
    // Streams in the manifest itself have no fragments.
    if (!first || stream.levels.length === 0 || !stream.attributes.get('Url')) return [];
    const timescale = timescaleOf(stream.attributes.get('TimeScale'), scale);
    const chunks: Chunks = [first, ...rest];
    return [{ ...stream, name: nameOf(stream), timescale, chunks }];
  });
  const { origin, length } = roundOf(parts);
  const inRound = parts.flatMap((part) => {
    const end = ((origin + length) * part.timescale) / TIMESCALE;
    const [first, ...rest] = part.chunks.filter(({ time }) => time < end);
    const chunks: Chunks | undefined = first && [first, ...rest];
    return chunks ? [{ ...part, chunks }] : [];
  });
  const streams = await Promise.all(
    inRound.map(async (part): Promise<LoopStream> => {
      const grid = kindOf(part) === 'audio' ? await gridOf(part, part.chunks, fragment) : undefined;
      const roundLength = (rounds: bigint) => (rounds * length * part.timescale) / TIMESCALE;
      const offset = part.chunks[0].time - (origin * part.timescale) / TIMESCALE;
      const endless = grid
        ? endlessFrames(grid, roundLength, offset)
        : endlessChunks(part.chunks, roundLength, offset);
      return { ...part, endless };
    }),
  );
  const ratesOf = async (route: FragmentRoute) => {
    const sizes = await library.sizesOf({ ...route, presentation });
    const stream = parts.find(({ name }) => name.toLowerCase() === route.stream.toLowerCase());
    return (
      stream &&
      ratesOfFragments(
        stream.chunks.map(({ time, duration }) => ({
          bytes: sizes?.get(time) ?? 0,
          seconds: Number(duration) / Number(stream.timescale),
        })),
      )
    );
  };
  return { streams, protection: manifest.protection, fragment, ratesOf };
}

const kindOf = ({ attributes }: ManifestStream) => attributes.get('Type')?.toLowerCase() ?? '';

const nameOf = (stream: ManifestStream) => stream.attributes.get('Name') || kindOf(stream);

const timescaleOf = (text: string | undefined, otherwise: bigint) =>
  text !== undefined && /^[1-9]\d{0,18}$/.test(text) ? BigInt(text) : otherwise;

/** The length of a round, and its start in the source, in 100 ns: from the first chunk of the video to its last. */
function roundOf(
  parts: readonly (ManifestStream & { readonly timescale: bigint; readonly chunks: Chunks })[],
) {
  const spans = parts.map((part) => {
    const [{ time }] = part.chunks;
    const last = part.chunks.at(-1) ?? part.chunks[0];
    const inTicks = (value: bigint) => (value * TIMESCALE) / part.timescale;
    return { kind: kindOf(part), start: inTicks(time), length: inTicks(last.time + last.duration - time) };
  });
  const leading = spans.find(({ kind }) => kind === 'video') ?? spans[0];
  if (!leading) throw new Error('A channel needs a title with fragments.');
  const origin = smallest(
    leading.start,
    spans.map(({ start }) => start),
  );
  return { origin, length: leading.length };
}

/**
 * The frames of a stream's audio, if all but the last have equal length; `undefined` if not, or if the fragment's boxes
 * with encryption can't be rearranged.
 */
async function gridOf(
  { levels, name }: ManifestStream & { readonly name: string },
  chunks: Chunks,
  fragment: Reader,
): Promise<FrameGrid | undefined> {
  const [level] = levels;
  const counts: number[] = [];
  let before: number | undefined;
  let ticks = 0n;
  let frames = 0n;
  for (const { time } of chunks) {
    const found = level && (await fragment(routeTo(level, name, time)));
    if (!found || isEncrypted(found.moof)) return undefined;
    const size = found.payload.reduce((sum, { length }) => sum + length, 0);
    const { samples } = readMoof(found.moof, { at: found.payloadAt, size });
    for (const { duration } of samples) {
      if (before !== undefined) {
        ticks += BigInt(before);
        frames += 1n;
        if (Math.abs(before * Number(frames) - Number(ticks)) > 2 * Number(frames)) return undefined;
      }
      before = duration;
    }
    if (samples.length === 0) return undefined;
    counts.push(samples.length);
  }
  return frames > 0n && ticks > 0n ? { counts, ticks, frames } : undefined;
}

/** The parsed URL of a level's fragment. */
export function routeTo(
  level: ManifestStream['levels'][number],
  stream: string,
  time: bigint,
): FragmentRoute {
  return {
    type: 'fragment',
    presentation: '',
    noun: 'fragments',
    bitrate: Number(level.attributes.get('Bitrate') ?? 0),
    attributes: level.custom.map(([name, value]) => `${name}=${value}`),
    stream,
    time,
  };
}
