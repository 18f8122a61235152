import { isSmoothError } from '../base/errors.ts';
import { redactText } from '../base/redact.ts';
import { type Ticks, type Timescale, ticks, toSeconds } from '../base/time.ts';
import type {
  ChunkList,
  ChunkRun,
  Presentation,
  Protection,
  QualityLevel,
  Stream,
} from '../manifest/presentation.ts';
import {
  keyIdsOf,
  PLAYREADY,
  readPlayReady,
  SEGMENT_ENCRYPTION,
  systemDataOf,
  WIDEVINE,
} from '../manifest/protection.ts';
import { timelineOf } from '../timeline/timeline.ts';

/** The content of a title, as plain JSON. Times are in seconds from the presentation's origin, unless they are ticks. */
export interface TitleSummary {
  readonly isLive: boolean;
  readonly timescale: number;
  /** In ticks, as a decimal number. */
  readonly origin: string;
  readonly duration: number | undefined;
  /** Of a live title: how far back one can seek, in seconds; `undefined`: to the beginning. */
  readonly dvrWindow: number | undefined;
  readonly lookAhead: number;
  readonly protection: readonly ProtectionSummary[];
  readonly streams: readonly StreamSummary[];
}

export interface ProtectionSummary {
  readonly system: string;
  readonly systemId: string;
  /** From a PlayReady header. */
  readonly version: string | undefined;
  readonly keyIds: readonly string[];
  /** Only the host: the rest may contain tokens. */
  readonly licenceHost: string | undefined;
  readonly problem: string | undefined;
}

export interface StreamSummary {
  readonly type: string;
  readonly name: string;
  readonly language: string | undefined;
  readonly subtype: string | undefined;
  readonly parent: string | undefined;
  readonly timescale: number;
  /** Number of payloads in the manifest itself. */
  readonly embedded: number;
  readonly urlTemplate: string | undefined;
  readonly chunks: ChunksSummary;
  readonly levels: readonly LevelSummary[];
}

export interface ChunksSummary {
  readonly count: number;
  readonly start: number;
  readonly end: number;
  /** In ticks, as a decimal number. */
  readonly firstTick: string;
  /** Duration of a chunk in seconds. */
  readonly shortest: number;
  readonly longest: number;
  /** Gaps between chunks; the first few, and their number. */
  readonly gaps: readonly { readonly at: number; readonly length: number }[];
  readonly gapCount: number;
  /** Number of chunks that begin before the previous one has ended. */
  readonly overlapCount: number;
}

export interface LevelSummary {
  readonly index: number;
  readonly bitrate: number;
  readonly fourCC: string;
  readonly codec: string | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly samplingRate: number | undefined;
  readonly channels: number | undefined;
  readonly privateDataBytes: number;
  readonly customAttributes: Readonly<Record<string, string>>;
}

const MOST_GAPS = 10;

export function summarise(presentation: Presentation): TitleSummary {
  const { isLive, timescale, origin, duration, dvrWindow, lookAhead, protection, streams } = presentation;
  const secondsOf = (value: Ticks | undefined) =>
    value === undefined ? undefined : toSeconds(value, timescale);
  return {
    isLive,
    timescale: Number(timescale),
    origin: String(origin),
    duration: secondsOf(duration),
    dvrWindow: secondsOf(dvrWindow),
    lookAhead,
    protection: protection.map(protectionSummary),
    streams: streams.map((stream) => streamSummary(stream, presentation)),
  };
}

function streamSummary(stream: Stream, presentation: Presentation): StreamSummary {
  const { type, name, language, subtype, parent, urlTemplate, timescale, levels } = stream;
  return {
    ...{ type, name, language, subtype, parent },
    timescale: Number(timescale),
    urlTemplate: urlTemplate === undefined ? undefined : redactText(urlTemplate),
    embedded: stream.embedded?.length ?? 0,
    chunks: chunksSummary(stream, presentation),
    levels: levels.map(levelSummary),
  };
}

