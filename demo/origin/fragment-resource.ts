import { open } from 'node:fs/promises';
import { readAt } from './boxes.ts';
import { keyFramesOf } from './key-frames.ts';
import type { FoundFragment } from './library.ts';
import { type FileSpan, IMMUTABLE, type Resource } from './resource.ts';
import type { FragmentNoun } from './route.ts';

/** Text fragments are MP4 too. */
const CONTENT_TYPES = { video: 'video/mp4', audio: 'audio/mp4', text: 'application/mp4' } as const;

/** What each noun hands out of a fragment. [MS-SSTR] 2.2.4. */
export async function fragmentResource(fragment: FoundFragment, noun: FragmentNoun): Promise<Resource> {
  const { path, kind, version } = fragment;
  const { moof, mdat } = fragment.place;
  const facts = {
    contentType: CONTENT_TYPES[kind],
    etag: `${version}-${moof.offset.toString(36)}-${noun}`,
    cacheControl: IMMUTABLE,
  };
  const moofSpan: FileSpan = { path, offset: moof.offset, length: moof.size };
  const mdatSpan: FileSpan = { path, offset: mdat.offset, length: mdat.size };
  const payload: FileSpan = {
    path,
    offset: mdat.offset + mdat.headerSize,
    length: mdat.size - mdat.headerSize,
  };
  switch (noun) {
    case 'fragments':
      return { ...facts, parts: [moofSpan, mdatSpan], mdatAt: moof.size };
    case 'fragmentinfo':
      return { ...facts, parts: [moofSpan] };
    case 'rawfragments':
      return { ...facts, parts: [payload] };
    case 'keyframes': {
      const place = { at: payload.offset - moof.offset, size: payload.length };
      const { header, samples } = keyFramesOf(await readSpan(moofSpan), place, kind === 'video');
      const spans = samples.map(({ offset, size }) => ({
        path,
        offset: payload.offset + offset,
        length: size,
      }));
      return { ...facts, parts: [header, ...joined(spans)], mdatAt: header.length - 8 };
    }
    default:
      return noun satisfies never;
  }
}

/** Spans that lie side by side become one: audio has many samples, and nothing between them. */
function joined(spans: readonly FileSpan[]): readonly FileSpan[] {
  const result: FileSpan[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last && last.offset + last.length === span.offset) {
      result.splice(-1, 1, { ...last, length: last.length + span.length });
    } else result.push(span);
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
