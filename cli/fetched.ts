import { isSmoothError } from '../src/base/errors.ts';
import type { ResponseFacts } from '../src/doctor/examine-response.ts';
import { isPacked } from '../src/manifest/recognise.ts';
import { unpack } from '../src/manifest/unpack.ts';

/** A resource as it was had, or why it wasn't. */
export interface Fetched {
  /** `undefined` when nothing usable came. */
  readonly bytes: Uint8Array | undefined;
  /** Redirects first; none of a file. */
  readonly steps: readonly ResponseFacts[];
  /** From the request to the body's end. */
  readonly ms: number;
  /** What went wrong, and what to do about it. */
  readonly problem: { readonly what: string; readonly remedy: string } | undefined;
}

/** A title to look at. */
export interface Source {
  /** As it may be shown. */
  readonly name: string;
  /** What fragment URLs are relative to. */
  readonly url: string;
  readonly manifest: Fetched;
  /** Whether more than the manifest can be had. */
  readonly hasFragments: boolean;
  /** Fetches what is at a fragment's URL. */
  fetch(url: string): Promise<Fetched>;
}

/** A manifest as the player reads it; the same where it was not packed, or can't be unpacked. */
export async function unpacked(manifest: Fetched): Promise<Fetched> {
  if (!manifest.bytes || !isPacked(manifest.bytes)) return manifest;
  try {
    return { ...manifest, bytes: await unpack(manifest.bytes) };
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return manifest;
  }
}
