import { toSeconds } from '../base/time.ts';
import type { SmoothPlayer } from '../player/player.ts';

/** What players' controls ask about live titles; the words of Media UI Extensions. */
export interface LiveContract {
  readonly streamType: 'live' | 'on-demand' | 'unknown';
  /** Seconds that can be sought back in a live title: infinite for all of it, 0 for none; NaN for other titles. */
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
