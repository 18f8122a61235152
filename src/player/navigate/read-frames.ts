import { type Seconds, seconds, ticks, toSeconds } from '../../base/time.ts';
import { type SegmentSample, samplesOf } from '../../mp4/segment-samples.ts';
import { segmentClockOf } from '../delivery/segment-clock.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import { readUntil } from '../fragment/peek-fragment.ts';
import type { NavigationPorts } from './navigation-ports.ts';

/** A frame of a fragment. */
export interface Frame {
  /** On the media element's clock. */
  readonly start: Seconds;
  readonly duration: Seconds;
  readonly sample: SegmentSample;
}

/**
 * Reads a fragment until `look` has found what it needs among its frames, which are in decoding order; `undefined` if
 * it isn't there. A fragment that was played comes from the HTTP cache, if its server allows that. Rejects when
 * aborted.
 */
export function readFrames<Found>(
  request: FragmentRequest,
  ports: NavigationPorts,
  look: (frames: readonly Frame[]) => Found | undefined,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const { offset } = segmentClockOf(ports.title().presentation);
  const scale = request.stream.timescale;
  const inSeconds = (value: bigint | number) => toSeconds(ticks(value), scale);
  return readUntil(
    request,
    ports.settings(),
    (parts) =>
      look(
        [...samplesOf(parts)].map((sample) => ({
          start: seconds(inSeconds(sample.presentationTime) + offset),
          duration: inSeconds(sample.duration),
          sample,
        })),
      ),
    signal,
  );
}

/** Whether all bytes of a frame are there, and none of them is encrypted. */
export const isReadable = ({ sample: { payload, start, size, isClear } }: Frame): boolean =>
  isClear(0, size) && start + size <= payload.length;
