import { isSmoothError } from '../src/base/errors.ts';
import type { ResponseFacts } from '../src/doctor/examine-response.ts';
import { isPacked } from '../src/manifest/recognise.ts';
import { unpack } from '../src/manifest/unpack.ts';

/** A fetched resource, or why it could not be fetched. */
export interface Fetched {
  /** `undefined` if nothing usable was received. */
  readonly bytes: Uint8Array | undefined;
  /** Redirects first; none for a file. */
  readonly steps: readonly ResponseFacts[];
  /** From the request to the body's end. */
  readonly ms: number;
  /** What went wrong, and what to do about it. */
  readonly problem: Problem | undefined;
}

export interface Problem {
  readonly what: string;
  readonly remedy: string;
  /** Whether the connection failed, rather than what was received. */
  readonly isNetwork: boolean;
}

/** Whether a server doesn't respond, or denies access. */
export function isOutOfReach({ bytes, steps, problem }: Fetched): boolean {
  if (bytes) return false;
  return problem ? problem.isNetwork : [401, 403].includes(steps.at(-1)?.status ?? 0);
}

/** A title to examine. */
export interface Source {
  /** The name to display. */
  readonly name: string;
  /** The URL that fragment URLs are relative to. */
  readonly url: string;
  readonly manifest: Fetched;
  /** Whether fragments are available. */
  readonly hasFragments: boolean;
  /** Fetches a fragment's URL. */
  fetch(url: string): Promise<Fetched>;
}

/** A manifest or fragment as the player reads it: decompressed if necessary and possible. */
export async function unpacked(fetched: Fetched): Promise<Fetched> {
  if (!fetched.bytes || !isPacked(fetched.bytes)) return fetched;
  try {
    return { ...fetched, bytes: await unpack(fetched.bytes) };
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return fetched;
  }
}
