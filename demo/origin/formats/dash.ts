import { base64FromBytes } from '../../../src/base/bytes.ts';
import { type Seconds, type Ticks, ticks, toSeconds } from '../../../src/base/time.ts';
import { isFilmStrip } from '../../../src/manifest/main-stream.ts';
import { keyIdsOf, PLAYREADY, systemDataOf } from '../../../src/manifest/protection.ts';
import { attributes, escapeXml } from '../xml-attributes.ts';
import { guid, systemHeaders } from './cmaf-init.ts';
import { languageTag } from './language.ts';
import type { LevelProbe } from './level-probe.ts';
import {
  captionGrid,
  leadingStream,
  longestSeconds,
  type MediaLevel,
  type MediaStream,
  type MediaTitle,
} from './media-title.ts';
import { type MediaExtension, type SegmentNames, streamKeys } from './segment-names.ts';
import { hashOf, idsOf } from './stable-ids.ts';
import { type Chapter, onePerSection, type SpliceEvent } from './title-events.ts';

export interface MpdFacts {
  readonly names: SegmentNames;
  readonly probeOf: (stream: MediaStream, level: MediaLevel) => LevelProbe;
  readonly splices: readonly SpliceEvent[];
  readonly chapters: readonly Chapter[];
  /** Milliseconds since 1970; changes only with the content. */
  readonly publishedAt: number;
  /** Whether an ended live title is still watched by players that began before. */
  readonly keepsClock: boolean;
}

const SCTE_SCHEME = 'urn:scte:scte35:2014:xml+bin';
/** There is no registered scheme for chapters: the value is the chapter's title. */
const CHAPTER_SCHEME = 'urn:smooth-player:chapters:2026';
/** The system id in DASH-IF clients. */
const CLEAR_KEY = 'e2719d58-a985-b3c9-781a-b030af78d30e';

/** Live players stay this many chunks behind the newest listed one, plus those announced, behind the encoder. */
const DELAY_CHUNKS = 3;

