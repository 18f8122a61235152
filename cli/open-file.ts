import { open, readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { readAt } from '../demo/origin/boxes.ts';
import { type FoundFragment, Library } from '../demo/origin/library.ts';
import { routeOf } from '../demo/origin/route.ts';
import { decodeText } from '../src/base/bytes.ts';
import type { Fetched, Source } from './fetched.ts';

/** Not a network address; it makes URLs of a title on disk well-formed. */
const NOWHERE = 'http://file.invalid';

/** The kind of a file, by its first bytes. */
export type FileKind = 'client-manifest' | 'server-manifest' | 'media' | 'other';

export function kindOfFile(bytes: Uint8Array): FileKind {
  const head = bytes.subarray(0, 4096);
  if (
    /^(?:ftyp|styp|moov|moof|sidx|free|uuid|prft|emsg|mdat)$/.test(
      Buffer.from(head.subarray(4, 8)).toString('latin1'),
    )
  )
    return 'media';
  const text = decodeText(head);
  if (/<smil\b/i.test(text)) return 'server-manifest';
  return /<\s*[\w:]+/.test(text) ? 'client-manifest' : 'other';
}

/** A title on disk: by its client manifest, or by the server manifest that names it. */
export async function openTitleFile(path: string, kind: FileKind, bytes: Uint8Array): Promise<Source> {
  const presentation = kind === 'server-manifest' ? basename(path) : await serverManifestBeside(path);
  const library = new Library(dirname(path));
  const found =
    presentation !== undefined && kind === 'server-manifest' ? await library.manifest(presentation) : path;
  const manifest: Fetched =
    found === undefined
      ? missing(
          `${basename(path)} names a client manifest that does not exist`,
          'put the .ismc beside the .ism',
        )
      : had(kind === 'server-manifest' ? await readFile(found) : bytes);
  return {
    name: path,
    url: `${NOWHERE}/${encodeURIComponent(presentation ?? 'title.ism')}/Manifest`,
    manifest,
    hasFragments: presentation !== undefined,
    fetch: (url) => fragmentAt(library, url),
  };
}

/** The server manifest shows where fragments are. */
async function serverManifestBeside(path: string): Promise<string | undefined> {
  for (const extension of ['.ism', '.isml']) {
    const candidate = path.replace(/\.[^./\\]*$/, extension);
    if (candidate !== path && (await stat(candidate).catch(() => undefined))) return basename(candidate);
  }
  return undefined;
}

async function fragmentAt(library: Library, url: string): Promise<Fetched> {
  const route = routeOf(decodeURIComponent(new URL(url).pathname));
  if (route?.type !== 'fragment')
    return missing('files cannot be looked up by this form of Url', 'serve the title, and inspect its URL');
  try {
    const fragment = await library.fragment(route);
    if (fragment) return had(await readFragment(fragment));
    return missing(
      'no file has this fragment',
      'check whether the .ism is up to date, and its .ismv files are complete',
    );
  } catch (error) {
    return missing(error instanceof Error ? error.message : String(error), 'package the title again');
  }
}

async function readFragment({ path, head: { moof, mdat } }: FoundFragment): Promise<Uint8Array> {
  const file = await open(path);
  try {
    return await readAt(file, moof.offset, mdat.offset + mdat.size - moof.offset);
  } finally {
    await file.close();
  }
}

const had = (bytes: Uint8Array): Fetched => ({ bytes, steps: [], ms: 0, problem: undefined });
const missing = (what: string, remedy: string): Fetched => ({
  bytes: undefined,
  steps: [],
  ms: 0,
  problem: { what, remedy, isNetwork: false },
});
