import type { Stream } from '../../manifest/presentation.ts';
import { languageTag } from '../language.ts';
import { type EventKind, roleOf } from '../text-streams.ts';
import type { EventCue } from './event-cue.ts';

/** A track of events, from a stream of the manifest. */
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

/** The event tracks of a title's streams. `cuesOf` returns the known cues of one. */
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
