import type { LateHost, LatePart } from './late-part.ts';
import { liveStringsFor } from './live/live-strings.ts';
import { textName } from './perform-request.ts';
import { statusStringsFor } from './status-strings.ts';
import type { Strings } from './strings.ts';
import { trickText } from './trick-rates.ts';

/** A wait that is shorter, in milliseconds, isn't announced. */
const BUFFERING_MS = 1500;

/** A number is a rate of trick play. */
type State = 'playing' | 'paused' | 'ended' | 'buffering' | number;

/** Tells screen readers what has happened, once it has: playing, paused, buffering, another rate of trick play, another track. */
export function open(host: LateHost): LatePart {
  new Announcer(host);
  return {};
}

class Announcer {
  readonly #host: LateHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was announced last about playback. */
  #announced: State | undefined;
  #text: string | undefined;
  #audio: string | undefined;

  constructor(host: LateHost) {
    this.#host = host;
    this.#noteTracks();
    for (const type of ['playing', 'pause', 'ended', 'waiting', 'seeked', 'emptied', 'ratechange'])
      host.addEventListener(type, this.#changed);
    host.addEventListener('loaded', () => this.#noteTracks());
    host.addEventListener('trackchange', () => this.#announceTracks());
    this.#changed();
  }

  #changed = () => {
    const { paused, ended, readyState, trickRate } = this.#host;
    clearTimeout(this.#timer);
    // A new title is no news about the last one.
    if (readyState === HTMLMediaElement.HAVE_NOTHING) this.#announced = undefined;
    else if (trickRate !== 1) this.#announce(trickRate);
    else if (ended) this.#announce('ended');
    else if (!paused && readyState < HTMLMediaElement.HAVE_FUTURE_DATA)
      this.#timer = setTimeout(() => this.#announce('buffering'), BUFFERING_MS);
    else this.#announce(paused ? 'paused' : 'playing');
  };

  #announce(state: State): void {
    // Not that a title, which nobody has played, is paused.
    const isNews = state !== this.#announced && (state !== 'paused' || this.#announced !== undefined);
    this.#announced = state;
    if (!isNews || !this.#host.isConnected) return;
    const { strings } = this.#host;
    const { language } = strings;
    const text = textOf(state, strings);
    // Being live is news of the same moment, and one text would replace the other.
    const isAtEdge = state === 'playing' && this.#host.player.live.atEdge;
    this.#host.announced = isAtEdge ? `${text}, ${liveStringsFor(language).live}` : text;
  }

  #noteTracks(): void {
    const { textTrack, audioTrack } = this.#host.player;
    this.#text = textTrack?.id;
    this.#audio = audioTrack?.id;
  }

  #announceTracks(): void {
    const { player, strings } = this.#host;
    const { textTrack, audioTrack } = player;
    if (textTrack?.id !== this.#text) this.#host.announced = textName(this.#host, strings) ?? '';
    else if (audioTrack && audioTrack.id !== this.#audio)
      this.#host.announced = `${strings.audio}: ${audioTrack.label}`;
    this.#noteTracks();
  }
}

function textOf(state: State, strings: Strings): string {
  if (typeof state === 'number') return trickText(state, strings);
  return state === 'buffering' ? strings.loading : statusStringsFor(strings.language)[state];
}
