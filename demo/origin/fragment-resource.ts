import { type ChildTracks, withChildTracks } from './child-track.ts';
import { keyFramesOf } from './key-frames.ts';
import type { FoundFragment } from './library.ts';
import { IMMUTABLE, type Part, type Resource, stretchOf } from './resource.ts';
import type { FragmentNoun } from './route.ts';

/** Text fragments are MP4 too. */
const CONTENT_TYPES = { video: 'video/mp4', audio: 'audio/mp4', text: 'application/mp4' } as const;

/** A fragment's bytes from any source. */
export interface FragmentBytes {
  readonly kind: FoundFragment['kind'];
  readonly moof: Buffer;
  readonly mdatHeader: Part;
  /** The content of `mdat`. */
  readonly payload: readonly Part[];
  /** Offset of the payload from the beginning of `moof`, as in data offsets. */
  readonly payloadAt: number;
}

/** A fragment of a file. The part of its payload that was read with its head is not read again. */
export function bytesOf({ path, kind, head: { moof, mdat, bytes, at } }: FoundFragment): FragmentBytes {
  const from = mdat.offset + mdat.headerSize;
  const to = mdat.offset + mdat.size;
  const isWhole = to <= at + bytes.length;
  return {
    kind,
    moof: bytes.subarray(0, moof.size),
    mdatHeader: isWhole
      ? bytes.subarray(mdat.offset - at, from - at)
      : { path, offset: mdat.offset, length: mdat.headerSize },
    payload: [isWhole ? bytes.subarray(from - at, to - at) : { path, offset: from, length: to - from }],
    payloadAt: from - moof.offset,
  };
}

/** The response for each noun of an on-demand fragment. */
export function fragmentResource(fragment: FoundFragment, noun: FragmentNoun): Resource {
  const etag = `${fragment.version}-${fragment.head.at.toString(36)}-${noun}`;
  const { childTracks } = fragment;
  return nounResource(bytesOf(fragment), noun, { etag, cacheControl: IMMUTABLE, childTracks });
}

/** The response for each noun of a fragment. [MS-SSTR] 2.2.4. */
export function nounResource(
  { kind, moof, mdatHeader, payload, payloadAt }: FragmentBytes,
  noun: FragmentNoun,
  {
    childTracks,
    ...caching
  }: Pick<Resource, 'etag' | 'cacheControl'> & { readonly childTracks: ChildTracks },
): Resource {
  const facts = { contentType: withChildTracks(CONTENT_TYPES[kind], childTracks), ...caching };
  const whole = { ...facts, parts: [moof, mdatHeader, ...payload], mdatAt: moof.length };
  switch (noun) {
    case 'fragments':
      return whole;
    case 'fragmentinfo':
      return { ...facts, parts: [moof] };
    case 'rawfragments':
      return { ...facts, parts: payload };
    case 'keyframes': {
      const size = payload.reduce((sum, { length }) => sum + length, 0);
      const { header, samples, isAll } = keyFramesOf(moof, { at: payloadAt, size }, kind === 'video');
      if (isAll && kind === 'video') return whole;
      const stretches = joined(samples).flatMap((sample) => stretchOf(payload, sample.offset, sample.size));
      return { ...facts, parts: [header, ...stretches], mdatAt: header.length - 8 };
    }
    default:
      return noun satisfies never;
  }
}

interface Stretch {
  readonly offset: number;
  readonly size: number;
}

/** Adjacent samples are joined: audio has many, and nothing between them. */
function joined(samples: readonly Stretch[]): readonly Stretch[] {
  const result: Stretch[] = [];
  for (const { offset, size } of samples) {
    const last = result.at(-1);
    if (last && last.offset + last.size === offset) {
      result.splice(-1, 1, { offset: last.offset, size: last.size + size });
    } else result.push({ offset, size });
  }
  return result;
}
