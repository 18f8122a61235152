import { SmoothError } from '../../base/errors.ts';
import { ticks } from '../../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../../manifest/presentation.ts';
import { lacksConfiguration } from '../../transmux/configuration.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import { completeLevel, readTellingSample, type TellingSample } from '../../transmux/in-band.ts';
import { readUntil } from '../fragment/peek-fragment.ts';
import type { Settings } from '../options.ts';
import { fragmentOf } from './fragment-of.ts';
import type { Title } from './title.ts';

const WHOLE_MS = 10_000;

/**
 * The title with the codec configurations that its manifest lacks, each read from the start of a fragment. Loaded if a
 * stream could not be played otherwise. Levels without a configuration in their fragments stay unchanged.
 */
export async function completeTitle(title: Title, settings: Settings, signal: AbortSignal): Promise<Title> {
  const { presentation } = title;
  const warnings: SmoothError[] = [];
  const complete = async (stream: Stream, level: QualityLevel): Promise<QualityLevel> => {
    const sample = await firstSample(title, stream, level, settings, signal);
    const completed = sample && completeLevel(level, sample);
    if (!completed) return level;
    const path = `${stream.name} at ${level.bitrate} bit/s`;
    const lacking =
      completed.codecPrivateData === level.codecPrivateData ? 'SamplingRate' : 'CodecPrivateData';
    const problem = `${lacking} is not usable; the configuration was read from a fragment`;
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

/** The first chunk; for a live stream the last but one, which is certain to exist. */
function chunkOf({ chunks }: Stream, isLive: boolean): Chunk | undefined {
  return chunks.at(isLive ? Math.max(0, chunks.length - 2) : 0);
}

async function firstSample(
  title: Title,
  stream: Stream,
  level: QualityLevel,
  settings: Settings,
  signal: AbortSignal,
): Promise<TellingSample | undefined> {
  const chunk = chunkOf(stream, title.presentation.isLive);
  if (!chunk) return undefined;
  const request = fragmentOf(title, {
    host: title.url,
    stream,
    level,
    chunk,
    zero: ticks(0),
    readEncryption: () => undefined,
    wholeMs: WHOLE_MS,
  });
  const isSealed = title.presentation.protection.length > 0;
  const look = (parts: readonly Uint8Array[], report: FragmentReport) =>
    readTellingSample(parts, report, stream.timescale, isSealed);
  return readUntil(request, settings, look, signal);
}
