import { bytesFromBase64 } from '../base/bytes.ts';
import type { InSteps } from '../base/steps.ts';
import { ticks } from '../base/time.ts';
import type { XmlReader } from '../base/xml.ts';
import { textOf } from './attributes.ts';
import { type Counts, readText } from './counts.ts';
import { type ExactInteger, parseInteger, parseSafe } from './exact-integer.ts';
import { mend, type Place } from './notes.ts';
import type { EmbeddedText } from './presentation.ts';

/** In characters of text, base64 or not: 256 KiB of either. */
const MAX_PAYLOAD = 4 * Math.ceil((256 * 1024) / 3);
/** Limit for one stream: the newest payloads of a live one, otherwise the first. */
const MAX_PAYLOADS = 5000;
/** Limit for one stream. */
const MAX_BYTES = 4 * 1024 * 1024;

const TOO_MANY = `more than ${MAX_PAYLOADS}`;
const TOO_LARGE = `more than ${MAX_BYTES} bytes`;

const KINDS = new Map<string, EmbeddedText['kind']>([
  ['Sample', 'sample'],
  ['ScriptCommand', 'command'],
  ['Marker', 'marker'],
]);

const UTF8 = new TextEncoder();

/** Collects the payloads of a text stream from the manifest; each is decoded as it is read. */
export class EmbeddedPayloads {
  readonly #isLive: boolean;
  /** Those before `#first` were dropped. */
  readonly #payloads: EmbeddedText[] = [];
  #first = 0;
  #bytes = 0;
  readonly #faults = new Map<string, number>();

  constructor(isLive: boolean) {
    this.#isLive = isLive;
  }

  /** Reads the `f` element that the parser is at, in a chunk with this start and with `d` as written; returns whether it has text. */
  *readFragment(
    reader: XmlReader,
    counts: Counts,
    start: ExactInteger | undefined,
    d: string | undefined,
  ): InSteps<boolean> {
    const text = yield* readText(reader, counts, MAX_PAYLOAD);
    if (text.trim() === '') return false;
    this.#add('fragment', start, d, text);
    return true;
  }

  /** Reads the `Content` element that the parser is at. */
  *readContent(reader: XmlReader, counts: Counts): InSteps<void> {
    for (const name of reader.children()) {
      const attributes = reader.attributes();
      const text = yield* readText(reader, counts, MAX_PAYLOAD);
      const kind = KINDS.get(name);
      if (!kind) continue;
      const start = parseInteger(attributes.get('Time') ?? '');
      const content =
        (kind === 'command' ? attributes.get('Command') : attributes.get('Value')) ?? text.trim();
      this.#add(kind, start, attributes.get('Duration'), content, textOf(attributes, 'Type'));
    }
  }

  /** Ascending by start. Invalid payloads are reported, once for each reason. */
  finish(place: Place): readonly EmbeddedText[] {
    for (const [problem, count] of this.#faults) {
      mend({ ...place, path: `${place.path}/payload` }, `${count} of them: ${problem}`);
    }
    return this.#payloads.slice(this.#first).sort((a, b) => Number(a.start - b.start));
  }

  #add(
    kind: EmbeddedText['kind'],
    start: ExactInteger | undefined,
    d: string | undefined,
    text: string,
    type?: string,
  ): void {
    const isFull = this.#payloads.length - this.#first === MAX_PAYLOADS;
    if (start === undefined) this.#fault('their time is not a number');
    else if (text.length > MAX_PAYLOAD) this.#fault(`longer than ${MAX_PAYLOAD} characters`);
    else if (isFull && !this.#isLive) this.#fault(TOO_MANY);
    else {
      if (isFull) this.#giveUpFirst(TOO_MANY);
      const duration = ticks(parseSafe(d ?? '') ?? 0);
      const data = this.#decode(kind, text);
      this.#keep({ kind, start: ticks(start), duration, data, ...(type && { type }) });
    }
  }

  #keep(payload: EmbeddedText): void {
    const { length } = payload.data;
    while (this.#isLive && this.#bytes + length > MAX_BYTES) this.#giveUpFirst(TOO_LARGE);
    if (this.#bytes + length > MAX_BYTES) {
      this.#fault(TOO_LARGE);
    } else {
      this.#bytes += length;
      this.#payloads.push(payload);
    }
  }

  #giveUpFirst(problem: string): void {
    this.#bytes -= this.#payloads[this.#first]?.data.length ?? 0;
    this.#first++;
    this.#fault(problem);
    if (this.#first < MAX_PAYLOADS) return;
    this.#payloads.splice(0, this.#first);
    this.#first = 0;
  }

  #decode(kind: EmbeddedText['kind'], text: string): Uint8Array {
    const bytes = kind === 'fragment' ? bytesFromBase64(text) : undefined;
    if (kind === 'fragment' && !bytes) this.#fault('not base64; read as text');
    return bytes ?? UTF8.encode(text);
  }

  #fault(problem: string): void {
    this.#faults.set(problem, (this.#faults.get(problem) ?? 0) + 1);
  }
}
