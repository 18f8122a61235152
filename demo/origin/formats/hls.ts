import { posix } from 'node:path';
import { type Ticks, ticks, toSeconds } from '../../../src/base/time.ts';
import type { LevelRates } from '../level-rates.ts';
import { languageName, languageTag, uniqueLabels } from './language.ts';
import type { LevelProbe } from './level-probe.ts';
import { leadingStream, type MediaLevel, type MediaStream, type MediaTitle } from './media-title.ts';
import type { SegmentNames } from './segment-names.ts';
import type { SpliceEvent } from './title-events.ts';

/** Properties of a level in a multivariant playlist beyond those in the manifest. */
export interface HlsLevel {
  readonly probe: LevelProbe;
  readonly rates: LevelRates;
}

export interface MultivariantFacts {
  readonly names: SegmentNames;
  /** Added to the names of playlists: a requested time range. */
  readonly span: string;
  readonly levelFacts: (stream: MediaStream, level: MediaLevel) => HlsLevel;
  readonly hasChapters: boolean;
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Quotes string attributes; numbers and enumerations are unquoted. RFC 8216, 4.2. */
const attributeList = (attributes: Attributes): string =>
  Object.entries(attributes)
    .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`))
    .join(',');

/** A quoted string, which can contain neither quotes nor line breaks. */
const quoted = (text: string): string => `"${text.replace(/["\r\n]/g, "'")}"`;

const comment = (text: string): string => `# ${text.replace(/[\r\n]+/g, ' ')}`;

/** The multivariant playlist: levels, languages, captions and key frames. RFC 8216bis, 4.4.6. */
export function multivariantPlaylist(title: MediaTitle, facts: MultivariantFacts): string {
  const { names, hasChapters } = facts;
  const renditions = [...audioRenditions(title, facts), ...captionRenditions(title, facts)];
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:8',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...title.leftOut.map((what) => comment(`Left out: ${what}`)),
    ...title.video.slice(1).map(({ stream }) => comment(`Left out: ${stream.name}, a further video stream`)),
    ...(hasChapters
      ? [
          `#EXT-X-SESSION-DATA:${attributeList({
            'DATA-ID': '"com.apple.hls.chapters"',
            URI: quoted(names.chapters),
          })}`,
        ]
      : []),
    ...renditions,
    ...variants(title, facts),
    ...keyFrameVariants(title, facts),
    '',
  ].join('\n');
}

/** Audio of one codec, which variants reference as their group: each language at its best quality. */
interface AudioGroup {
  readonly id: string;
  readonly codec: string;
  readonly rates: LevelRates;
  readonly members: readonly {
    readonly media: MediaStream;
    readonly level: MediaLevel;
    readonly facts: HlsLevel;
  }[];
}

function audioGroups({ audio }: MediaTitle, { levelFacts }: MultivariantFacts): readonly AudioGroup[] {
  const groups = new Map<string, AudioGroup['members'][number][]>();
  for (const media of audio) {
    const best = media.levels.at(-1);
    if (!best) continue;
    const facts = levelFacts(media, best);
    const codec = facts.probe.level.codec ?? '';
    const family = codec.split('.')[0] ?? '';
    groups.set(family, [...(groups.get(family) ?? []), { media, level: best, facts }]);
  }
  return [...groups].map(([family, members], i) => ({
    id: i === 0 ? 'audio' : `audio-${family}`,
    codec: members[0]?.facts.probe.level.codec ?? '',
    rates: {
      peak: Math.max(...members.map(({ facts }) => facts.rates.peak)),
      average: Math.max(...members.map(({ facts }) => facts.rates.average)),
    },
    members,
  }));
}

function audioRenditions(title: MediaTitle, facts: MultivariantFacts): readonly string[] {
  // Without video, audio is the variant itself.
  if (title.video.length === 0) return [];
  return audioGroups(title, facts).flatMap(({ id, members }) => {
    const labels = uniqueLabels(members.map(({ media }) => labelOf(media)));
    return members.map(
      ({ media, level }, i) =>
        `#EXT-X-MEDIA:${attributeList({
          TYPE: 'AUDIO',
          'GROUP-ID': quoted(id),
          NAME: quoted(labels[i] ?? ''),
          LANGUAGE: tagOf(media),
          DEFAULT: i === 0 ? 'YES' : 'NO',
          AUTOSELECT: 'YES',
          CHANNELS: level.level.channels === undefined ? undefined : quoted(`${level.level.channels}`),
          URI: quoted(facts.names.playlist(level.place, { isKeyFrames: false, span: facts.span })),
        })}`,
    );
  });
}

