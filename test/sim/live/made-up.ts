import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ManifestChunk, readClientManifest } from '../../../demo/origin/client-manifest.ts';
import { endlessChunks } from '../../../demo/origin/live/endless.ts';
import { ofSamples } from '../../../demo/origin/live/live-moof.ts';
import type { LoopSource, LoopStream } from '../../../demo/origin/live/loop-source.ts';

/** A round is no shorter, so that streams may begin as far apart. In seconds. */
const ROUND = 100;
const SAMPLE = join(import.meta.dirname, '../../../demo/sample/sample.ismc');

/** How one stream of a made-up title is cut. */
export interface Shape {
  readonly type: 'video' | 'audio' | 'text';
  readonly name?: string;
  /** Of its fragments, over and over. */
  readonly seconds: readonly number[];
  readonly timescale?: number;
  /** Seconds that it begins later than the others. */
  readonly begins?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A title of any shape: it has addresses and times, and no media. */
export async function makeUp(shapes: readonly Shape[]): Promise<LoopSource> {
  const { streams } = readClientManifest(await readFile(SAMPLE));
  const like = (type: string) => streams.find(({ attributes }) => attributes.get('Type') === type);
  return {
    streams: shapes.map((shape): LoopStream => {
      const { type, name = type, seconds, timescale = 10_000_000, begins = 0 } = shape;
      const model = like(type) ?? like('audio');
      const [first, ...others] = chunksOf(seconds, timescale);
      if (!model || !first) throw new Error(`${name} has no fragments`);
      const length = [first, ...others].reduce((sum, { duration }) => sum + duration, 0n);
      const own = {
        Type: type,
        Url: `QualityLevels({bitrate})/Fragments(${name}={start time})`,
        TimeScale: String(timescale),
        ...shape.attributes,
      };
      const levels = model.levels.slice(-2);
      return {
        name,
        timescale: BigInt(timescale),
        levels,
        attributes: new Map(Object.entries(own)),
        chunks: [],
        endless: endlessChunks(
          [first, ...others],
          (rounds) => rounds * length,
          BigInt(Math.round(begins * timescale)),
        ),
      };
    }),
    protection: [],
    fragment: async () => ofSamples(1, [{ size: 1, duration: 1 }], [Buffer.alloc(1)], NO_TIMES),
  };
}

const NO_TIMES = { sequence: 1, self: { time: 0n, duration: 0n }, next: [] };

function chunksOf(seconds: readonly number[], timescale: number): ManifestChunk[] {
  let time = 0n;
  const rounds = Math.ceil(ROUND / seconds.reduce((sum, value) => sum + value, 0));
  return Array.from({ length: rounds }, () => seconds)
    .flat()
    .map((value) => {
      const duration = BigInt(Math.round(value * timescale));
      const chunk = { time, duration };
      time += duration;
      return chunk;
    });
}
