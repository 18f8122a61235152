import type { LateHost, LatePart } from './late-part.ts';
import { liveStringsFor } from './live/live-strings.ts';
import { textName } from './perform-request.ts';
import { statusStringsFor } from './status-strings.ts';
import { stringsFor } from './strings.ts';

/** A wait that is shorter, in milliseconds, isn't announced. */
const BUFFERING_MS = 1500;

/** Tells screen readers what has happened, once it has: playing, paused, buffering, another track. */
export function open(host: LateHost): LatePart {
  new Announcer(host);
  return {};
}

class Announcer {
  readonly #host: LateHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was announced last about playback. */
  #told: 'playing' | 'paused' | 'ended' | 'buffering' | undefined;
  #text: string | undefined;
  #audio: string | undefined;

  constructor(host: LateHost) {
    this.#host = host;
    this.#noteTracks();
    for (const type of ['playing', 'pause', 'ended', 'waiting', 'seeked', 'emptied'])
      host.addEventListener(type, this.#changed);
    host.addEventListener('loaded', () => this.#noteTracks());
    host.addEventListener('trackchange', () => this.#tellTracks());
    this.#changed();
  }

  #changed = () => {
    const { paused, ended, readyState } = this.#host;
    clearTimeout(this.#timer);
    // A new title is no news about the last one.
    if (readyState === HTMLMediaElement.HAVE_NOTHING) this.#told = undefined;
    else if (ended) this.#tell('ended');
    else if (!paused && readyState < HTMLMediaElement.HAVE_FUTURE_DATA)
      this.#timer = setTimeout(() => this.#tell('buffering'), BUFFERING_MS);
    else this.#tell(paused ? 'paused' : 'playing');
  };

  #tell(state: 'playing' | 'paused' | 'ended' | 'buffering'): void {
    // Not that a title, which nobody has played, is paused.
    const isNews = state !== this.#told && (state !== 'paused' || this.#told !== undefined);
    this.#told = state;
    if (!isNews || !this.#host.isConnected) return;
    const { language } = this.#host.strings;
    const text = state === 'buffering' ? stringsFor(language).loading : statusStringsFor(language)[state];
    // Being live is news of the same moment, and one text would replace the other.
    const isAtEdge = state === 'playing' && this.#host.player.live.atEdge;
    this.#host.announced = isAtEdge ? `${text}, ${liveStringsFor(language).live}` : text;
  }

  #noteTracks(): void {
    const { textTrack, audioTrack } = this.#host.player;
    this.#text = textTrack?.id;
    this.#audio = audioTrack?.id;
  }

  #tellTracks(): void {
    const { player, strings } = this.#host;
    const { textTrack, audioTrack } = player;
    if (textTrack?.id !== this.#text) this.#host.announced = textName(this.#host, strings) ?? '';
    else if (audioTrack && audioTrack.id !== this.#audio)
      this.#host.announced = `${strings.audio}: ${audioTrack.label}`;
    this.#noteTracks();
  }
}
