import type { LiveInfo } from '../../player/live/live-info.ts';
import { fill } from '../texts.ts';
import type { TimeFormat } from '../time-format.ts';
import { clockText, spokenTime } from '../time-text.ts';
import { liveStringsFor } from './live-strings.ts';

/** Closer than this to the position that the live button seeks to, in seconds, counts as live. */
const LIVE_SECONDS = 1;

export interface LivePlace {
  readonly live: LiveInfo;
  /** Seconds. */
  readonly time: number;
  readonly language: string;
  readonly toDate: (time: number) => Date | undefined;
}

/** The format of positions in a live title: how far behind live they are, and the wall clock time if known. */
export function liveFace({ live, time, language, toDate }: LivePlace): TimeFormat {
  const words = liveStringsFor(language);
  const end = endOf(live, time);
  const behind = (at: number) => end - at;
  const clock = (at: number) => wallClock(toDate(at), language);
  const isLive = (at: number) => behind(at) < LIVE_SECONDS || (at === time && live.atEdge);
  const offset = (at: number) => `−${clockText(behind(at), { language })}`;
  return {
    range: { start: live.isDvr ? Math.min(live.window.start, time) : end, end },
    display: Number.isNaN(end)
      ? ['', '']
      : isLive(time)
        ? [clock(time), '']
        : [offset(time), dotted(clock(time))],
    text: (at) => (isLive(at) ? words.live : offset(at)) + dotted(clock(at)),
    spoken: (at) => {
      const place = isLive(at)
        ? words.live
        : fill(words.behindBy, { time: spokenTime(behind(at), language) });
      return [place, clock(at)].filter(Boolean).join(', ');
    },
  };
}

/** The position that the live button seeks to: the target distance from the encoder, or the last picture of a stopped source. */
function endOf({ latency, targetLatency, window, source }: LiveInfo, time: number): number {
  const edge = source === 'stopped' ? window.end : Math.min(window.end, time + latency - targetLatency);
  return Math.max(edge, time);
}

const dotted = (text: string) => text && ` · ${text}`;

function wallClock(date: Date | undefined, language: string): string {
  if (!date || Number.isNaN(date.getTime())) return '';
  return date.toLocaleTimeString(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
}

/** The rates that make sense: playback can't be faster than live at the edge. */
export const liveRates = (rates: readonly number[], { atEdge }: LiveInfo): readonly number[] =>
  atEdge ? rates.filter((rate) => rate <= 1) : rates;

/** A larger difference from 1 is not a latency correction. */
const MOST_CATCH_UP = 0.051;

/** The chosen rate, ignoring the small changes that hold the latency. */
export const chosenRate = (rate: number, rates: readonly number[]): number =>
  Math.abs(rate - 1) <= MOST_CATCH_UP && !rates.includes(rate) ? 1 : rate;

/** What changed, for screen readers; `undefined`: nothing to report. */
export function changeText(
  before: LiveInfo | undefined,
  now: LiveInfo,
  language: string,
): string | undefined {
  const words = liveStringsFor(language);
  if (now.source !== before?.source) {
    if (now.source === 'ended') return before && words.ended;
    if (now.source === 'stopped') return words.stopped;
    if (now.source === 'unreachable') return words.unreachable;
    if (before?.source === 'stopped' || before?.source === 'unreachable') return words.back;
  }
  if (!now.isLive || now.atEdge === before?.atEdge) return undefined;
  return now.atEdge ? words.live : words.behind;
}
