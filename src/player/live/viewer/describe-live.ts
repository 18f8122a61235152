import type { LiveInfo } from '../live-info.ts';

/** A window shorter than this, in seconds, is no window to seek in. */
const LEAST_DVR = 30;

/** Where a viewer stands, and the encoder, in seconds on the media element's clock. */
interface Standing {
  readonly window: LiveInfo['window'];
  readonly at: number;
  readonly encoder: number;
  readonly target: number;
  /** So much further behind is still at the edge. */
  readonly tolerance: number;
  readonly source: 'live' | 'stopped' | 'unreachable' | 'ended';
}

/** The same as the page is told it. */
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
