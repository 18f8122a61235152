import type { Seconds } from '../../base/time.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import type { Settings } from '../options.ts';
import type { PlayableStream } from '../select-streams.ts';
import type { Title } from '../title/title.ts';

/** How playback fares: what previews have to leave to it. */
export interface PlaybackState {
  /** Seconds of picture ahead of the playhead. */
  readonly bufferAhead: number;
  /** Whether it holds all that it wants. */
  readonly isFull: boolean;
  readonly isStalled: boolean;
  /** Expected bits per second of the network; `undefined` while nothing is known. */
  readonly estimate: number | undefined;
}

/** What finding a place in a title needs of its session. */
export interface NavigationPorts {
  readonly title: () => Title;
  /** The stream that is chosen; `undefined` for a title without picture. */
  readonly video: () => PlayableStream | undefined;
  readonly settings: () => Settings;
  readonly playback: () => PlaybackState;
  /** What is in the buffer at a moment: which fragment, at which level. */
  readonly fragmentAt: (time: number) => { readonly index: number; readonly level: QualityLevel } | undefined;
  /** A canvas over the picture, where the page has one that is seen. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** Lets playback rest while nothing is played: altogether, or but for what is on the screen. */
  readonly rest: (how: 'none' | 'all' | 'ahead') => void;
  /** Whether the title goes on. */
  readonly isLive: () => boolean;
  readonly seekToLive: () => void;
  /** The position went on although the element stands. */
  readonly moved: () => void;
  readonly media: () => HTMLMediaElement | undefined;
  readonly position: () => Seconds;
  /** Bytes that came beside playback. */
  readonly received: (bytes: number) => void;
  readonly emit: (event: Event) => void;
}
