import type { LiveInfo } from '../live-info.ts';

/** A shorter window, in seconds, is not offered for seeking. */
const LEAST_DVR = 30;

/** Positions of playback and encoder, in seconds on the media element's clock. */
interface Standing {
  readonly window: LiveInfo['window'];
  readonly at: number;
  readonly encoder: number;
  readonly target: number;
  /** Up to this much further behind is still at the edge. */
  readonly tolerance: number;
  readonly source: 'live' | 'stopped' | 'unreachable' | 'ended';
}

/** Converts it to the public form. */
export function describeLive({ window, at, encoder, target, tolerance, source }: Standing): LiveInfo {
  const latency = encoder - at;
  const isLive = source !== 'ended';
  return {
    isLive,
    isDvr: window.end - window.start > LEAST_DVR,
    edge: window.end,
    latency: isLive ? latency : Number.NaN,
    targetLatency: target,
    atEdge: isLive && latency <= target + tolerance,
    edgeStart: isLive ? encoder - target - tolerance : Number.NaN,
    window,
    source,
  };
}
