import { seconds } from '../../base/time.ts';
import type { Cue } from '../../text/cue.ts';
import { metadataText } from '../../text/events/event-cue.ts';
import type { EventTrackInfo } from '../../text/events/event-tracks.ts';
import type { TextTrackInfo } from '../../text/text-streams.ts';
import type { CueSource } from './cue-source.ts';
import type { NativeTracks } from './native-tracks.ts';

/** The native track has cues from this many seconds behind the playhead to this many ahead. More would slow browsers down. */
const BEHIND = 30;
const AHEAD = 60;
/** Browsers examine all simultaneous cues for each of them. */
const MOST = 200;
/** The window is moved when the playhead has moved by this much, in seconds. */
const STEP = 10;

/** Keeps the native tracks filled with the cues near the playhead. */
export class NativeView {
  readonly #native: NativeTracks;
  #filled: { readonly id: string; readonly revision: number; readonly position: number } | undefined;

  constructor(native: NativeTracks) {
    this.#native = native;
  }

  /** Lists every text track, chapters as a track of that kind, and other events as metadata. */
  list(tracks: readonly TextTrackInfo[], events: readonly EventTrackInfo[]): void {
    this.#native.list([
      ...tracks.map(({ id, kind, label, language }) => ({
        id,
        kind: kind === 'forced' ? ('subtitles' as const) : kind,
        label,
        language,
      })),
      ...events.map(({ name, kind, language }) => ({
        id: eventTrackId(name),
        kind: kind === 'chapters' ? ('chapters' as const) : ('metadata' as const),
        label: name,
        language,
      })),
    ]);
    for (const { name, cues, kind } of events) {
      const id = eventTrackId(name);
      this.#native.setMode(id, 'hidden');
      this.#native.fillPlain(
        id,
        cues.map((cue) => ({ ...cue, text: kind === 'chapters' ? (cue.text ?? '') : metadataText(cue) })),
      );
    }
    this.#filled = undefined;
  }

  /** Puts the cues around the playhead into a track, unless they are there. */
  fill(id: string, source: Pick<CueSource, 'between' | 'revision'>, position: number): void {
    const { revision } = source;
    const filled = this.#filled;
    if (filled?.id === id && filled.revision === revision && Math.abs(filled.position - position) < STEP)
      return;
    const near = source.between(seconds(position - BEHIND), seconds(position + AHEAD));
    if (this.#native.fill(id, nearest(near, position))) this.#filled = { id, revision, position };
  }
}

/** If there are too many, those on screen and those that follow. */
const nearest = (cues: readonly Cue[], position: number): readonly Cue[] =>
  cues.length > MOST ? cues.filter(({ end }) => end > position).slice(0, MOST) : cues;

/** Distinct from text tracks, whose streams may have the same name. */
const eventTrackId = (name: string): string => `events ${name}`;
