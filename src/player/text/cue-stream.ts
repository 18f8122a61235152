import { type Seconds, seconds } from '../../base/time.ts';
import type { Chunk, Stream } from '../../manifest/presentation.ts';
import type { Cue } from '../../text/cue.ts';
import { nextTextChunk } from '../../text/fetch-plan.ts';
import type { TextFragment } from '../../text/fragment/read-text-fragment.ts';
import type { TextRepair } from '../../text/repair.ts';
import { roleOf } from '../../text/text-streams.ts';
import { CueTimeline } from '../../text/times/cue-timeline.ts';
import { type Timeline, timelineOf } from '../../timeline/timeline.ts';
import { readLookAhead, readOwnTime } from '../../transmux/smooth-boxes.ts';
import type { Live } from '../live/live.ts';
import type { LiveStream } from '../live/live-stream.ts';
import { nowInSeconds } from '../live/now.ts';
import type { CueSource } from './cue-source.ts';
import { EmbeddedCues } from './embedded-cues.ts';
import type { TextResponse } from './fetch-text.ts';
import { mentionsForced } from './forced-text.ts';
import { addFragment } from './read-cues.ts';
import { TextLoader } from './text-loader.ts';
import type { TextPorts } from './text-ports.ts';

/** Seconds of a live title's text that are kept behind the playhead. */
const KEPT_BEHIND = 120;
/** A request for text further ahead of the playhead, in seconds, is cancelled for what is needed now. */
const NEAR_AHEAD = 30;
/** Where nothing announces what follows, the list is refreshed while it still extends this many chunks ahead of the playhead. */
const REFRESH_AHEAD = 1.5;
/** It is refreshed once a chunk, and after a silence less often: at intervals of a tenth of it, up to the maximum, in seconds. */
const LEAST_REFRESH = 1;
const SHARE_OF_SILENCE = 0.1;
const MOST_REFRESH = 30;
/** Number of chunks that are requested with captions off to find out whether the stream has forced cues. */
const MOST_PROBES = 3;
const NO_END = seconds(Number.POSITIVE_INFINITY);

/** The cues of one text stream around the playhead. */
class CueStream implements CueSource {
  readonly #timeline: CueTimeline;
  readonly #stream: Stream;
  readonly #ports: TextPorts;
  readonly #onChange: () => void;
  readonly #chunks: Timeline;
  readonly #loader: TextLoader;
  readonly #embedded: EmbeddedCues;
  #isUnreadable = false;
  #isForcedOnly = false;
  #mayForce: boolean | undefined;
  /** Chunks requested to find out whether there are forced cues. */
  #probes = 0;
  /** The end of a live stream's list, and when the stream had something new, in seconds. */
  #listed = { end: Number.NaN, at: 0 };

  constructor(
    stream: Stream,
    prior: 'relative' | 'absolute',
    ports: TextPorts,
    onChange: () => void,
    signal: AbortSignal,
  ) {
    this.#stream = stream;
    this.#ports = ports;
    this.#onChange = onChange;
    this.#chunks = timelineOf(stream, ports.title.presentation);
    this.#timeline = new CueTimeline({ prior, isLive: ports.live !== undefined });
    const demand = {
      next: (isSettled: (chunk: Chunk) => boolean) => this.#next(isSettled),
      isWanted: (chunk: Chunk) => this.#isNear(chunk),
      take: (response: TextResponse, until: AbortSignal) => this.#take(response, until),
    };
    const warn: TextPorts['warn'] = (error) => this.#isProbing || ports.warn(error);
    this.#embedded = new EmbeddedCues(stream, this.#timeline, ports, signal);
    this.#loader = new TextLoader(stream, { ...ports, warn }, demand, signal);
  }

  get revision(): number {
    return this.#timeline.revision;
  }

  between(from: Seconds, to: Seconds): readonly Cue[] {
    return this.#timeline.between(from, to);
  }

  at(time: Seconds): readonly Cue[] {
    return this.#timeline.at(time);
  }

  get mayForce(): boolean | undefined {
    return this.#mayForce;
  }

  want(what: 'all' | 'forced'): void {
    this.#isForcedOnly = what === 'forced';
  }

