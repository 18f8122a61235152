import { join } from '../../base/bytes.ts';
import { isSmoothError } from '../../base/errors.ts';
import { avcNalType, hevcNalType, visitByLength, visitByStartCode } from '../../base/nal.ts';
import { samplesOf } from '../../mp4/segment-samples.ts';
import { codecFamily } from '../../transmux/codec.ts';
import type { FragmentTransmuxer } from '../../transmux/fragment-transmuxer.ts';
import { transmuxerOf } from '../fragment/fetch-fragment.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';

/** The first sample of a fragment, which can be decoded independently. */
export interface KeyFrame {
  readonly bytes: Uint8Array;
  /** Whether its NAL units have start codes instead of lengths. */
  readonly isByteStream: boolean;
}

/** The result for the bytes so far. */
export type Reading =
  | { readonly kind: 'more' }
  | { readonly kind: 'found'; readonly keyFrame: KeyFrame }
  /** There is none, or it can't be parsed. */
  | { readonly kind: 'none' };

const MORE = { kind: 'more' } as const;
const NONE = { kind: 'none' } as const;
/** No beginning of a fragment is larger. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Reads a fragment up to the end of its first sample, as its bytes arrive. */
export class KeyFrameReader {
  readonly #request: FragmentRequest;
  readonly #transmuxer: FragmentTransmuxer;
  readonly #parts: Uint8Array[] = [];
  #received = 0;
  #needed: number | undefined;

  constructor(request: FragmentRequest) {
    this.#request = request;
    this.#transmuxer = transmuxerOf(request);
  }

  get received(): number {
    return this.#received;
  }

  /** Bytes from the fragment's start to the end of its first sample; `undefined` while unknown. */
  get needed(): number | undefined {
    return this.#needed;
  }

  push(piece: Uint8Array): Reading {
    this.#received += piece.byteLength;
    try {
      this.#parts.push(...this.#transmuxer.push(piece));
      return this.#read();
    } catch (error) {
      // Malformed, or encrypted: no picture, and playback reports it.
      if (isSmoothError(error)) return NONE;
      throw error;
    }
  }

  #read(): Reading {
    const [head, ...payload] = this.#parts;
    if (!head) return this.#received > MOST_BYTES ? NONE : MORE;
    if (this.#transmuxer.report?.isEncrypted) return NONE;
    const { value: sample } = samplesOf(this.#parts).next();
    if (!sample || sample.size === 0) return NONE;
    const given = payload.reduce((sum, { length }) => sum + length, 0);
    const needed = this.#received - given + sample.start + sample.size;
    this.#needed = needed;
    if (needed > MOST_BYTES || !sample.isClear(0, sample.size)) return NONE;
    if (given < sample.start + sample.size) return MORE;
    return this.#judge(join(payload).subarray(sample.start, sample.start + sample.size));
  }

  /** Sample flags are unreliable, but the content of samples is not. */
  #judge(bytes: Uint8Array): Reading {
    const { level } = this.#request;
    const family = codecFamily(level);
    if (family !== 'avc' && family !== 'hevc') return NONE;
    let hasKey = false;
    const look = (start: number) => {
      hasKey ||= isKeyUnit(family, bytes.subarray(start));
      return true;
    };
    const isByteStream = !visitByLength(bytes, level.nalUnitLength, look);
    if (isByteStream) visitByStartCode(bytes, look);
    return hasKey ? { kind: 'found', keyFrame: { bytes, isByteStream } } : NONE;
  }
}

/** A picture that depends on no other: IDR, in H.265 any random access point. */
function isKeyUnit(family: 'avc' | 'hevc', unit: Uint8Array): boolean {
  if (family === 'avc') return avcNalType(unit) === 5;
  const type = hevcNalType(unit);
  return type >= 16 && type <= 21;
}
