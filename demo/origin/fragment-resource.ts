import { open } from 'node:fs/promises';
import { readAt } from './boxes.ts';
import { keyFramesOf } from './key-frames.ts';
import type { FoundFragment } from './library.ts';
import { type FileSpan, IMMUTABLE, type Part, type Resource, stretchOf } from './resource.ts';
import type { FragmentNoun } from './route.ts';

/** Text fragments are MP4 too. */
const CONTENT_TYPES = { video: 'video/mp4', audio: 'audio/mp4', text: 'application/mp4' } as const;

/** A fragment's bytes, wherever they come from. */
export interface FragmentBytes {
  readonly kind: FoundFragment['kind'];
  readonly moof: Buffer;
  readonly mdatHeader: Part;
  /** What is in `mdat`. */
  readonly payload: readonly Part[];
  /** Where the payload lies for those who count from the beginning of `moof`, as data offsets do. */
  readonly payloadAt: number;
}

/** A fragment of a file. */
export async function bytesOf({ path, kind, place: { moof, mdat } }: FoundFragment): Promise<FragmentBytes> {
  const payload = {
    path,
    offset: mdat.offset + mdat.headerSize,
    length: mdat.size - mdat.headerSize,
  };
  return {
    kind,
    moof: await readSpan({ path, offset: moof.offset, length: moof.size }),
    mdatHeader: { path, offset: mdat.offset, length: mdat.headerSize },
    payload: [payload],
    payloadAt: payload.offset - moof.offset,
  };
}

/** What each noun hands out of a fragment on demand. */
export async function fragmentResource(fragment: FoundFragment, noun: FragmentNoun): Promise<Resource> {
  const etag = `${fragment.version}-${fragment.place.moof.offset.toString(36)}-${noun}`;
  return nounResource(await bytesOf(fragment), noun, { etag, cacheControl: IMMUTABLE });
}

/** What each noun hands out of a fragment. [MS-SSTR] 2.2.4. */
export function nounResource(
  { kind, moof, mdatHeader, payload, payloadAt }: FragmentBytes,
  noun: FragmentNoun,
  told: Pick<Resource, 'etag' | 'cacheControl'>,
): Resource {
  const facts = { contentType: CONTENT_TYPES[kind], ...told };
  switch (noun) {
    case 'fragments':
      return { ...facts, parts: [moof, mdatHeader, ...payload], mdatAt: moof.length };
    case 'fragmentinfo':
      return { ...facts, parts: [moof] };
    case 'rawfragments':
      return { ...facts, parts: payload };
    case 'keyframes': {
      const size = payload.reduce((sum, { length }) => sum + length, 0);
      const { header, samples } = keyFramesOf(moof, { at: payloadAt, size }, kind === 'video');
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

/** Samples that lie side by side become one: audio has many, and nothing between them. */
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

async function readSpan({ path, offset, length }: FileSpan): Promise<Buffer> {
  const file = await open(path);
  try {
    return await readAt(file, offset, length);
  } finally {
    await file.close();
  }
}
