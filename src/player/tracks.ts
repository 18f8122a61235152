import type { QualityLevel, Stream } from '../manifest/presentation.ts';

/** A quality level of the current video stream, as a viewer can choose it. */
export interface Quality {
  /** Rank within `SmoothPlayer.qualities`: 0 is the lowest. */
  readonly index: number;
  /** Bits per second. */
  readonly bitrate: number;
  /** Coded pixels; 0 if the manifest doesn't specify them. */
  readonly width: number;
  readonly height: number;
  /** RFC 6381, such as `avc1.64001F`. */
  readonly codec: string;
  /** Such as `720p`, with the bitrate if two levels share a height. */
  readonly label: string;
}

/** One video stream: a camera angle. */
export interface VideoTrackInfo {
  readonly id: string;
  readonly label: string;
}

/** One audio stream: a language or a role. */
export interface AudioTrackInfo {
  readonly id: string;
  /** As in the manifest: `en`, `eng`, `en-us`, …; `undefined` if unknown. */
  readonly language: string | undefined;
  readonly label: string;
  readonly codec: string;
  readonly channels: number | undefined;
}

/** The available qualities, ascending, for `levels` in the same order. */
export function qualitiesOf(levels: readonly QualityLevel[]): readonly Quality[] {
  return levels.map((level, index) => ({
    index,
    bitrate: level.bitrate,
    width: level.width ?? 0,
    height: level.height ?? 0,
    codec: level.codec ?? '',
    label: labelOf(level, levels),
  }));
}

/** The label for viewers: `720p`, `720p 2.4 Mbit/s` if heights repeat, the bitrate only if there is no height. */
function labelOf(level: QualityLevel, levels: readonly QualityLevel[]): string {
  const rate =
    level.bitrate >= 1e6
      ? `${(level.bitrate / 1e6).toFixed(1)} Mbit/s`
      : `${Math.round(level.bitrate / 1e3)} kbit/s`;
  if (!level.height) return rate;
  const shared = levels.filter((other) => other.height === level.height).length > 1;
  return shared ? `${level.height}p ${rate}` : `${level.height}p`;
}

export function videoTrackOf(stream: Stream): VideoTrackInfo {
  return { id: stream.name, label: stream.name };
}

export function audioTrackOf(stream: Stream): AudioTrackInfo {
  const [level] = stream.levels;
  return {
    id: stream.name,
    language: stream.language,
    label: languageName(stream.language) ?? stream.name,
    codec: level.codec ?? '',
    channels: level.channels,
  };
}

/** A language's name in that language: `français` for `fr` and `fra`. */
function languageName(language: string | undefined): string | undefined {
  if (!language || /^und$/i.test(language)) return undefined;
  try {
    const tag = language.replace('_', '-');
    const name = new Intl.DisplayNames([tag], { type: 'language', fallback: 'none' }).of(tag);
    return name && name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
  } catch {
    return undefined;
  }
}