  look(): void {
    if (this.#isUnreadable) return;
    if (this.#embedded.isEmbedded) void this.#readEmbedded().catch(() => {});
    else this.#loader.look();
    if (this.#ports.live) this.#followLive();
  }

  stop(): void {
    this.#loader.stop();
  }

  /** With captions off: whether it is still unknown whether the stream is worth its requests. */
  get #isProbing(): boolean {
    return this.#isForcedOnly && this.#mayForce !== true;
  }

  #next(isSettled: (chunk: Chunk) => boolean): Chunk | undefined {
    if (!this.#isProbing) return this.#nextWanted(isSettled);
    if (this.#mayForce === false || this.#probes === MOST_PROBES) return undefined;
    const chunk = this.#nextWanted(isSettled);
    if (chunk) this.#probes += 1;
    return chunk;
  }

  #nextWanted(isSettled: (chunk: Chunk) => boolean): Chunk | undefined {
    const { live, playhead, bufferEnd } = this.#ports;
    const { chunks } = this.#stream;
    const growing = live?.streamOf(this.#stream);
    const newest = growing ? (growing.newestAt(nowInSeconds())?.index ?? -1) : chunks.length;
    const position = playhead();
    // The chunk before a long silence has been dropped.
    const isGone = (chunk: Chunk) => live !== undefined && this.#chunks.endOf(chunk) < position - KEPT_BEHIND;
    return nextTextChunk(
      { ...this.#chunks, chunks },
      {
        position,
        bufferEnd: bufferEnd(),
        isSettled: (chunk) => isSettled(chunk) || chunk.index > newest || isGone(chunk),
      },
    );
  }

  #isNear(chunk: Chunk): boolean {
    const [start, end] = [this.#chunks.startOf(chunk), this.#chunks.endOf(chunk)];
    const position = this.#ports.playhead();
    return end > position - (end - start) && start < position + NEAR_AHEAD;
  }

  async #take(response: TextResponse, signal: AbortSignal): Promise<void> {
    const { title } = this.#ports;
    const fragment = await addFragment(this.#timeline, response, title.presentation, signal);
    this.#count(fragment.repairs);
    this.#mayForce ??= mentionsForced(response.bytes);
    if (fragment.problem === 'encrypted') {
      this.#isUnreadable = true;
      this.#loader.warn('its fragments are encrypted, and browsers do not return decrypted text');
    }
    const growing = this.#ports.live?.streamOf(this.#stream);
    const { spans = [], own } = announcedIn(fragment) ?? {};
    growing?.announce(response.chunk.index, spans, nowInSeconds(), own);
    this.#onChange();
  }

  async #readEmbedded(): Promise<void> {
    if (!(await this.#embedded.read())) return;
    this.#mayForce = this.#embedded.mayForce;
    this.#listed = { ...this.#listed, at: nowInSeconds() };
    this.#onChange();
  }

  #count(repairs: readonly TextRepair[]): void {
    for (const { kind, count } of repairs) this.#ports.repaired(`text-${kind}`, count);
  }

  /** Updates the list of chunks for the playhead, and drops those far behind it. */
  #followLive(): void {
    const { live, playhead } = this.#ports;
    const growing = live?.streamOf(this.#stream);
    if (!live || !growing) return;
    const position = playhead();
    // Text that nobody reads is no reason to request the manifest.
    if (!this.#isProbing) this.#refreshList(live, growing, position);
    if (this.#embedded.isEmbedded) return;
    const from = seconds(position - KEPT_BEHIND);
    this.#timeline.keep(from, NO_END);
    this.#loader.forget((chunk) => this.#chunks.endOf(chunk) < from);
  }

  /** Before the playhead reaches the end of the list, so that captions are there in time. */
  #refreshList(live: Live, { end, chunkSeconds, nextListAt }: LiveStream, position: Seconds): void {
    const now = nowInSeconds();
    if (end !== this.#listed.end) this.#listed = { end, at: now };
    const isNear = end <= position + REFRESH_AHEAD * chunkSeconds && now >= nextListAt;
    if (!isNear && end > position) return;
    const pause = Math.min(MOST_REFRESH, SHARE_OF_SILENCE * (now - this.#listed.at));
    live.refreshList(Math.max(LEAST_REFRESH, chunkSeconds, pause));
  }
}

/** The fragments that a live fragment announces. If the box is broken, the next manifest lists them. */
function announcedIn({ extensions }: TextFragment) {
  try {
    if (!extensions) return undefined;
    const { view, boxes } = extensions;
    return { spans: readLookAhead(view, boxes), own: readOwnTime(view, boxes) };
  } catch {
    return undefined;
  }
}

/** The cues of a subtitle stream as a source; `onChange` is called when they change. */
export function openCueStream(
  stream: Stream,
  ports: TextPorts,
  onChange: () => void,
  signal: AbortSignal,
): CueSource {
  const role = roleOf(stream);
  const prior = role?.kind === 'cues' ? role.prior : 'relative';
  return new CueStream(stream, prior, ports, onChange, signal);
}
