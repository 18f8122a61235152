import { base64FromBytes } from '../../base/bytes.ts';
import type { Seconds } from '../../base/time.ts';
import type { SpliceInfo } from './splice-info.ts';

/** Something timed that is not for reading. */
export interface EventCue {
  /** Unique in its track. */
  readonly id: string;
  /** On the media element's clock. */
  readonly start: Seconds;
  /** `start` where nobody knows how long it lasts. */
  readonly end: Seconds;
  /** The message itself, without what it was wrapped in. */
  readonly data: Uint8Array;
  /** The message, where it is text. */
  readonly text?: string;
  /** Of a script command. */
  readonly type?: string;
  readonly command?: string;
  readonly scte35?: SpliceInfo;
}

/** What a cue of a native metadata track says: the event's text or, of any other, JSON. */
export function metadataText({ id, text, type, command, scte35, data }: EventCue): string {
  if (text !== undefined && scte35 === undefined && type === undefined) return text;
  return JSON.stringify({ id, type, command, text, scte35, data: base64FromBytes(data) });
}