/** The DASH manifest: one period, an adaptation set for each stream, a `SegmentTimeline` as in Smooth. ISO/IEC 23009-1. */
export function mpd(title: MediaTitle, facts: MpdFacts): string {
  const { isLive, start, end } = title;
  const isEnding = !isLive && facts.keepsClock;
  const seconds = longestSeconds(title);
  const root = attributes({
    xmlns: 'urn:mpeg:dash:schema:mpd:2011',
    'xmlns:cenc': 'urn:mpeg:cenc:2013',
    'xmlns:mspr': 'urn:microsoft:playready',
    profiles: 'urn:mpeg:dash:profile:isoff-live:2011',
    type: isLive ? 'dynamic' : 'static',
    ...(isLive ? liveAttributes(title, facts, seconds) : {}),
    mediaPresentationDuration: isLive ? undefined : duration(isEnding ? end : end - start),
    maxSegmentDuration: duration(seconds),
    minBufferTime: duration(seconds),
  });
  // For a live title, media time is presentation time. When it ends, nothing may change for current viewers.
  const offset = isLive ? 0 : start;
  const periodStart = isEnding ? start : 0;
  const ids = idsOf(streamKeys(title.presentation.streams).values());
  const own = { facts, offset, ids };
  const sets = [
    ...title.video.map((media, i) => videoSet(title, media, { ...own, isMain: i === 0 })),
    ...title.audio.map((media, i) => audioSet(title, media, { ...own, isMain: i === 0 })),
    ...title.captions.map((media) => captionSet(title, media, own)),
    ...title.thumbnails.map((media) => thumbnailSet(media, own)),
  ];
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<MPD${root}>`,
    ...title.leftOut.map((what) => `  <!-- Left out: ${what.replaceAll('--', '- -')} -->`),
    `  <Period id="1" start="${duration(periodStart)}">`,
    ...eventStreams(facts, offset),
    ...sets,
    '  </Period>',
    '</MPD>',
    '',
  ].join('\n');
}

/** Tells clients without a reliable clock the time; not part of what changes with the content. */
export const withServerTime = (text: string, now: number): string =>
  text.replace(
    '</MPD>',
    `  <UTCTiming schemeIdUri="urn:mpeg:dash:utc:direct:2014" value="${new Date(now).toISOString()}"/>\n</MPD>`,
  );

function liveAttributes(title: MediaTitle, { publishedAt }: MpdFacts, seconds: number) {
  const { clock, presentation } = title;
  const leading = leadingStream(title);
  const last = leading?.chunks.at(-1);
  const chunk = leading && last ? toSeconds(last.duration, leading.stream.timescale) : seconds;
  const window = presentation.dvrWindow;
  return {
    availabilityStartTime: new Date(clock.zeroAt ?? 0).toISOString(),
    publishTime: new Date(publishedAt).toISOString(),
    minimumUpdatePeriod: duration(chunk),
    timeShiftBufferDepth:
      window === undefined ? undefined : duration(toSeconds(window, presentation.timescale)),
    suggestedPresentationDelay: duration((DELAY_CHUNKS + presentation.lookAhead) * chunk),
  };
}

interface SetFacts {
  readonly facts: MpdFacts;
  /** The period's start on the streams' clock, in seconds. */
  readonly offset: number;
  /** Of adaptation sets, by the keys of their streams: the same whatever is filtered out, at every origin of a title. */
  readonly ids: ReadonlyMap<string, number>;
  readonly isMain?: boolean;
}

function videoSet(title: MediaTitle, media: MediaStream, own: SetFacts): string {
  const { facts, isMain } = own;
  const { levels } = media;
  const set = attributes({
    ...common(media, own),
    contentType: 'video',
    mimeType: 'video/mp4',
    maxWidth: most(levels.map(({ level }) => level.width)),
    maxHeight: most(levels.map(({ level }) => level.height)),
  });
  const representations = levels.map((level) => {
    const { level: probed, frameRate } = facts.probeOf(media, level);
    return representation(media, level, own, {
      codecs: probed.codec,
      width: probed.width,
      height: probed.height,
      frameRate: frameRate === undefined ? undefined : rateText(frameRate),
    });
  });
  return adaptationSet(set, [
    ...contentProtection(title, media, facts),
    role(isMain ? 'main' : 'alternate'),
    ...template(media, own, 'm4s'),
    ...representations,
  ]);
}

function audioSet(title: MediaTitle, media: MediaStream, own: SetFacts): string {
  const { facts, isMain } = own;
  const set = attributes({
    ...common(media, own),
    contentType: 'audio',
    mimeType: 'audio/mp4',
    lang: languageTag(media.stream.language),
  });
  const representations = media.levels.map((level) => {
    const { level: probed } = facts.probeOf(media, level);
    const own2 = { codecs: probed.codec, audioSamplingRate: probed.samplingRate };
    const channels = probed.channels === undefined ? [] : [channelConfiguration(probed.channels)];
    return representation(media, level, own, own2, channels);
  });
  return adaptationSet(set, [
    ...contentProtection(title, media, facts),
    role(isMain ? 'main' : 'alternate'),
    ...template(media, own, 'm4s'),
    ...representations,
  ]);
}

function captionSet(title: MediaTitle, media: MediaStream, own: SetFacts): string {
  const [level] = media.levels;
  if (!level) return '';
  const grid = captionGrid(title, media);
  const subtype = media.stream.subtype?.toUpperCase();
  const set = attributes({
    ...common(media, own),
    contentType: 'text',
    mimeType: 'application/mp4',
    codecs: 'stpp.ttml.im1t',
    lang: languageTag(media.stream.language),
  });
  return adaptationSet(set, [
    ...(subtype === 'DESC'
      ? ['      <Accessibility schemeIdUri="urn:tva:metadata:cs:AudioPurposeCS:2007" value="2"/>']
      : []),
    role(subtype === 'CAPT' ? 'caption' : 'subtitle'),
    ...template(grid, own, 'm4s'),
    representation(media, level, own, {}),
  ]);
}

/** One image per segment. DASH-IF IOP, "Thumbnail tiles". */
function thumbnailSet(media: MediaStream, own: SetFacts): string {
  const set = attributes({ id: own.ids.get(media.key), contentType: 'image', mimeType: 'image/jpeg' });
  const representations = media.levels.map((level) => {
    const { width, height } = level.level;
    const tile =
      '        <EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="1x1"/>';
    return representation(media, level, own, { width, height }, [tile]);
  });
  return adaptationSet(set, [...template(media, own, 'jpg'), ...representations]);
}

const common = ({ key }: MediaStream, { ids }: SetFacts) => ({
  id: ids.get(key),
  segmentAlignment: 'true',
  startWithSAP: 1,
});

const adaptationSet = (set: string, inside: readonly string[]): string =>
  [`    <AdaptationSet${set}>`, ...inside, '    </AdaptationSet>'].join('\n');

const role = (value: string): string =>
  `      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="${value}"/>`;

const channelConfiguration = (channels: number): string =>
  `        <AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" value="${channels}"/>`;

/** Whether `$Bandwidth$` distinguishes the levels of a stream in file names. */
const isByBandwidth = ({ levels }: MediaStream): boolean =>
  levels.every(({ level, place }) => place.level === `${level.bitrate}`);

function representation(
  media: MediaStream,
  { level, place }: MediaLevel,
  { facts: { names } }: SetFacts,
  own: Readonly<Record<string, string | number | undefined>>,
  inside: readonly string[] = [],
): string {
  const tag = attributes({
    id: `${media.key}-${place.level}`,
    bandwidth: Math.max(1, level.bitrate),
    ...own,
  });
  const extension: MediaExtension = isFilmStrip(media.stream) ? 'jpg' : 'm4s';
  // Levels that differ in more than their bitrate have separate templates.
  const templates = isByBandwidth(media)
    ? []
    : [
        `        <SegmentTemplate${attributes({
          initialization: extension === 'jpg' ? undefined : url(names.init(place)),
          media: url(names.media(place, '$Time$', extension)),
        })}/>`,
      ];
  const all = [...inside, ...templates];
  if (all.length === 0) return `      <Representation${tag}/>`;
  return [`      <Representation${tag}>`, ...all, '      </Representation>'].join('\n');
}

/** Like Smooth, one list of chunks for all levels of a stream. */
function template(
  media: MediaStream,
  { facts: { names }, offset }: SetFacts,
  extension: MediaExtension,
): string[] {
  const { timescale } = media.stream;
  const place = { stream: media.key, level: '$Bandwidth$' };
  const tag = attributes({
    timescale,
    presentationTimeOffset: offset === 0 ? undefined : offsetIn(offset, timescale),
    ...(isByBandwidth(media) && {
      initialization: extension === 'jpg' ? undefined : url(names.init(place)),
      media: url(names.media(place, '$Time$', extension)),
    }),
  });
  const lines = timelineOf(media).map(
    ({ t, d, r }) => `          <S${attributes({ t, d, r: r === 0 ? undefined : r })}/>`,
  );
  return [
    `      <SegmentTemplate${tag}>`,
    '        <SegmentTimeline>',
    ...lines,
    '        </SegmentTimeline>',
    '      </SegmentTemplate>',
  ];
}

interface TimelineRun {
  /** Given on the first, and after each gap. */
  readonly t: Ticks | undefined;
  readonly d: Ticks;
  /** Number of further chunks. */
  readonly r: number;
}

function timelineOf({ chunks }: MediaStream): readonly TimelineRun[] {
  const runs: { t: Ticks | undefined; d: Ticks; r: number }[] = [];
  let expected: Ticks | undefined;
  for (const { start, duration: length } of chunks) {
    const last = runs.at(-1);
    if (last && start === expected && length === last.d) last.r += 1;
    else runs.push({ t: start === expected ? undefined : start, d: length, r: 0 });
    expected = ticks(start + length);
  }
  return runs;
}

/** Names are paths: escapes what XML and URLs require. The identifiers between dollar signs stay. */
const url = (name: string): string => encodeURI(name);

/** Exact to the tick if the first chunk is exact in seconds; otherwise the nearest tick. */
const offsetIn = (offset: number, timescale: bigint): bigint =>
  (BigInt(Math.round(offset * 1e7)) * timescale) / 10_000_000n;

function contentProtection(title: MediaTitle, media: MediaStream, { probeOf }: MpdFacts): readonly string[] {
  const [keyId] = media.levels.flatMap((level) => probeOf(media, level).encryption?.keyId ?? []);
  if (keyId === undefined) return [];
  const { protection } = title.presentation;
  const general = attributes({
    schemeIdUri: 'urn:mpeg:dash:mp4protection:2011',
    value: 'cenc',
    'cenc:default_KID': guid(keyId),
  });
  const keyIds = keyIdsOf(protection);
  const systems = systemHeaders(protection, keyIds.length > 0 ? keyIds : [keyId]).map(({ systemId, box }) => {
    const own = protection.find((one) => one.systemId === systemId);
    const header =
      systemId === PLAYREADY && own ? `<mspr:pro>${base64FromBytes(systemDataOf(own))}</mspr:pro>` : '';
    const tag = attributes({ schemeIdUri: `urn:uuid:${guid(systemId)}` });
    return `      <ContentProtection${tag}><cenc:pssh>${base64FromBytes(box)}</cenc:pssh>${header}</ContentProtection>`;
  });
  return [
    `      <ContentProtection${general}/>`,
    ...systems,
    `      <ContentProtection${attributes({ schemeIdUri: `urn:uuid:${CLEAR_KEY}`, value: 'ClearKey1.0' })}/>`,
  ];
}

function eventStreams({ splices, chapters }: MpdFacts, offset: number): readonly string[] {
  const ms = (seconds: number) => Math.round((seconds - offset) * 1000);
  const stream = (scheme: string, events: readonly string[]) =>
    events.length === 0
      ? []
      : [
          `    <EventStream${attributes({ schemeIdUri: scheme, timescale: 1000 })}>`,
          ...events,
          '    </EventStream>',
        ];
  return [
    ...stream(
      SCTE_SCHEME,
      onePerSection(splices).map(({ id, kind, start, duration: length, section }) => {
        const tag = attributes({
          presentationTime: ms(start),
          duration: length > 0 ? Math.round(length * 1000) : undefined,
          // The same when the window moves.
          id: hashOf(`${id} ${kind}`),
        });
        const signal = `<Signal xmlns="http://www.scte.org/schemas/35/2016"><Binary>${base64FromBytes(section)}</Binary></Signal>`;
        return `      <Event${tag}>${signal}</Event>`;
      }),
    ),
    ...stream(
      CHAPTER_SCHEME,
      chapters.map(({ start, title }, i) => {
        const next = chapters[i + 1];
        const tag = attributes({
          presentationTime: ms(start),
          duration: next && ms(next.start) - ms(start),
          id: i + 1,
        });
        return `      <Event${tag}>${escapeXml(title)}</Event>`;
      }),
    ),
  ];
}

/** `PT12.5S`. */
const duration = (value: number | Seconds): string => `PT${Number(value.toFixed(3))}S`;

/** As an integer or a fraction over 1001, which covers all usual rates. */
function rateText(rate: number): string {
  if (Math.abs(rate - Math.round(rate)) < 0.005) return `${Math.round(rate)}`;
  const thousands = (rate * 1001) / 1000;
  return Math.abs(thousands - Math.round(thousands)) < 0.005
    ? `${Math.round(thousands) * 1000}/1001`
    : `${Math.round(rate * 1000)}/1000`;
}

function most(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}
