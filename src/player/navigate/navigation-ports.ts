import type { Seconds } from '../../base/time.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import type { Settings } from '../options.ts';
import type { PlayableStream } from '../select-streams.ts';
import type { SessionContext } from '../session-context.ts';
import type { Title } from '../title/title.ts';

/** The state of playback, which has priority over previews. */
export interface PlaybackState {
  /** Seconds of video ahead of the playhead. */
  readonly bufferAhead: number;
  /** Whether the buffer is full. */
  readonly isFull: boolean;
  readonly isStalled: boolean;
  /** Expected bandwidth in bits per second; `undefined` while unknown. */
  readonly estimate: number | undefined;
}

/** What navigation needs from its session. */
export interface NavigationPorts {
  readonly title: () => Title;
  /** The chosen stream; `undefined` for a title without video. */
  readonly video: () => PlayableStream | undefined;
  readonly settings: () => Settings;
  readonly playback: () => PlaybackState;
  /** The fragment and level in the buffer at a time. */
  readonly fragmentAt: (time: number) => { readonly index: number; readonly level: QualityLevel } | undefined;
  /** A canvas over the video, if the page has a visible one. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** Suspends loading while nothing is played: completely, or except for what is on screen. */
  readonly rest: (how: 'none' | 'all' | 'ahead') => void;
  /** Whether the title is live. */
  readonly isLive: () => boolean;
  /** Whether it is, and playback is at its live edge. */
  readonly isAtLiveEdge: () => boolean;
  readonly seekToLive: () => void;
  /** The position changed although the element is paused. */
  readonly moved: () => void;
  readonly media: () => HTMLMediaElement | undefined;
  readonly position: () => Seconds;
  /** Bytes that were received in addition to playback. */
  readonly received: (bytes: number) => void;
  readonly emit: (event: Event) => void;
}

const NOTHING_PLAYS = { bufferAhead: 0, isFull: true, isStalled: false };

export function navigationPortsOf(context: SessionContext): NavigationPorts {
  const { live, title, selection, bandwidth, playback } = context;
  return {
    ...context,
    title: () => live?.title ?? title,
    video: () => selection.of('video'),
    playback: () => ({ ...(playback()?.fullness ?? NOTHING_PLAYS), estimate: bandwidth.estimate }),
    fragmentAt: (time) => playback()?.feedOf('video')?.bufferMap.at(time),
    rest: (how) => {
      const now = playback();
      if (now) now.target.rest = how;
    },
    isLive: () => live?.isOpen ?? false,
    isAtLiveEdge: () => live?.info.atEdge ?? false,
    seekToLive: () => live?.seekToLive(),
    received: (bytes) => bandwidth.meter.count(bytes),
  };
}
