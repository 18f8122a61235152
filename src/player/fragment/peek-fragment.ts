import { isSmoothError } from '../../base/errors.ts';
import type { FragmentReport } from '../../transmux/fragment-transmuxer.ts';
import type { Settings } from '../options.ts';
import { requestFragment, transmuxerOf } from './fetch-fragment.ts';
import type { FragmentRequest } from './fragment-request.ts';

/** Reads only as much of a fragment as identifies it; `undefined` if it is unavailable. */
export async function peekFragment(
  request: FragmentRequest,
  settings: Settings,
  signal: AbortSignal,
): Promise<FragmentReport | undefined> {
  return readUntil(request, settings, (_, report) => report, signal);
}

/** Reads only as much of a fragment as `look` needs of the media segment; `undefined` if it is unavailable. */
export async function readUntil<Found>(
  request: FragmentRequest,
  settings: Settings,
  look: (parts: readonly Uint8Array[], report: FragmentReport) => Found | undefined,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const transmuxer = transmuxerOf(request);
  const parts: Uint8Array[] = [];
  try {
    const { body } = await requestFragment(request, settings, signal);
    for await (const piece of body) {
      parts.push(...transmuxer.push(piece));
      const found = transmuxer.report && look(parts, transmuxer.report);
      if (found !== undefined) return found;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isSmoothError(error)) throw error;
  }
  return undefined;
}
