import type { Cmcd, CmcdEventType } from '@svta/cml-cmcd';
import type { NetworkSettings } from '../../net/app-request.ts';
import type { SessionView } from '../session-view.ts';
import { reportLine } from './carry.ts';
import type { CheckedOptions } from './check-options.ts';
import { isWaiting, type PlaybackFacts, type PlayState, playbackValues, playState } from './values.ts';

/** Pending reports while a collector doesn't respond; older ones are dropped. */
const MOST_WAITING = 100;
/** Events after which the playback state may have changed. */
const MEDIA_EVENTS = ['play', 'playing', 'pause', 'waiting', 'seeking', 'seeked', 'ended', 'emptied'];
/** The collector accepts no more reports. */
const GONE = 410;
/** The collector is busy or fails: the reports are sent again. */
const isPassing = (status: number): boolean => status === 429 || status >= 500;

/** What reports need to see of a session. */
export type ReportedSession = Pick<SessionView, 'media' | 'stats' | 'signal' | 'error'>;

type ReportedEvent = Extract<CmcdEventType, 'ps' | 'e' | 't'>;

/**
 * Posts the events of a playback to a collector, from its start to its end: changes of state, errors, and a report
 * every `interval`. What can't be posted is sent with the next report; playback is not affected. Owned by a session.
 */
export class EventReports {
  readonly #options: CheckedOptions & { readonly url: string };
  readonly #view: ReportedSession;
  readonly #playback: () => PlaybackFacts;
  readonly #network: () => NetworkSettings | undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  #media: HTMLMediaElement | undefined;
  #waiting: readonly string[] = [];
  #isPosting = false;
  #isOver = false;
  #count = 0;
  #state: PlayState | undefined;
  #hasPlayed = false;

  /** `network`: the current settings; `undefined` while nothing is to be sent. */
  constructor(
    options: CheckedOptions & { readonly url: string },
    view: ReportedSession,
    playback: () => PlaybackFacts,
    network: () => NetworkSettings | undefined,
  ) {
    this.#options = options;
    this.#view = view;
    this.#playback = playback;
    this.#network = network;
    this.#timer = setInterval(() => this.#report('t'), options.intervalMs);
    globalThis.addEventListener?.('pagehide', this.#onPageHide);
    view.signal.addEventListener('abort', () => this.#onAbort(), { once: true });
    this.look();
  }

  /** The state or the element may have changed. */
  readonly look = (): void => {
    if (this.#isOver) return;
    this.#follow(this.#view.media());
    if (this.#media && !this.#media.paused && !isWaiting(this.#media)) this.#hasPlayed = true;
    const state = playState(this.#media, this.#hasPlayed, this.#view.error !== undefined);
    if (state === this.#state) return;
    this.#state = state;
    this.#report('ps');
  };

  /** Playback has ended with an error of this code, or continues in spite of it. */
  onError(code: string, isFatal: boolean): void {
    this.#report('e', { ec: [code] });
    if (!isFatal) return;
    this.#report('ps', { sta: 'f' });
    this.#end();
  }

  #follow(media: HTMLMediaElement | undefined): void {
    if (media === this.#media) return;
    for (const type of MEDIA_EVENTS) {
      this.#media?.removeEventListener(type, this.look);
      media?.addEventListener(type, this.look);
    }
    this.#media = media;
  }

  /** The viewer has left. A failure is reported by `onError`. */
  #onAbort(): void {
    if (this.#view.error !== undefined) return;
    if (this.#state !== 'e') this.#report('ps', { sta: 'q' });
    this.#end();
  }

  readonly #onPageHide = (event: PageTransitionEvent): void => {
    if (!event.persisted) this.#onAbort();
  };

  #end(): void {
    this.#isOver = true;
    const network = this.#network();
    // There is no later report.
    if (network && this.#waiting.length > 0) void this.#send(this.#waiting, network);
    this.#waiting = [];
    clearInterval(this.#timer);
    globalThis.removeEventListener?.('pagehide', this.#onPageHide);
    this.#follow(undefined);
  }

  #report(e: ReportedEvent, more: Cmcd = {}): void {
    const network = this.#network();
    if (this.#isOver || !network) return;
    this.#count += 1;
    const { bufferAhead, playing } = this.#view.stats;
    const ahead = bufferAhead.video ?? bufferAhead.audio;
    const data: Cmcd = {
      ...playbackValues(this.#playback()),
      e,
      ts: Date.now(),
      sn: this.#count,
      ...(this.#state && { sta: this.#state }),
      ...(ahead !== undefined && { bl: [Math.round(ahead * 1000)] }),
      ...(playing && { br: [Math.round(playing.bitrate / 1000)] }),
      ...more,
    };
    this.#waiting = [...this.#waiting, reportLine(data, this.#options.isWanted)].slice(-MOST_WAITING);
    void this.#post(network);
  }

  async #post(network: NetworkSettings): Promise<void> {
    if (this.#isPosting) return;
    this.#isPosting = true;
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      const status = await this.#send(lines, network);
      if (status === GONE) {
        this.#waiting = [];
        this.#end();
      }
      if (status === undefined || isPassing(status)) {
        this.#waiting = [...lines, ...this.#waiting].slice(-MOST_WAITING);
        break;
      }
    }
    this.#isPosting = false;
  }

  /** Returns the collector's response; `undefined` if there was none. The request outlives the page. */
  async #send(lines: readonly string[], network: NetworkSettings): Promise<number | undefined> {
    const init: RequestInit = {
      method: 'POST',
      body: lines.join('\n'),
      headers: { 'Content-Type': 'application/cmcd' },
      credentials: 'omit',
      keepalive: true,
    };
    try {
      return (await (network.fetch ?? fetch)(this.#options.url, init)).status;
    } catch {
      return undefined;
    }
  }
}
