import type { Feed } from '../../delivery/feed.ts';

/** The media element and what plays on it. */
export interface LiveStage {
  readonly media: HTMLMediaElement;
  readonly source: MediaSource;
  readonly feeds: readonly Feed[];
}
