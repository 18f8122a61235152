import { base64FromBytes } from '../../base/bytes.ts';
import type { Seconds } from '../../base/time.ts';
import type { SpliceInfo } from './splice-info.ts';

/** A timed event that is not for display. */
export interface EventCue {
  /** Unique in its track. */
  readonly id: string;
  /** On the media element's clock. */
  readonly start: Seconds;
  /** `start` if the duration is unknown. */
  readonly end: Seconds;
  /** The message itself, without its wrapping. */
  readonly data: Uint8Array;
  /** The message, if it is text. */
  readonly text?: string;
  /** Of a script command. */
  readonly type?: string;
  readonly command?: string;
  readonly scte35?: SpliceInfo;
}

/** The text of a cue in a native metadata track: the event's text or, for any other, JSON. */
export function metadataText({ id, text, type, command, scte35, data }: EventCue): string {
  if (text !== undefined && scte35 === undefined && type === undefined) return text;
  return JSON.stringify({ id, type, command, text, scte35, data: base64FromBytes(data) });
}
