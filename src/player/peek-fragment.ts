import { isSmoothError } from '../base/errors.ts';
import type { FragmentReport } from '../transmux/fragment-transmuxer.ts';
import { type FragmentErrand, request, transmuxerOf } from './fetch-fragment.ts';
import type { Settings } from './options.ts';

/** Reads no more of a fragment than tells what it is; `undefined` when it can't be had. */
export async function peekFragment(
  errand: FragmentErrand,
  settings: Settings,
  signal: AbortSignal,
): Promise<FragmentReport | undefined> {
  const transmuxer = transmuxerOf(errand);
  try {
    const { body } = await request(errand, settings, signal);
    for await (const piece of body) {
      transmuxer.push(piece);
      if (transmuxer.report) return transmuxer.report;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isSmoothError(error)) throw error;
  }
  return undefined;
}
