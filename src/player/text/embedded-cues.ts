import type { EmbeddedText, Stream } from '../../manifest/presentation.ts';
import { TEXT_LIMITS } from '../../text/cue.ts';
import type { TextRepair } from '../../text/repair.ts';
import type { CueTimeline } from '../../text/times/cue-timeline.ts';
import { mentionsForced } from './forced-text.ts';
import { listedPayloads, replaceEmbedded } from './read-cues.ts';
import type { TextPorts } from './text-ports.ts';

/** Payloads that have left the list of a live title are kept for this many seconds: they may be on screen. */
const KEPT_UNLISTED = 120;

/** Captions in the manifest itself. Those of a live title are read again when a newer manifest lists others. */
export class EmbeddedCues {
  readonly #stream: Stream;
  readonly #timeline: CueTimeline;
  readonly #ports: TextPorts;
  readonly #signal: AbortSignal;
  #listed: Stream['embedded'];
  #payloads: readonly EmbeddedText[] = [];
  #isReading = false;
  readonly #repairs = new Map<TextRepair['kind'], number>();

  constructor(stream: Stream, timeline: CueTimeline, ports: TextPorts, signal: AbortSignal) {
    this.#stream = stream;
    this.#timeline = timeline;
    this.#ports = ports;
    this.#signal = signal;
  }

  /** Whether the stream's text is in the manifest: then there is nothing to request. */
  get isEmbedded(): boolean {
    return this.#listed !== undefined || listedPayloads(this.#stream, this.#ports.live) !== undefined;
  }

  /** Whether there may be forced cues among those that were read last. */
  get mayForce(): boolean {
    return this.#payloads.some(({ data }) => mentionsForced(data));
  }

  /** Reads what is listed now, unless that was done before; returns whether it was different. */
  async read(): Promise<boolean> {
    const listed = listedPayloads(this.#stream, this.#ports.live);
    if (!listed || this.#isReading || listed === this.#listed) return false;
    this.#listed = listed;
    const payloads = this.#withUnlisted(listed);
    if (isSameList(payloads, this.#payloads)) return false;
    this.#payloads = payloads;
    this.#isReading = true;
    try {
      // All of them: what one means depends on those before and after it.
      const stream = { timescale: this.#stream.timescale, embedded: payloads };
      const { presentation } = this.#ports.title;
      this.#count(await replaceEmbedded(this.#timeline, stream, presentation, this.#signal));
      return true;
    } finally {
      this.#isReading = false;
    }
  }

  #withUnlisted(listed: readonly EmbeddedText[]): readonly EmbeddedText[] {
    const [first] = listed;
    if (!first) return this.#payloads;
    const from = first.start - BigInt(KEPT_UNLISTED) * this.#stream.timescale;
    const unlisted = this.#payloads.filter(({ start }) => start >= from && start < first.start);
    return [...unlisted, ...listed].slice(-TEXT_LIMITS.cues);
  }

  /** Counts what was not there when the list was read before. */
  #count(repairs: readonly TextRepair[]): void {
    for (const { kind, count } of repairs) {
      const known = this.#repairs.get(kind) ?? 0;
      if (count > known) this.#ports.repaired(`text-${kind}`, count - known);
      this.#repairs.set(kind, count);
    }
  }
}

const isSameList = (a: readonly EmbeddedText[], b: readonly EmbeddedText[]): boolean =>
  a.length === b.length && a.every((one, at) => isSamePayload(one, b[at]));

const isSamePayload = (a: EmbeddedText, b: EmbeddedText | undefined): boolean =>
  a === b ||
  (a.start === b?.start &&
    a.duration === b.duration &&
    a.data.length === b.data.length &&
    a.data.every((byte, at) => byte === b.data[at]));
