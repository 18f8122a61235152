import type { Stream } from '../../manifest/presentation.ts';
import { languageTag } from '../../text/language.ts';
import { labelledApart, type TextTrackInfo, textTracksOf } from '../../text/text-streams.ts';

/** The text tracks of a title: its streams, captions in the video, and added files. Ids are unique. */
export class TextTracks {
  #streams: readonly TextTrackInfo[];
  #inBand: readonly TextTrackInfo[] = [];
  #sideLoaded: readonly TextTrackInfo[] = [];
  #all: readonly TextTrackInfo[] = [];

  constructor(streams: readonly Stream[]) {
    this.#streams = textTracksOf(streams, localeOfPage());
    this.#list();
  }

  get all(): readonly TextTrackInfo[] {
    return this.#all;
  }

  find(id: string | undefined): TextTrackInfo | undefined {
    return this.#all.find((track) => track.id === id);
  }

  addSideLoaded(track: TextTrackInfo): TextTrackInfo {
    this.#sideLoaded = [...this.#sideLoaded, track];
    this.#list();
    return this.find(track.id) ?? track;
  }

  /** Adds the text streams of another manifest; returns those that are tracks. */
  addStreams(streams: readonly Stream[]): readonly TextTrackInfo[] {
    const added = textTracksOf(
      streams.map((stream) => ({ ...stream, name: this.#freeName(stream.name) })),
      localeOfPage(),
    );
    this.#streams = [...this.#streams, ...added];
    this.#list();
    return added.flatMap(({ id }) => this.find(id) ?? []);
  }

  /** Sets the channels found in the video; returns whether that changed anything. */
  setChannels(channels: readonly string[], audioLanguage: string | undefined): boolean {
    if (channels.join() === this.#inBand.map(({ id }) => id).join()) return false;
    this.#inBand = channels.map((channel) => ({
      id: channel,
      kind: 'captions',
      // Their language is unknown; the first channel's is usually the spoken one.
      language: /^(?:CC1|708-1)$/.test(channel) ? languageTag(audioLanguage) : undefined,
      label: channel,
      source: 'in-band',
      isForced: false,
    }));
    this.#list();
    return true;
  }

  #list(): void {
    this.#all = labelledApart([...this.#streams, ...this.#inBand, ...this.#sideLoaded]);
  }

  #freeName(name: string): string {
    const isTaken = (candidate: string) => this.#streams.some(({ id }) => id === candidate);
    let free = name;
    for (let count = 2; isTaken(free); count += 1) free = `${name} ${count}`;
    return free;
  }
}

/** The language for names of languages. */
const localeOfPage = (): string =>
  globalThis.document?.documentElement.lang || globalThis.navigator?.language || 'en';
