import { posix } from 'node:path';
import { type Seconds, seconds, type Ticks, ticks, toSeconds } from '../../../src/base/time.ts';
import {
  captionGrid,
  leadingStream,
  type MediaChunk,
  type MediaLevel,
  type MediaStream,
  type MediaTitle,
} from './media-title.ts';
import { attributeList, quoted } from './playlist-text.ts';
import type { SegmentNames } from './segment-names.ts';
import type { ListedSplice } from './title-events.ts';

export interface PlaylistFacts {
  readonly names: SegmentNames;
  readonly isKeyFrames: boolean;
  readonly span: string;
  /** Whole seconds. Never decreases, and never changes while a title is live. */
  readonly targetDuration: number;
  /** `EXT-X-KEY` lines. */
  readonly keys: readonly string[];
  readonly splices: readonly ListedSplice[];
  /** Whether any playlist of the title has splices: then all need dates. RFC 8216bis, 6.2.4. */
  readonly isDated: boolean;
  /** The position of a segment in its file, if it isn't a separate file. */
  readonly byteRange?: ((time: Ticks) => { readonly length: number; readonly offset: number }) | undefined;
}

/** Longer pauses, of about a day, are not listed chunk by chunk: all playlists of the title begin after them. */
const MAX_MISSING = 43_200;

/** The media playlist of one level. RFC 8216bis, 4.4.3 and 4.4.4. */
export function mediaPlaylist(
  title: MediaTitle,
  media: MediaStream,
  level: MediaLevel,
  facts: PlaylistFacts,
): string {
  const { names, isKeyFrames, span, targetDuration, keys, splices } = facts;
  const isText = media.stream.type === 'text';
  const grid = isText ? captionGrid(title, media) : media;
  const folder = posix.dirname(names.playlist(level.place, { isKeyFrames, span }));
  const relative = (name: string) => posix.relative(folder, name);
  const uriOf = (time: Ticks) =>
    isKeyFrames && !facts.byteRange
      ? names.keyFrame(level.place, time)
      : names.media(level.place, time, isText ? 'vtt' : 'm4s');
  const { timescale } = grid.stream;
  const from = longPauseIn(title);
  const chunks =
    from === undefined ? grid.chunks : grid.chunks.filter(({ start }) => toSeconds(start, timescale) >= from);
  const lines: string[] = [
    '#EXTM3U',
    '#EXT-X-VERSION:8',
    `#EXT-X-TARGETDURATION:${targetDuration}`,
    `#EXT-X-MEDIA-SEQUENCE:${chunks[0]?.number ?? 0}`,
    ...playlistType(title, from === undefined),
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(isKeyFrames ? ['#EXT-X-I-FRAMES-ONLY'] : []),
    ...(isText ? [] : [...keys, `#EXT-X-MAP:URI=${quoted(relative(names.init(level.place)))}`]),
    ...dateRanges(splices, title),
  ];
  const zeroAt = title.clock.zeroAt ?? (facts.isDated ? 0 : undefined);
  let expected: Ticks | undefined;
  let before: MediaChunk | undefined;
  for (const chunk of chunks) {
    if (before)
      for (const line of missing(before, chunk, timescale, (time) => relative(uriOf(time)))) lines.push(line);
    // One date is enough, unless there is a gap.
    if (zeroAt !== undefined && (title.isEvent || chunk.start !== expected))
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${dateAt(chunk.start, timescale, zeroAt)}`);
    lines.push(`#EXTINF:${decimal(chunk.duration, timescale)},`);
    const range = isKeyFrames ? facts.byteRange?.(chunk.start) : undefined;
    if (range) lines.push(`#EXT-X-BYTERANGE:${range.length}@${range.offset}`);
    lines.push(relative(uriOf(chunk.start)));
    expected = ticks(chunk.start + chunk.duration);
    before = chunk;
  }
  if (!title.isLive) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

/** `EVENT` promises that nothing is removed. */
function playlistType({ isLive, presentation }: MediaTitle, isWhole: boolean): string[] {
  if (isLive) return isWhole && presentation.dvrWindow === undefined ? ['#EXT-X-PLAYLIST-TYPE:EVENT'] : [];
  return presentation.isLive ? [] : ['#EXT-X-PLAYLIST-TYPE:VOD'];
}

/** The middle of the last long pause, since chunks of other streams begin at other times; `undefined` if there is none. */
function longPauseIn(title: MediaTitle): Seconds | undefined {
  const leading = leadingStream(title);
  if (!leading) return undefined;
  const { chunks, stream } = leading;
  const index = chunks.findLastIndex(
    ({ number }, i) => number - (chunks[i - 1]?.number ?? number) > MAX_MISSING,
  );
  const [before, after] = [chunks[index - 1], chunks[index]];
  if (!before || !after) return undefined;
  return seconds((toSeconds(before.start, stream.timescale) + toSeconds(after.start, stream.timescale)) / 2);
}

/** Chunks that have numbers but don't exist: players skip them. */
function missing(
  before: MediaChunk,
  next: MediaChunk,
  timescale: MediaStream['stream']['timescale'],
  uriOf: (time: Ticks) => string,
): readonly string[] {
  const count = next.number - before.number - 1;
  const from = before.start + before.duration;
  const hole = next.start - from;
  if (count <= 0 || hole <= 0n) return [];
  const at = (i: number) => ticks(from + (hole * BigInt(i)) / BigInt(count));
  return Array.from({ length: count }, (_, i) => {
    const duration = ticks(at(i + 1) - at(i));
    return ['#EXT-X-GAP', `#EXTINF:${decimal(duration, timescale)},`, uriOf(at(i))];
  }).flat();
}

/** Entries of one break have the same id, start and planned duration, also where it was repeated or cut. RFC 8216bis, 4.4.5.1. */
function dateRanges(events: readonly ListedSplice[], { clock }: MediaTitle): readonly string[] {
  const dateOf = (seconds: number) => quoted(new Date((clock.zeroAt ?? 0) + seconds * 1000).toISOString());
  return events.map((splice) => {
    const { id, kind, start, breakStart, section } = splice;
    const name = kind === 'out' ? 'SCTE35-OUT' : kind === 'in' ? 'SCTE35-IN' : 'SCTE35-CMD';
    const isEnd = kind === 'in' && breakStart < start;
    return `#EXT-X-DATERANGE:${attributeList({
      ID: quoted(id),
      'START-DATE': dateOf(breakStart),
      'END-DATE': isEnd ? dateOf(start) : undefined,
      'PLANNED-DURATION': plannedDuration(splice)?.toFixed(3),
      [name]: `0x${Buffer.from(section).toString('hex').toUpperCase()}`,
    })}`;
  });
}

/** Seconds from a break's start to its planned end; `undefined` if unknown, or for what only ends or changes a break. */
function plannedDuration({ kind, start, breakStart, duration }: ListedSplice): number | undefined {
  const isPlanned = kind === 'out' || (kind === 'other' && breakStart === start);
  return isPlanned && duration > 0 ? start + duration - breakStart : undefined;
}

/** Seconds with six decimals, rounded from the ticks. */
function decimal(value: Ticks, timescale: bigint): string {
  const micro = (value * 2_000_000n + timescale) / (2n * timescale);
  return `${micro / 1_000_000n}.${String(micro % 1_000_000n).padStart(6, '0')}`;
}

function dateAt(time: Ticks, timescale: bigint, zeroAt: number): string {
  return new Date(zeroAt + Number((time * 1000n) / timescale)).toISOString();
}
