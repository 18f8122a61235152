import type { QualityLevel, Stream } from '../../../src/manifest/presentation.ts';

/** URLs of a title's parts, relative to the folder of its manifests. */
export interface SegmentNames {
  playlist(place: LevelPlace, how: { readonly isKeyFrames: boolean; readonly span: string }): string;
  init(place: LevelPlace): string;
  media(place: LevelPlace, time: bigint | string, extension: MediaExtension): string;
  keyFrame(place: LevelPlace, time: bigint): string;
  chapters(span: string): string;
}

/** A level of a stream, by its names in URLs. */
export interface LevelPlace {
  readonly stream: string;
  readonly level: string;
}

export type MediaExtension = 'm4s' | 'vtt' | 'jpg';

const FORMS: Readonly<Record<MediaExtension, string>> = { m4s: 'cmaf', vtt: 'vtt', jpg: 'jpeg' };

/** As in Azure Media Services, with an extension: some clients reject segments without one. */
export const SMOOTH_NAMES: SegmentNames = {
  playlist: ({ stream, level }, { isKeyFrames, span }) =>
    `QualityLevels(${level})/Manifest(${stream},format=m3u8-cmaf${isKeyFrames ? ',type=keyframes' : ''}${span}).m3u8`,
  init: ({ stream, level }) => `QualityLevels(${level})/Fragments(${stream}=i,format=cmaf).mp4`,
  media: ({ stream, level }, time, extension) =>
    `QualityLevels(${level})/Fragments(${stream}=${time},format=${FORMS[extension]}).${extension}`,
  keyFrame: ({ stream, level }, time) =>
    `QualityLevels(${level})/KeyFrames(${stream}=${time},format=cmaf).m4s`,
  chapters: (span) => `Manifest(format=chapters${span}).json`,
};

/** For hosts that don't accept parentheses in names. */
export const PLAIN_NAMES: SegmentNames = {
  playlist: ({ stream, level }, { isKeyFrames }) =>
    `${stream}/${level}/${isKeyFrames ? 'keyframes' : 'index'}.m3u8`,
  init: ({ stream, level }) => `${stream}/${level}/init.mp4`,
  media: ({ stream, level }, time, extension) => `${stream}/${level}/${time}.${extension}`,
  keyFrame: ({ stream, level }, time) => `${stream}/${level}/keyframe-${time}.m4s`,
  chapters: () => 'chapters.json',
};

/** The name of each stream in URLs: unique, in safe characters. */
export function streamKeys(streams: readonly Stream[]): ReadonlyMap<Stream, string> {
  const keys = new Map<Stream, string>();
  const taken = new Set<string>();
  for (const stream of streams) {
    const base = stream.name.replace(/[^\w.-]/g, '_') || stream.type;
    let key = base;
    for (let count = 2; taken.has(key.toLowerCase()); count += 1) key = `${base}_${count}`;
    taken.add(key.toLowerCase());
    keys.set(stream, key);
  }
  return keys;
}

/** The name of a level in URLs: its bitrate, and its index if others of its stream have the same. */
export function levelKey({ levels }: Pick<Stream, 'levels'>, { bitrate, index }: QualityLevel): string {
  const isUnique = levels.filter((one) => one.bitrate === bitrate).length === 1;
  return isUnique ? `${bitrate}` : `${bitrate}-${index}`;
}