function levelSummary(level: QualityLevel): LevelSummary {
  const { index, bitrate, fourCC, codec, width, height, samplingRate, channels } = level;
  return {
    ...{ index, bitrate, fourCC, codec, width, height, samplingRate, channels },
    privateDataBytes: level.codecPrivateData.length,
    customAttributes: Object.fromEntries(level.customAttributes.map(({ name, value }) => [name, value])),
  };
}

function chunksSummary(stream: Stream, presentation: Presentation): ChunksSummary {
  const { chunks, timescale } = stream;
  const timeline = timelineOf(stream, presentation);
  const [first, last] = [chunks.at(0), chunks.at(chunks.length - 1)];
  const { runs } = chunks;
  const durations = runs.flatMap((run) => durationsIn(run, chunks).map((one) => toSeconds(one, timescale)));
  const origin = first ? timeline.startOf(first) - toSeconds(first.start, timescale) : 0;
  const { gaps, overlapCount } = seamsOf(chunks, runs, timescale);
  return {
    count: chunks.length,
    start: first ? timeline.startOf(first) : 0,
    end: last ? timeline.endOf(last) : 0,
    firstTick: String(chunks.start),
    shortest: durations.reduce((least, duration) => Math.min(least, duration), durations[0] ?? 0),
    longest: durations.reduce((most, duration) => Math.max(most, duration), 0),
    gaps: gaps
      .slice(0, MOST_GAPS)
      .map(({ at, length }) => ({ at: toSeconds(at, timescale) + origin, length })),
    gapCount: gaps.length,
    overlapCount,
  };
}

/** The durations in a run; its first and last chunk may be cut by their clip. */
const durationsIn = ({ first, count, duration }: ChunkRun, chunks: ChunkList): readonly Ticks[] =>
  count === 1
    ? [duration]
    : [duration, ...[1, count - 1].flatMap((step) => chunks.at(first + step)?.duration ?? [])];

/** Chunks within a run are contiguous. */
function seamsOf(
  chunks: ChunkList,
  runs: readonly ChunkRun[],
  scale: Timescale,
): { readonly gaps: { readonly at: Ticks; readonly length: number }[]; readonly overlapCount: number } {
  const gaps: { at: Ticks; length: number }[] = [];
  let [overlapCount, end] = [0, runs[0]?.start ?? ticks(0)];
  for (const { first, start, duration, count } of runs) {
    if (start > end) gaps.push({ at: end, length: toSeconds(ticks(start - end), scale) });
    if (start < end) overlapCount += 1;
    const last = count > 1 ? chunks.at(first + count - 1) : undefined;
    end = last ? ticks(last.start + last.duration) : ticks(start + duration);
  }
  return { gaps, overlapCount };
}

const SYSTEM_NAMES: Readonly<Record<string, string>> = {
  [PLAYREADY]: 'PlayReady',
  [WIDEVINE]: 'Widevine',
  '1077efecc0b24d02ace33c1e52e2fb4b': 'ClearKey',
  [SEGMENT_ENCRYPTION]: 'AES-128 envelope',
};

function protectionSummary(protection: Protection): ProtectionSummary {
  const { systemId } = protection;
  const facts = {
    system: SYSTEM_NAMES[systemId] ?? 'unknown system',
    systemId,
    keyIds: keyIdsOf([protection]),
  };
  if (systemId !== PLAYREADY)
    return { ...facts, version: undefined, licenceHost: undefined, problem: undefined };
  try {
    const { version, licenceUrl } = readPlayReady(systemDataOf(protection));
    return { ...facts, version, licenceHost: licenceUrl && hostOf(licenceUrl), problem: undefined };
  } catch (error) {
    const problem = isSmoothError(error, 'drm-header-malformed') ? error.details.problem : String(error);
    return { ...facts, version: undefined, licenceHost: undefined, problem };
  }
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return 'no URL';
  }
}
