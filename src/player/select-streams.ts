import { SmoothError } from '../base/errors.ts';
import { isMain } from '../manifest/main-stream.ts';
import type { Presentation, QualityLevel, Stream } from '../manifest/presentation.ts';
import { codecFamily } from '../transmux/codec.ts';
import { flawOf } from '../transmux/configuration.ts';

/** A stream with the levels that this browser can decode. */
export interface PlayableStream {
  readonly stream: Stream;
  readonly type: 'video' | 'audio';
  /** Ascending by bitrate. */
  readonly levels: readonly [QualityLevel, ...QualityLevel[]];
}

/** The part of a presentation that can be played here. */
export interface PlayableStreams {
  readonly video: readonly PlayableStream[];
  readonly audio: readonly PlayableStream[];
  /** What was ignored, and why. */
  readonly warnings: readonly SmoothError[];
}

export const mimeTypeOf = (type: 'video' | 'audio', level: QualityLevel) =>
  `${type}/mp4; codecs="${level.codec}"`;

/**
 * Keeps what can be decoded according to `isSupported`. Throws `codec-unsupported` if there is video but none of it can
 * be decoded, or if nothing at all can be played; `manifest-without-media` if there is nothing to play yet.
 */
export function selectStreams(
  presentation: Presentation,
  isSupported: (mimeType: string) => boolean,
): PlayableStreams {
  if (!presentation.streams.some(isMain)) {
    const reason = presentation.isLive ? 'no stream has a chunk yet' : 'each stream accompanies another';
    throw new SmoothError('manifest-without-media', { reasons: [reason] });
  }
  const warnings: SmoothError[] = [];
  const playable = (type: 'video' | 'audio') =>
    presentation.streams
      .filter((stream) => stream.type === type && isMain(stream))
      .flatMap((stream) => {
        const levels = stream.levels.filter(
          (level) =>
            level.codec !== undefined &&
            isSupported(mimeTypeOf(type, level)) &&
            flawOf(stream, level) === undefined,
        );
        for (const level of stream.levels) {
          if (!levels.includes(level)) warnings.push(leftOut(stream, level));
        }
        const [first, ...rest] = levels;
        return first ? [{ stream, type, levels: [first, ...rest] } satisfies PlayableStream] : [];
      });
  const video = playable('video');
  const audio = playable('audio');
  if (video.length === 0) throwUnsupported('video', presentation);
  if (video.length === 0 && audio.length === 0) throwUnsupported('audio', presentation);
  return { video, audio, warnings };
}

function throwUnsupported(type: 'video' | 'audio', { streams }: Presentation): void {
  const wanted = streams.filter((stream) => stream.type === type && isMain(stream));
  if (wanted.length === 0 && type === 'video') return;
  const codecs = wanted.flatMap(({ levels }) => levels.map(nameOf));
  throw new SmoothError('codec-unsupported', { stream: type, codecs: [...new Set(codecs)] });
}

function leftOut(stream: Stream, level: QualityLevel): SmoothError {
  const path = `${stream.name} at ${level.bitrate} bit/s`;
  const flaw = codecFamily(level) && flawOf(stream, level);
  const problem = flaw ? `CodecPrivateData: ${flaw}` : `this browser can't decode ${nameOf(level)}`;
  return new SmoothError('manifest-part-left-out', { path, problem });
}

/** The codec as an engineer would look it up: `avc1.64001F`, or the manifest's FourCC if the codec is unknown. */
function nameOf({ codec, fourCC }: QualityLevel): string {
  if (fourCC === 'WVC1') return 'VC-1 (WVC1)';
  return codec ?? (/^WMA/.test(fourCC) ? `Windows Media Audio (${fourCC})` : fourCC || 'an unnamed codec');
}
