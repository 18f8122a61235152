import type { LevelRates } from '../level-rates.ts';
import { languageName, languageTag, uniqueLabels } from './language.ts';
import type { LevelProbe } from './level-probe.ts';
import type { MediaLevel, MediaStream, MediaTitle } from './media-title.ts';
import { type Attributes, attributeList, quoted } from './playlist-text.ts';
import type { SegmentNames } from './segment-names.ts';

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
            URI: quoted(names.chapters(facts.span)),
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
