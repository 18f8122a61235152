import type { SmoothPlayer } from '../player/player.ts';
import { handler } from './video-contract.ts';

/** A video quality, as in the package `media-tracks`. */
export interface VideoRendition {
  readonly id: string;
  /** Coded pixels; 0 if the manifest doesn't specify them. */
  readonly width: number;
  readonly height: number;
  /** Bits per second. */
  readonly bitrate: number;
  /** RFC 6381, such as `avc1.64001F`. */
  readonly codec: string;
  /** Whether the viewer or the page chose it. Unselecting it returns to automatic quality. */
  selected: boolean;
}

interface MediaTrack {
  readonly id: string;
  readonly kind: 'main' | 'alternative';
  readonly label: string;
  /** As in the manifest; empty if unknown. */
  readonly language: string;
}

/** As in HTML. One track is enabled at a time; enabling another one disables it. */
export interface MediaAudioTrack extends MediaTrack {
  enabled: boolean;
}

/** A camera angle, as in HTML. */
export interface MediaVideoTrack extends MediaTrack {
  selected: boolean;
}

/** What a list shows of a player, and how it changes it. */
interface View {
  readonly noun: 'rendition' | 'track';
  readonly flag: 'selected' | 'enabled';
  /** Of each entry. */
  data(player: SmoothPlayer): readonly { readonly id: string }[];
  chosen(player: SmoothPlayer): string | undefined;
  /** `undefined`: no entry is to be the chosen one. */
  choose(player: SmoothPlayer, id: string | undefined): void;
}

const RENDITIONS: View = {
  noun: 'rendition',
  flag: 'selected',
  data: ({ qualities }) =>
    qualities.map(({ index, width, height, bitrate, codec }) => ({
      id: String(index),
      width,
      height,
      bitrate,
      codec,
    })),
  chosen: ({ quality }) => (quality === 'auto' ? undefined : String(quality.index)),
  choose: (player, id) => {
    player.quality = player.qualities.find(({ index }) => String(index) === id) ?? 'auto';
  },
};

const trackView = (type: 'audio' | 'video'): View => ({
  noun: 'track',
  flag: type === 'audio' ? 'enabled' : 'selected',
  data: (player) =>
    player[`${type}Tracks`].map((track, index) => ({
      id: track.id,
      kind: index === 0 ? 'main' : 'alternative',
      label: track.label,
      language: 'language' in track ? (track.language ?? '') : '',
    })),
  chosen: (player) => player[`${type}Track`]?.id,
  choose: (player, id) => {
    const track = player[`${type}Tracks`].find((one) => one.id === id);
    if (track) player.setTrack(track);
  },
});

/**
 * A list of renditions or tracks, as in HTML and in the package `media-tracks`: indexable, iterable, with events. It shows
 * the player's state and has none of its own.
 *
 * Fires `addrendition` and `removerendition`, with `event.rendition`, or `addtrack` and `removetrack`, with
 * `event.track`; and `change` when another entry is chosen.
 */
export class ChoiceList<Item extends { readonly id: string }> extends EventTarget {
  readonly [index: number]: Item;
  declare onchange: ((event: Event) => void) | null;
  readonly #view: View;
  readonly #player: () => SmoothPlayer | undefined;
  #items: readonly Item[] = [];
  #chosen: string | undefined;

  /** @internal */
  constructor(view: View, player: () => SmoothPlayer | undefined) {
    super();
    this.#view = view;
    this.#player = player;
    this.update();
  }

  get length(): number {
    return this.#items.length;
  }

  [Symbol.iterator](): IterableIterator<Item> {
    return this.#items.values();
  }

  /** −1 if none is chosen: for renditions, that means automatic quality. */
  get selectedIndex(): number {
    return this.#items.findIndex(({ id }) => id === this.#chosen);
  }
  set selectedIndex(index: number) {
    this.#choose(this.#items[index]?.id);
  }

  getTrackById(id: string): Item | null {
    return this.#items.find((item) => item.id === id) ?? null;
  }
  getRenditionById(id: string): Item | null {
    return this.getTrackById(id);
  }

  /** @internal Fires events about what is different since the last call. */
  update(): void {
    const player = this.#player();
    const before = this.#items;
    const data = player ? this.#view.data(player) : [];
    const now = data.map(
      (one) => before.find((item) => JSON.stringify(item) === JSON.stringify(one)) ?? this.#item(one),
    );
    const chosen = player && this.#view.chosen(player);
    const isOther = chosen !== this.#chosen;
    this.#items = now;
    this.#chosen = chosen;
    for (const index of before.keys()) Reflect.deleteProperty(this, index);
    Object.assign(this, now);
    for (const item of before) if (!now.includes(item)) this.#fire('remove', item);
    for (const item of now) if (!before.includes(item)) this.#fire('add', item);
    if (isOther) this.dispatchEvent(new Event('change'));
  }

  /** The flag isn't enumerable, so that a copy has only the data. */
  #item(data: { readonly id: string }): Item {
    return Object.defineProperty({ ...data }, this.#view.flag, {
      get: () => this.#chosen === data.id,
      set: (isChosen: boolean) => {
        if (isChosen !== (this.#chosen === data.id)) this.#choose(isChosen ? data.id : undefined);
      },
    }) as unknown as Item;
  }

  #choose(id: string | undefined): void {
    const player = this.#player();
    if (player) this.#view.choose(player, id);
  }

  #fire(verb: 'add' | 'remove', item: Item): void {
    const { noun } = this.#view;
    this.dispatchEvent(Object.assign(new Event(verb + noun), { [noun]: item }));
  }
}

for (const type of ['change', 'addtrack', 'removetrack', 'addrendition', 'removerendition'])
  Object.defineProperty(ChoiceList.prototype, `on${type}`, handler(type, true));

/** The lists of an element. */
export class MediaLists {
  readonly videoRenditions: ChoiceList<VideoRendition>;
  readonly videoTracks: ChoiceList<MediaVideoTrack>;
  readonly audioTracks: ChoiceList<MediaAudioTrack>;

  constructor(host: EventTarget, player: () => SmoothPlayer | undefined) {
    this.videoRenditions = new ChoiceList(RENDITIONS, player);
    this.videoTracks = new ChoiceList(trackView('video'), player);
    this.audioTracks = new ChoiceList(trackView('audio'), player);
    const lists = [this.videoTracks, this.audioTracks, this.videoRenditions];
    for (const type of ['loaded', 'trackschange', 'trackchange', 'emptied', 'error'])
      host.addEventListener(type, () => {
        for (const list of lists) list.update();
      });
  }
}
