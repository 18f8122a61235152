import type { Stream } from '../../manifest/presentation.ts';
import { languageTag } from '../language.ts';
import { type EventKind, roleOf } from '../text-streams.ts';
import type { EventCue } from './event-cue.ts';

/** A track of events, as a stream of the manifest is one. */
export interface EventTrackInfo {
  readonly name: string;
  readonly subtype: string | undefined;
  readonly scheme: string | undefined;
  /** BCP 47. */
  readonly language: string | undefined;
  readonly kind: EventKind;
  /** Ascending by start. */
  readonly cues: readonly EventCue[];
}

/** The tracks of events that a title's streams are. `cuesOf` gives what is known of one. */
export function eventTracksOf(
  streams: readonly Stream[],
  cuesOf: (stream: Stream) => readonly EventCue[],
): EventTrackInfo[] {
  return streams.flatMap((stream) => {
    const role = roleOf(stream);
    if (role?.kind !== 'events') return [];
    const { name, subtype, language } = stream;
    const { eventKind: kind, scheme } = role;
    return [{ name, subtype, scheme, language: languageTag(language), kind, cues: cuesOf(stream) }];
  });
}
