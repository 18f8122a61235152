import type { SmoothError } from '../../base/errors.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import type { Live } from '../live/live.ts';
import type { Settings } from '../options.ts';
import type { SessionContext } from '../session-context.ts';
import type { Title } from '../title/title.ts';
import type { TextMemory } from './text-memory.ts';

/** What the text of a title needs from its session. */
export interface TextPorts {
  readonly title: Title;
  /** Set for live titles. */
  readonly live: Live | undefined;
  /** Of an earlier load of this title. */
  readonly earlier: TextMemory | undefined;
  readonly settings: () => Settings;
  readonly playhead: () => Seconds;
  /** Of trick play; otherwise 1. */
  readonly trickRate: () => number;
  /** End of the buffered range that contains the playhead, or the playhead. */
  readonly bufferEnd: () => Seconds;
  /** BCP 47, or as in the manifest. */
  readonly audioLanguage: () => string | undefined;
  readonly repaired: (kind: string, count: number) => void;
  readonly warn: (error: SmoothError) => void;
  readonly emit: (event: Event) => void;
}

export function textPortsOf(context: SessionContext): TextPorts {
  const { playback, position, selection, stats } = context;
  return {
    ...context,
    earlier: context.like?.text,
    playhead: position,
    bufferEnd: () => seconds(position() + (playback()?.feedOf('video')?.bufferAhead ?? 0)),
    audioLanguage: () => selection.of('audio')?.stream.language,
    repaired: (kind, count) => stats.repaired(kind, count),
  };
}
