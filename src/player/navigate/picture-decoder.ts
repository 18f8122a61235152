import { childController, delay } from '../../base/async.ts';
import { join } from '../../base/bytes.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import { findAvcParameterSets, makeAvcRecord } from '../../mp4/avc.ts';
import { findHevcParameterSets, makeHevcRecord, parseHevcPicture } from '../../mp4/hevc.ts';
import { codecFamily } from '../../transmux/codec.ts';
import type { KeyFrame } from './key-frame-reader.ts';
import type { Frame } from './read-frames.ts';

/** An idle decoder is closed after this many milliseconds. */
const IDLE_MS = 5000;
/** Flushing may never end if a decoder is broken. */
const FLUSH_MS = 1000;
/** The same for all frames of a long fragment. */
const FLUSH_FRAGMENT_MS = 10_000;
const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** The configuration of a decoder for a level, and what has to precede each picture. */
interface Configuration {
  readonly config: VideoDecoderConfig;
  readonly prefix: Uint8Array;
}

/** Whether pages can decode pictures here: not on insecure pages, and not in every browser. */
export const canDecodePictures = (): boolean =>
  typeof VideoDecoder === 'function' && typeof OffscreenCanvas === 'function';

/** Decodes single key frames, one after another, with one decoder for all levels. */
export class PictureDecoder {
  readonly #supported = new Map<string, Promise<boolean>>();
  #decoder: VideoDecoder | undefined;
  #configured: QualityLevel | undefined;
  #isByteStream = false;
  #output: VideoFrame | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** Whether this browser claims to support a level. */
  supports({ codec }: QualityLevel): Promise<boolean> {
    if (!codec || !canDecodePictures()) return Promise.resolve(false);
    const known =
      this.#supported.get(codec) ??
      VideoDecoder.isConfigSupported({ codec }).then(
        ({ supported }) => supported === true,
        () => false,
      );
    this.#supported.set(codec, known);
    return known;
  }

  /** The picture, which the caller has to close; `undefined` if it can't be decoded. */
  decode(level: QualityLevel, keyFrame: KeyFrame): Promise<VideoFrame | undefined> {
    const decoding = this.#last.then(() => (this.#isClosed ? undefined : this.#decode(level, keyFrame)));
    this.#last = decoding;
    return decoding;
  }

  /** Decodes frames of one fragment in order, and returns the last of them, which the caller has to close; `undefined` also if aborted. */
  decodeLast(
    level: QualityLevel,
    frames: readonly Frame[],
    signal: AbortSignal,
  ): Promise<VideoFrame | undefined> {
    const decoding = this.#last.then(() => (this.#isClosed ? undefined : decodeLast(level, frames, signal)));
    this.#last = decoding;
    return decoding;
  }

  close(): void {
    this.#isClosed = true;
    this.#reset();
  }

  async #decode(level: QualityLevel, { bytes, isByteStream }: KeyFrame): Promise<VideoFrame | undefined> {
    clearTimeout(this.#idle);
    const waiting = new AbortController();
    try {
      const decoder = this.#decoder ?? this.#create();
      const { config, prefix } = configurationOf(level, isByteStream);
      if (this.#configured !== level || this.#isByteStream !== isByteStream) decoder.configure(config);
      this.#configured = level;
      this.#isByteStream = isByteStream;
      decoder.decode(
        new EncodedVideoChunk({
          type: 'key',
          timestamp: 0,
          data: prefix.length ? join([prefix, bytes]) : bytes,
        }),
      );
      // Decoders hold a picture back until they know that no other precedes it.
      if (!(await flush(decoder, FLUSH_MS, waiting.signal))) this.#reset();
      const frame = this.#output;
      this.#output = undefined;
      return frame;
    } catch {
      // A picture that can't be decoded closes its decoder.
      this.#reset();
      return undefined;
    } finally {
      waiting.abort();
      this.#idle = setTimeout(() => this.#reset(), IDLE_MS);
    }
  }

  #create(): VideoDecoder {
    const decoder: VideoDecoder = new VideoDecoder({
      output: (frame) => {
        this.#output?.close();
        this.#output = undefined;
        if (decoder === this.#decoder) this.#output = frame;
        else frame.close();
      },
      error: () => {}, // flush() rejects as well
    });
    this.#decoder = decoder;
    return decoder;
  }

  #reset(): void {
    clearTimeout(this.#idle);
    const decoder = this.#decoder;
    this.#decoder = undefined;
    this.#configured = undefined;
    this.#output?.close();
    this.#output = undefined;
    if (decoder && decoder.state !== 'closed') decoder.close();
  }
}

/** Throws if no decoder can be configured for the level. */
function configurationOf(level: QualityLevel, isByteStream: boolean): Configuration {
  const { codec, codecPrivateData, nalUnitLength } = level;
  if (codec === undefined) throw new TypeError('no codec');
  const isAvc = codecFamily(level) === 'avc';
  const config: VideoDecoderConfig = { codec: codec.replace(/^avc[2-4]/, 'avc1'), optimizeForLatency: true };
  const avc = isAvc ? findAvcParameterSets(codecPrivateData) : undefined;
  const hevc = isAvc ? undefined : findHevcParameterSets(codecPrivateData);
  if (isByteStream) {
    const units = avc ? [...avc.sps, ...avc.pps] : hevc ? [...hevc.vps, ...hevc.sps, ...hevc.pps] : [];
    return { config, prefix: join(units.flatMap((unit) => [START_CODE, unit])) };
  }
  const picture = hevc && parseHevcPicture(hevc.sps[0]);
  const description = avc
    ? makeAvcRecord(avc, nalUnitLength)
    : hevc && picture && makeHevcRecord(hevc, picture, nalUnitLength);
  if (!description) throw new TypeError('no parameter sets');
  return { config: { ...config, description }, prefix: new Uint8Array() };
}

/** With a separate decoder, since frames depend on previous ones. */
async function decodeLast(
  level: QualityLevel,
  frames: readonly Frame[],
  signal: AbortSignal,
): Promise<VideoFrame | undefined> {
  const [first] = frames;
  // In the order of presentation: GStreamer (WebKitGTK) gives pictures the times in which it presents them.
  const timestampOf = ({ start }: Frame) => Math.round((start - (first?.start ?? 0)) * 1e6);
  const wanted = frames.map(timestampOf).at(-1);
  let found: VideoFrame | undefined;
  const waiting = childController(signal);
  const decoder = new VideoDecoder({
    output: (frame) => {
      if (frame.timestamp === wanted && !found) found = frame;
      else frame.close();
    },
    error: () => {}, // flush() rejects as well
  });
  try {
    decoder.configure(configurationOf(level, false).config);
    for (const frame of frames) {
      const { payload, start, size } = frame.sample;
      const data = payload.slice(start, start + size);
      const type = frame === first ? 'key' : 'delta';
      decoder.decode(new EncodedVideoChunk({ type, timestamp: timestampOf(frame), data }));
    }
    // The frame may have come although others have not.
    await flush(decoder, FLUSH_FRAGMENT_MS, waiting.signal);
    return found;
  } catch {
    found?.close();
    return undefined;
  } finally {
    waiting.abort();
    waiting.dispose();
    if (decoder.state !== 'closed') decoder.close();
  }
}

/** Returns whether it ended in time. Rejects if the decoder fails, and when aborted. */
const flush = (decoder: VideoDecoder, atMostMs: number, signal: AbortSignal): Promise<boolean> =>
  Promise.race([decoder.flush().then(() => true), delay(atMostMs, signal).then(() => false)]);