function captionRenditions({ captions }: MediaTitle, { names, span }: MultivariantFacts): readonly string[] {
  const labels = uniqueLabels(captions.map(labelOf));
  return captions.flatMap((media, i) => {
    const [level] = media.levels;
    if (!level) return [];
    const isForHardOfHearing = ['CAPT', 'DESC'].includes(media.stream.subtype?.toUpperCase() ?? '');
    return `#EXT-X-MEDIA:${attributeList({
      TYPE: 'SUBTITLES',
      'GROUP-ID': '"subs"',
      NAME: quoted(labels[i] ?? ''),
      LANGUAGE: tagOf(media),
      DEFAULT: 'NO',
      AUTOSELECT: 'YES',
      FORCED: 'NO',
      CHARACTERISTICS: isForHardOfHearing
        ? '"public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"'
        : undefined,
      URI: quoted(names.playlist(level.place, { isKeyFrames: false, span })),
    })}`;
  });
}

function labelOf({ stream, key }: MediaStream): string {
  const tag = languageTag(stream.language);
  return (tag && languageName(tag)) ?? key;
}

function tagOf({ stream }: MediaStream): string | undefined {
  const tag = languageTag(stream.language);
  return tag === undefined ? undefined : quoted(tag);
}

/** The initial level is first: players use it for their first segments. */
function ordered(title: MediaTitle, levels: readonly MediaLevel[]): readonly MediaLevel[] {
  const { firstBitrate } = title;
  if (firstBitrate === undefined) return levels;
  const first = levels.findLast(({ level }) => level.bitrate <= firstBitrate) ?? levels[0];
  return first ? [first, ...levels.filter((level) => level !== first)] : levels;
}

function variants(title: MediaTitle, facts: MultivariantFacts): readonly string[] {
  const [picture] = title.video;
  const subtitles = title.captions.length > 0 ? '"subs"' : undefined;
  if (!picture) {
    return title.audio.slice(0, 1).flatMap((media) =>
      ordered(title, media.levels).flatMap((level) => {
        const { probe, rates } = facts.levelFacts(media, level);
        return variant(level, facts, {
          BANDWIDTH: Math.ceil(rates.peak),
          'AVERAGE-BANDWIDTH': Math.ceil(rates.average),
          CODECS: quoted(probe.level.codec ?? ''),
          SUBTITLES: subtitles,
        });
      }),
    );
  }
  const groups = audioGroups(title, facts);
  return (groups.length > 0 ? groups : [undefined]).flatMap((group) =>
    ordered(title, picture.levels).flatMap((level) => {
      const { probe, rates } = facts.levelFacts(picture, level);
      const { width, height } = probe.level;
      const codecs = [probe.level.codec, group?.codec].filter(Boolean).join(',');
      return variant(level, facts, {
        BANDWIDTH: Math.ceil(rates.peak + (group?.rates.peak ?? 0)),
        'AVERAGE-BANDWIDTH': Math.ceil(rates.average + (group?.rates.average ?? 0)),
        CODECS: quoted(codecs),
        RESOLUTION: width && height ? `${width}x${height}` : undefined,
        'FRAME-RATE': probe.frameRate?.toFixed(3),
        AUDIO: group && quoted(group.id),
        SUBTITLES: subtitles,
      });
    }),
  );
}

const variant = (level: MediaLevel, { names, span }: MultivariantFacts, attributes: Attributes): string[] => [
  `#EXT-X-STREAM-INF:${attributeList(attributes)}`,
  names.playlist(level.place, { isKeyFrames: false, span }),
];

/** For the lowest level: for fast forward, and preview pictures. */
function keyFrameVariants({ video: [picture] }: MediaTitle, facts: MultivariantFacts): readonly string[] {
  const [lowest] = picture?.levels ?? [];
  if (!picture || !lowest) return [];
  const { probe, rates } = facts.levelFacts(picture, lowest);
  const { width, height } = probe.level;
  return [
    `#EXT-X-I-FRAME-STREAM-INF:${attributeList({
      BANDWIDTH: Math.ceil(rates.peak),
      CODECS: quoted(probe.level.codec ?? ''),
      RESOLUTION: width && height ? `${width}x${height}` : undefined,
      URI: quoted(facts.names.playlist(lowest.place, { isKeyFrames: true, span: facts.span })),
    })}`,
  ];
}

