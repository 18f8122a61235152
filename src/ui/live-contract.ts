import { toSeconds } from '../base/time.ts';
import type { SmoothPlayer } from '../player/player.ts';

/** The API for controls of live titles, as in Media UI Extensions. */
export interface LiveContract {
  readonly streamType: 'live' | 'on-demand' | 'unknown';
  /** Length of the DVR window of a live title in seconds: `Infinity` if it is unlimited, 0 for none; `NaN` for other titles. */
  readonly targetLiveWindow: number;
}

export function liveContractOf(player: SmoothPlayer | undefined): LiveContract {
  const presentation = player?.presentation;
  if (!presentation) return { streamType: 'unknown', targetLiveWindow: Number.NaN };
  if (!player.live.isLive) return { streamType: 'on-demand', targetLiveWindow: Number.NaN };
  const { dvrWindow, timescale } = presentation;
  return {
    streamType: 'live',
    targetLiveWindow: !player.live.isDvr
      ? 0
      : dvrWindow === undefined
        ? Number.POSITIVE_INFINITY
        : toSeconds(dvrWindow, timescale),
  };
}
