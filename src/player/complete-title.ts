import { join } from '../base/bytes.ts';
import { SmoothError } from '../base/errors.ts';
import { ticks } from '../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../manifest/presentation.ts';
import { readMovieFragment, readSamples } from '../mp4/fragment.ts';
import { completeLevel } from '../transmux/in-band.ts';
import type { Title } from './load-title.ts';
import type { Settings } from './options.ts';
import { readUntil } from './peek-fragment.ts';
import { lacksConfiguration } from './select-streams.ts';

const WHOLE_MS = 10_000;

/**
 * The title with the codec configurations that its manifest lacks, each taken from the start of a fragment. Loaded
 * when a stream could not be played otherwise. Levels that no fragment tells of stay as they are.
 */
export async function completeTitle(title: Title, settings: Settings, signal: AbortSignal): Promise<Title> {
  const { presentation } = title;
  const warnings: SmoothError[] = [];
  const complete = async (stream: Stream, level: QualityLevel): Promise<QualityLevel> => {
    const sample = await firstSample(title, stream, level, settings, signal);
    const completed = sample && completeLevel(level, sample);
    if (!completed) return level;
    const path = `${stream.name} at ${level.bitrate} bit/s`;
    const problem = 'CodecPrivateData is of no use; the configuration was taken from a fragment';
    warnings.push(new SmoothError('manifest-mended', { path, problem }));
    return completed;
  };
  const streams = await Promise.all(
    presentation.streams.map(async (stream) => {
      if (!lacksConfiguration(stream)) return stream;
      const [first, ...others] = stream.levels;
      const levels = [complete(stream, first), ...others.map((level) => complete(stream, level))] as const;
      return { ...stream, levels: await Promise.all(levels) };
    }),
  );
  signal.throwIfAborted();
  return {
    ...title,
    presentation: { ...presentation, streams, warnings: [...presentation.warnings, ...warnings] },
  };
}

/** Of the first chunk; of a live stream's last but one, which is sure to be there. */
function chunkOf({ chunks }: Stream, isLive: boolean): Chunk | undefined {
  return chunks.at(isLive ? Math.max(0, chunks.length - 2) : 0);
}

async function firstSample(
  title: Title,
  stream: Stream,
  level: QualityLevel,
  settings: Settings,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const chunk = chunkOf(stream, title.presentation.isLive);
  if (!chunk) return undefined;
  const errand = {
    title,
    host: title.url,
    stream,
    level,
    chunk,
    zero: ticks(0),
    readEncryption: () => undefined,
    encryption: undefined,
    wholeMs: WHOLE_MS,
    isRetry: false,
  };
  return readUntil(errand, settings, findFirstSample, signal);
}

/** In what has come of a media segment: `moof` with the header of `mdat`, then the samples. */
function findFirstSample([head, ...rest]: readonly Uint8Array[]): Uint8Array | undefined {
  if (!head) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [track] = readMovieFragment(view).tracks;
  const size = track && readSamples(view, track).sizes[0];
  const at = (track?.runs[0]?.dataOffset ?? head.length) - head.length;
  const received = rest.reduce((sum, part) => sum + part.length, 0);
  return size && received >= at + size ? join(rest).subarray(at, at + size) : undefined;
}
