import type { Cue } from '../../text/cue.ts';
import { type NativeCue, nativeCues } from '../../text/native-cue.ts';

/** A track as the media element should have it. */
export interface NativeTrackInfo {
  /** Unique in its title. */
  readonly id: string;
  readonly kind: TextTrackKind;
  readonly label: string;
  readonly language: string | undefined;
}

interface NativeTrack {
  readonly element: HTMLTrackElement;
  readonly ours: Map<string, TextTrackCue>;
  readonly createdAt: number;
  /** Whether the browser has noticed that there is nothing to load. */
  isSettled: boolean;
  /** The mode set here: another value was set by somebody else. */
  mode: TextTrackMode;
}

/** Browsers that don't report it have noticed by then. */
const SETTLED_AFTER_MS = 1000;

/** Text with a time, and no style. */
export interface PlainCue {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type PlainNativeCue = Pick<NativeCue, 'id' | 'startTime' | 'endTime' | 'text'>;

/**
 * The title's tracks as native text tracks, for picture-in-picture, a system's own full screen, third-party controls
 * and screen readers. Each is a `<track>` child without a source, since those can be removed again.
 */
export class NativeTracks {
  readonly #media: HTMLMediaElement;
  readonly #onChosen: (id: string | undefined) => void;
  readonly #onSettled: () => void;
  readonly #tracks = new Map<string, NativeTrack>();
  /** When a track was last created. */
  #createdAt = Number.NEGATIVE_INFINITY;

  /**
   * `onChosen` is called with the track that somebody else switched on; `undefined` if they switched off the current
   * one. `onSettled`: a track has lost its cues, and keeps those that are added from now on.
   */
  constructor(
    media: HTMLMediaElement,
    onChosen: (id: string | undefined) => void,
    onSettled: () => void,
    signal: AbortSignal,
  ) {
    this.#media = media;
    this.#onChosen = onChosen;
    this.#onSettled = onSettled;
    media.textTracks.addEventListener('change', this.#changed, { signal });
    signal.addEventListener('abort', () => this.list([]), { once: true });
  }

  /** Creates a native track for each, and removes the others. */
  list(infos: readonly NativeTrackInfo[]): void {
    const wanted = new Map(infos.map((info) => [info.id, info]));
    for (const [id, { element }] of this.#tracks) {
      const info = wanted.get(id);
      if (info?.label === element.label && info.kind === element.kind) continue;
      element.remove();
      this.#tracks.delete(id);
    }
    for (const info of infos) if (!this.#tracks.has(info.id)) this.#create(info);
  }

  /** One text track is on, in this mode; the others are off. */
  show(id: string | undefined, mode: 'hidden' | 'showing'): void {
    for (const [other, { element }] of this.#tracks)
      if (isText(element.kind)) this.setMode(other, other === id ? mode : 'disabled');
  }

  setMode(id: string, mode: TextTrackMode): void {
    const track = this.#tracks.get(id);
    if (!track) return;
    track.mode = mode;
    if (track.element.track.mode !== mode) track.element.track.mode = mode;
  }

  /** Replaces the cues of a track; `false` while the browser can't take them. */
  fill(id: string, cues: readonly Cue[]): boolean {
    const native = new Map(nativeCues(cues).map((cue) => [keyOf(cue), cue]));
    return this.#put(id, native);
  }

  /** The same for a track of chapters or metadata. */
  fillPlain(id: string, cues: readonly PlainCue[]): boolean {
    const plain = cues.map(({ id: name, start, end, text }): [string, PlainNativeCue] => [
      `${name} ${start} ${text}`,
      { id: name, startTime: start, endTime: end, text },
    ]);
    return this.#put(id, new Map(plain));
  }

  #put(id: string, wanted: ReadonlyMap<string, PlainNativeCue>): boolean {
    const found = this.#tracks.get(id);
    const list = found?.element.track.cues;
    // A disabled track has no cues, and one without a source loses them once the browser notices.
    if (!found || !list) return false;
    const { ours } = found;
    const { track } = found.element;
    const present = new Set(list);
    for (const [key, cue] of ours) {
      if (wanted.has(key) && present.has(cue)) continue;
      if (present.has(cue)) track.removeCue(cue);
      ours.delete(key);
    }
    for (const [key, given] of wanted) {
      const known = ours.get(key);
      if (known) known.endTime = finite(given.endTime);
      else {
        const cue = createCue(given);
        track.addCue(cue);
        ours.set(key, cue);
      }
    }
    return found.isSettled || performance.now() - found.createdAt > SETTLED_AFTER_MS;
  }

  #create({ id, kind, label, language }: NativeTrackInfo): void {
    const element = document.createElement('track');
    element.kind = kind;
    element.label = label;
    if (language) element.srclang = language;
    const track: NativeTrack = {
      element,
      ours: new Map(),
      mode: 'disabled',
      createdAt: performance.now(),
      isSettled: false,
    };
    for (const type of ['error', 'load']) {
      const settled = () => {
        track.isSettled = true;
        this.#onSettled();
      };
      element.addEventListener(type, settled, { once: true });
    }
    this.#tracks.set(id, track);
    this.#createdAt = track.createdAt;
    this.#media.append(element);
  }

  #changed = () => {
    // After a track was added, browsers select one by themselves.
    if (performance.now() - this.#createdAt < SETTLED_AFTER_MS) {
      for (const { element, mode } of this.#tracks.values())
        if (element.track.mode !== mode) element.track.mode = mode;
      return;
    }
    for (const [id, track] of this.#tracks) {
      const { mode } = track.element.track;
      if (mode === track.mode || !isText(track.element.kind)) continue;
      const wasOn = track.mode !== 'disabled';
      track.mode = mode;
      if (mode === 'showing') this.#onChosen(id);
      else if (wasOn) this.#onChosen(undefined);
    }
  };
}

const isText = (kind: string): boolean =>
  kind === 'captions' || kind === 'subtitles' || kind === 'descriptions';

const keyOf = (cue: NativeCue): string =>
  `${cue.id} ${cue.startTime} ${cue.text} ${cue.line} ${cue.position}`;

/** For browsers without unbounded cues: longer than anybody watches. */
const finite = (end: number): number => (Number.isFinite(end) ? end : Number.MAX_SAFE_INTEGER);

function createCue({ id, startTime, endTime, text, ...settings }: PlainNativeCue): VTTCue {
  const cue = new VTTCue(startTime, finite(endTime), text);
  cue.id = id;
  for (const [name, value] of Object.entries(settings)) {
    try {
      Reflect.set(cue, name, value);
    } catch {
      // Without this setting the browser positions the cue itself.
    }
  }
  return cue;
}