export interface PlaylistFacts {
  readonly names: SegmentNames;
  readonly isKeyFrames: boolean;
  readonly span: string;
  /** Whole seconds. Never decreases, and never changes while a title is live. */
  readonly targetDuration: number;
  /** `EXT-X-KEY` lines. */
  readonly keys: readonly string[];
  readonly splices: readonly SpliceEvent[];
  /** The position of a segment in its file, if it isn't a separate file. */
  readonly byteRange?: ((time: Ticks) => { readonly length: number; readonly offset: number }) | undefined;
}

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
  const from = posix.dirname(names.playlist(level.place, { isKeyFrames, span }));
  const relative = (name: string) => posix.relative(from, name);
  const uriOf = (time: Ticks) =>
    isKeyFrames && !facts.byteRange
      ? names.keyFrame(level.place, time)
      : names.media(level.place, time, isText ? 'vtt' : 'm4s');
  const { timescale } = grid.stream;
  const lines: string[] = [
    '#EXTM3U',
    '#EXT-X-VERSION:8',
    `#EXT-X-TARGETDURATION:${targetDuration}`,
    `#EXT-X-MEDIA-SEQUENCE:${grid.chunks[0]?.number ?? 0}`,
    ...playlistType(title),
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...(isKeyFrames ? ['#EXT-X-I-FRAMES-ONLY'] : []),
    ...(isText ? [] : [...keys, `#EXT-X-MAP:URI=${quoted(relative(names.init(level.place)))}`]),
    ...dateRanges(splices, title),
  ];
  const zeroAt = title.clock.zeroAt ?? (splices.length > 0 ? 0 : undefined);
  let expected: Ticks | undefined;
  let before: (typeof grid.chunks)[number] | undefined;
  for (const chunk of grid.chunks) {
    if (before) lines.push(...missing(before, chunk, timescale, (time) => relative(uriOf(time))));
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

function playlistType({ isLive, presentation }: MediaTitle): string[] {
  if (isLive) return presentation.dvrWindow === undefined ? ['#EXT-X-PLAYLIST-TYPE:EVENT'] : [];
  return presentation.isLive ? [] : ['#EXT-X-PLAYLIST-TYPE:VOD'];
}

/** Captions use the chunks of the video: theirs may be few or far apart. */
export function captionGrid(title: MediaTitle, media: MediaStream): MediaStream {
  const leading = leadingStream(title);
  if (!leading) return media;
  const from = leading.stream.timescale;
  const to = media.stream.timescale;
  const convert = (time: Ticks) => ticks((time * to) / from);
  const chunks = leading.chunks.map(({ start, duration, number }) => {
    const begin = convert(start);
    return { start: begin, duration: ticks(convert(ticks(start + duration)) - begin), number };
  });
  return { ...media, chunks };
}

/** Chunks that have numbers but don't exist: players skip them. */
function missing(
  before: MediaStream['chunks'][number],
  next: MediaStream['chunks'][number],
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

/** A break begins and ends with the same id, and both entries have its start. RFC 8216bis, 4.4.5.1. */
function dateRanges(events: readonly SpliceEvent[], { clock }: MediaTitle): readonly string[] {
  const dateOf = (seconds: number) => quoted(new Date((clock.zeroAt ?? 0) + seconds * 1000).toISOString());
  const starts = new Map<string, number>();
  for (const { id, start } of events) if (!starts.has(id)) starts.set(id, start);
  return events.map(({ id, kind, start, duration, section }) => {
    const begin = starts.get(id) ?? start;
    const name = kind === 'out' ? 'SCTE35-OUT' : kind === 'in' ? 'SCTE35-IN' : 'SCTE35-CMD';
    const isEnd = kind === 'in' && begin < start;
    return `#EXT-X-DATERANGE:${attributeList({
      ID: quoted(id),
      'START-DATE': dateOf(begin),
      'END-DATE': isEnd ? dateOf(start) : undefined,
      'PLANNED-DURATION': !isEnd && duration > 0 ? duration.toFixed(3) : undefined,
      [name]: `0x${Buffer.from(section).toString('hex').toUpperCase()}`,
    })}`;
  });
}

/** Seconds with six decimals, rounded from the ticks. */
function decimal(value: Ticks, timescale: bigint): string {
  const micro = (value * 2_000_000n + timescale) / (2n * timescale);
  return `${micro / 1_000_000n}.${String(micro % 1_000_000n).padStart(6, '0')}`;
}

function dateAt(time: Ticks, timescale: bigint, zeroAt: number): string {
  return new Date(zeroAt + Number((time * 1000n) / timescale)).toISOString();
}

/** The minimum of `EXT-X-TARGETDURATION`, over all playlists of a title. */
export function longestSeconds({ video, audio }: MediaTitle): number {
  const all = [...video, ...audio].flatMap(({ stream: { timescale }, chunks }) =>
    chunks.map(({ duration }) => toSeconds(duration, timescale)),
  );
  // In a loop, since a day's chunks are too many for arguments.
  return all.reduce((most, value) => Math.max(most, Math.round(value)), 1);
}
