import { open } from 'node:fs/promises';
import { readAt } from './boxes.ts';
import { keyFramesOf } from './key-frames.ts';
import type { FoundFragment } from './library.ts';
import { type FileSpan, IMMUTABLE, type Resource } from './resource.ts';
import type { FragmentNoun } from './route.ts';

/** text fragments are MP4 too. */
const CONTENT_TYPES = { video: 'video/mp4', audio: 'audio/mp4', text: 'application/mp4' } as const;

/** What each noun hands out of a fragment. [MS-SSTR] 2.2.4. */
export async function fragmentResource(fragment: FoundFragment, noun: FragmentNoun): Promise<Resource> {
  const { path, kind, version, place } = fragment;
  const { moof, mdat } = place;
  const facts = {
    contentType: CONTENT_TYPES[kind],
    etag: `${version}-${moof.offset.toString(36)}-${noun}`,
    cacheControl: IMMUTABLE,
  };
  const moofSpan: FileSpan = { path, offset: moof.offset, length: moof.size };
  const mdatSpan: FileSpan = { path, offset: mdat.offset, length: mdat.size };
  switch (noun) {
    case 'fragments':
      return { ...facts, parts: [moofSpan, mdatSpan], mdatAt: moof.size };
    case 'fragmentinfo':
      return { ...facts, parts: [moofSpan] };
    case 'rawfragments': {
      const payload = { path, offset: mdat.offset + mdat.headerSize, length: mdat.size - mdat.headerSize };
      return { ...facts, parts: [payload] };
    }
    case 'keyframes': {
      const { header, samples } = keyFramesOf(await readMoof(moofSpan));
      const payload = samples.map(({ offset, size }) => ({
        path,
        offset: mdat.offset + mdat.headerSize + offset,
        length: size,
      }));
      return { ...facts, parts: [header, ...payload], mdatAt: header.length - 8 };
    }
    default:
      return noun satisfies never;
  }
}

async function readMoof({ path, offset, length }: FileSpan): Promise<Buffer> {
  const file = await open(path);
  try {
    return await readAt(file, offset, length);
  } finally {
    await file.close();
  }
}
