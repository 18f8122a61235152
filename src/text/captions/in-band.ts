import { normalise, type Ranges, subtract } from '../../base/ranges.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import type { Cue } from '../cue.ts';
import type { CaptionPicture } from './caption-pictures.ts';
import { Field608 } from './cea608/field.ts';
import { PacketReader } from './cea708/packets.ts';
import { Service708 } from './cea708/service.ts';
import type { ScreenChange } from './screen.ts';
import { ScreenCues } from './screen-cues.ts';

/** After such a gap, in seconds, pictures are not consecutive: something is missing, or there was a seek. */
const MOST_APART = 1;
/** How much the times of one picture differ between levels, in seconds. */
const TOLERANCE = 0.001;
/** Number of cues that are compared to find out whether two channels are equal. */
const COMPARED = 8;

/**
 * Captions in the video: from the result of `readCaptionPictures`, it provides the cues of each channel at any time.
 * Pictures are not read twice; after a gap decoding starts over.
 */
export class InBandCaptions {
  readonly #fields = [new Field608(1), new Field608(2)] as const;
  readonly #packets = new PacketReader();
  readonly #services = new Map<number, { readonly service: Service708; shownRevision: number }>();
  readonly #cues = new Map<string, ScreenCues>();
  #covered: Ranges = [];
  #last: Seconds | undefined;
  #lastEnd: Seconds | undefined;

  /**
   * Channels with data: `CC1` to `CC4`, `708-1` to `708-63`. A service that only repeats a CEA-608 channel is not
   * included.
   */
  get channels(): readonly string[] {
    const found = [...this.#fields.flatMap(({ found }) => [...found]), ...this.#cues.keys()];
    const all = [...new Set(found)].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    return all.filter(
      (channel) => !channel.startsWith('708-') || !all.some((other) => this.#repeats(channel, other)),
    );
  }

  /** Ascending by start; what is on screen at the last picture ends at infinity. */
  cuesOf(channel: string): readonly Cue[] {
    return this.#cues.get(channel)?.cues ?? [];
  }

  /** Increases with every change of a channel's cues. */
  revisionOf(channel: string): number {
    return this.#cues.get(channel)?.revision ?? 0;
  }

  /** Takes the pictures of one fragment, in display order. */
  add(pictures: readonly CaptionPicture[]): void {
    for (const picture of pictures) {
      const last = this.#last;
      if (this.#isRead(picture.time)) {
        // After a seek back, reading has reached known pictures.
        if (last !== undefined && picture.time > last + TOLERANCE) this.reset();
        continue;
      }
      // A picture of a slow stream lasts longer than that.
      const isNear = picture.time - (this.#lastEnd ?? picture.time) < MOST_APART;
      const follows = last !== undefined && picture.time > last && isNear;
      if (!follows) this.reset();
      this.#read(picture);
      this.#cover(follows ? last : picture.time, picture.time);
      this.#last = picture.time;
      this.#lastEnd = seconds(picture.time + picture.duration);
    }
    // Those pictures may still be buffered, so that none of them is appended again to end what is on screen.
    if (this.#last !== undefined && this.#lastEnd !== undefined && this.#isRead(this.#lastEnd)) this.reset();
  }

  /** After a seek, at a discontinuity, or when the codec changes: what is on screen is no longer known. */
  reset(): void {
    for (const field of this.#fields) field.reset();
    for (const { service } of this.#services.values()) service.reset();
    this.#packets.reset();
    const end = this.#lastEnd;
    if (end !== undefined) for (const cues of this.#cues.values()) cues.end(end);
    for (const entry of this.#services.values()) entry.shownRevision = entry.service.revision;
    this.#last = undefined;
  }

  /** Drops cues outside of `[from, to)`; pictures there are read again if they are appended again. */
  keep(from: Seconds, to: Seconds): void {
    for (const cues of this.#cues.values()) cues.keep(from, to);
    const outside = [
      { start: seconds(Number.NEGATIVE_INFINITY), end: from },
      { start: to, end: seconds(Number.POSITIVE_INFINITY) },
    ];
    this.#covered = subtract(this.#covered, outside);
  }

  #isRead(time: Seconds): boolean {
    return this.#covered.some(({ start, end }) => start - TOLERANCE <= time && time < end);
  }

  #read({ time, triplets }: CaptionPicture): void {
    for (const triplet of triplets) {
      if (triplet.type === 0) this.#fields[0].push(time, triplet.first, triplet.second);
      else if (triplet.type === 1) this.#fields[1].push(time, triplet.first, triplet.second);
      else this.#readPacket(time, triplet);
    }
    for (const field of this.#fields) for (const change of field.changes(time)) this.#show(change);
    for (const [number, entry] of this.#services) {
      entry.service.advance(time);
      if (entry.shownRevision === entry.service.revision) continue;
      entry.shownRevision = entry.service.revision;
      this.#show({ channel: `708-${number}`, time, blocks: entry.service.blocks() });
    }
  }

  #readPacket(time: Seconds, triplet: Parameters<PacketReader['push']>[0]): void {
    const packet = this.#packets.push(triplet);
    if (packet?.isBroken) for (const { service } of this.#services.values()) service.dropRest();
    for (const { service: number, codes } of packet?.blocks ?? []) {
      let entry = this.#services.get(number);
      if (!entry) {
        entry = { service: new Service708(), shownRevision: 0 };
        this.#services.set(number, entry);
      }
      entry.service.push(time, codes);
    }
  }

  #show(change: ScreenChange): void {
    let cues = this.#cues.get(change.channel);
    if (!cues) {
      if (change.blocks.length === 0) return;
      cues = new ScreenCues(change.channel);
      this.#cues.set(change.channel, cues);
    }
    cues.change(change);
  }

  #cover(from: Seconds, to: Seconds): void {
    const end = seconds(to + TOLERANCE);
    const last = this.#covered.at(-1);
    // Usually it continues where it was.
    if (last && from >= last.start && from <= last.end && end > last.end) {
      this.#covered = [...this.#covered.slice(0, -1), { start: last.start, end }];
    } else {
      this.#covered = normalise([...this.#covered, { start: from, end }]);
    }
  }

  /** Whether a service repeats a CEA-608 channel, as most do; at first only the channel is known. */
  #repeats(service: string, channel: string): boolean {
    if (channel.startsWith('708-')) return false;
    const own = this.cuesOf(service).slice(-COMPARED);
    const others = this.cuesOf(channel);
    if (own.length === 0) return true;
    const same = own.filter((cue) => {
      const near = others.filter(({ start, end }) => start < cue.end + 2 && end > cue.start - 2);
      return near.some(
        ({ text }) =>
          lettersOf(text) === lettersOf(cue.text) || lettersOf(text).includes(lettersOf(cue.text)),
      );
    });
    return same.length * 2 > own.length;
  }
}

/** Without the differences between the two: case, punctuation, and line breaks. */
const lettersOf = (text: string): string => text.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
