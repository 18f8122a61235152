import { isSmoothError } from '../base/errors.ts';
import type { FragmentReport } from '../transmux/fragment-transmuxer.ts';
import { type FragmentErrand, request, transmuxerOf } from './fetch-fragment.ts';
import type { Settings } from './options.ts';
import type { StreamEncryption } from './stream-encryption.ts';

/** Reads no more of a fragment than tells what it is; `undefined` when it can't be had. */
export async function peekFragment(
  errand: FragmentErrand,
  settings: Settings,
  signal: AbortSignal,
): Promise<FragmentReport | undefined> {
  return readUntil(errand, settings, (_, report) => report, signal);
}

/** Looks at the stream's last chunk: in a title with a clear lead that one is encrypted. */
export async function decideEncryption(
  errand: FragmentErrand,
  decided: StreamEncryption,
  settings: Settings,
  signal: AbortSignal,
): Promise<void> {
  const { stream } = errand;
  const chunk = stream.chunks.at(stream.chunks.length - 1) ?? errand.chunk;
  const [level] = stream.levels;
  const peeked = await peekFragment({ ...errand, chunk, level }, settings, signal);
  decided.decide(stream, peeked?.encryption);
}

/** Reads no more of a fragment than gives `look` what it looks for in the media segment; `undefined` when it can't be had. */
export async function readUntil<Found>(
  errand: FragmentErrand,
  settings: Settings,
  look: (parts: readonly Uint8Array[], report: FragmentReport) => Found | undefined,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const transmuxer = transmuxerOf(errand);
  const parts: Uint8Array[] = [];
  try {
    const { body } = await request(errand, settings, signal);
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
