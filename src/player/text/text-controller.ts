import { SmoothError } from '../../base/errors.ts';
import { seconds } from '../../base/time.ts';
import type { Cue } from '../../text/cue.ts';
import type { EventTrackInfo } from '../../text/events/event-tracks.ts';
import type { ExportFormat } from '../../text/export/export-text.ts';
import { chooseTextTrack, roleOf, type TextTrackInfo } from '../../text/text-streams.ts';
import { CueChangeEvent, TrackChangeEvent, TracksChangeEvent } from '../events.ts';
import type { Live } from '../live/live.ts';
import type { SessionContext } from '../session-context.ts';
import { type CueSource, inBandSource, timelineSource } from './cue-source.ts';
import { onlyForced, type ShownText, shownText } from './forced-text.ts';
import { InBandReader, type PictureSegment } from './in-band-reader.ts';
import { NativeView } from './native-view.ts';
import type { TextSource } from './side-loaded.ts';
import type { Move } from './text-clock.ts';
import type { TextChoice, TextMemory } from './text-memory.ts';
import { type TextPorts, textPortsOf } from './text-ports.ts';
import { TextStage } from './text-stage.ts';
import { TextTracks } from './text-tracks.ts';
import type { TitleEvents } from './title-events.ts';

/** Among the preferred languages: any. */
const ANY = '*';
/** Captions can't be read at a higher trick play rate. */
const FASTEST_READ = 2;
/** Interval of checks for what to request during playback, in milliseconds. */
const LOOK_EVERY_MS = 250;

/** Seconds that are kept behind the playhead of a live title, and after how many more they are dropped. */
const KEPT_BEHIND = 120;
const DROP_STEP = 10;
const NO_BEGINNING = seconds(Number.NEGATIVE_INFINITY);
const NO_END = seconds(Number.POSITIVE_INFINITY);

/**
 * The text of one title: its tracks, the cues of the selected one, and its events. Owned by a session; moves from one
 * media element to the next with it.
 */
export class TextController {
  readonly #ports: TextPorts;
  readonly #signal: AbortSignal;
  readonly #tracks: TextTracks;
  readonly #inBand = new InBandReader(() => this.#captionsChanged());
  /** By track. Those that were selected once stay, so that switching back needs no request. */
  readonly #sources = new Map<string, CueSource>();
  #events: TitleEvents | undefined;
  /** The selected track; `undefined`: none. */
  #chosen: string | undefined;
  /** The selected track that the page knows of. */
  #reportedTrack: string | undefined;
  #choice: TextChoice | undefined;
  #shown: ShownText = { track: undefined, isForcedOnly: false };
  #active: readonly Cue[] = [];
  #stage: TextStage | undefined;
  #view: NativeView | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** How far a live title's text was dropped, in seconds. */
  #droppedTo = 0;
  #sideLoaded = 0;

  constructor(ports: TextPorts, signal: AbortSignal) {
    this.#ports = ports;
    this.#signal = signal;
    this.#tracks = new TextTracks(ports.title.presentation.streams);
    this.#choice = ports.earlier?.choice;
    this.#chosen = this.#wanted;
    this.#reportedTrack = this.chosen?.id;
    this.#show();
  }

  /** Loads the code for events, if the title has any. */
  async openEvents(): Promise<void> {
    const { streams } = this.#ports.title.presentation;
    if (!streams.some((stream) => roleOf(stream)?.kind === 'events')) return;
    const { TitleEvents } = await import('./title-events.ts');
    this.#events = new TitleEvents(this.#ports, () => this.#eventsChanged(), this.#signal);
    this.#events.look();
  }

  get tracks(): readonly TextTrackInfo[] {
    return this.#tracks.all;
  }

  get eventTracks(): readonly EventTrackInfo[] {
    return this.#events?.tracks ?? [];
  }

  /** The selected track; forced text, which is shown without being selected, doesn't count. */
  get chosen(): TextTrackInfo | undefined {
    return this.#tracks.find(this.#chosen);
  }

  /** The state for another load of the title. */
  get memory(): TextMemory {
    return { choice: this.#choice, schedule: this.#events?.schedule ?? this.#ports.earlier?.schedule };
  }

  /** On screen now. */
  get activeCues(): readonly Cue[] {
    return this.#active;
  }

  /** Whether a page's overlay is to render the cues; otherwise the browser does. */
  get isForOverlay(): boolean {
    return this.#ports.settings().text.render === 'overlay' && !this.#stage?.isDrawnBySystem;
  }

  choose(id: string | undefined): void {
    if (id !== undefined && !this.#tracks.find(id)) return;
    this.#choice = { id };
    this.reconsider();
  }

  /** The tracks, the options or the audio's language changed. */
  reconsider(): void {
    this.#chosen = this.#wanted;
    this.#show();
    const id = this.chosen?.id;
    if (id === this.#reportedTrack) return;
    this.#reportedTrack = id;
    this.#ports.emit(new TrackChangeEvent('text'));
  }

  attach(media: HTMLMediaElement): void {
    this.#inBand.reset();
    if (this.#stage?.media === media) return;
    this.detach();
    const stage = new TextStage(
      media,
      {
        onMove: (move) => this.#moved(move),
        changesWithin: (span) => this.#changesWithin(span),
        onChosen: (id) => this.choose(id),
        onSettled: () => {
          this.#listNative();
          this.#refresh();
        },
        onDrawingChange: () => this.#show(),
      },
      this.#signal,
    );
    this.#stage = stage;
    this.#view = new NativeView(stage.native);
    this.#listNative();
    this.#show();
  }

  /** The position changed although the element is paused. */
  moved(): void {
    this.#moved('advanced');
  }

  detach(): void {
    this.#stage?.close();
    this.#stage = undefined;
    this.#view = undefined;
  }

  /** Whether video fragments may have captions to read. */
  get wantsPictures(): boolean {
    return this.#inBand.isInterested;
  }

  onPicture(segment: PictureSegment): void {
    this.#inBand.add(segment);
  }

  /** An audio or video fragment was received. */
  onResponse(headers: Headers): void {
    this.#events?.onResponse(headers);
  }

  /** Rejects with network errors, `option-invalid`, `source-invalid` and `text-unavailable`. */
  async add(source: TextSource): Promise<TextTrackInfo> {
    const { loadText } = await import('./side-loaded.ts');
    this.#sideLoaded += 1;
    const loaded = await loadText(source, `side-loaded ${this.#sideLoaded}`, this.#ports, this.#signal);
    this.#signal.throwIfAborted();
    if (loaded.kind === 'streams') {
      const [first] = this.#tracks.addStreams(loaded.streams);
      if (!first)
        throw new SmoothError('text-unavailable', {
          stream: source.url ?? 'text',
          problem: 'it has no text streams',
        });
      this.#tracksChanged();
      return first;
    }
    this.#sources.set(loaded.track.id, timelineSource(loaded.timeline));
    const track = this.#tracks.addSideLoaded(loaded.track);
    this.#tracksChanged();
    return track;
  }

  /** A complete track, as a file. Rejects with network errors and `option-invalid`. */
  async export(id: string | undefined, format: ExportFormat): Promise<string> {
    const { exportText } = await import('../../text/export/export-text.ts');
    const events = this.eventTracks.find(({ name }) => name === id);
    if (events) return exportText({ kind: 'events', cues: events.cues }, format);
    const cues = await this.allCues(id);
    return exportText({ kind: 'cues', cues, language: this.#tracks.find(id)?.language }, format);
  }

  /** All cues of a track, fetching what is missing. Rejects with network errors and `option-invalid`. */
  async allCues(id: string | undefined): Promise<readonly Cue[]> {
    const track = this.#tracks.find(id);
    if (!track)
      throw new SmoothError('option-invalid', { option: 'track', problem: 'is not a track of the title' });
    const { stream, source } = track;
    if (source === 'in-band') return this.#inBand.cuesOf(track.id);
    if (!stream) return this.#sources.get(track.id)?.between(NO_BEGINNING, NO_END) ?? [];
    const { loadAllCues } = await import('./load-all-cues.ts');
    return loadAllCues(stream, this.#ports, this.#signal);
  }

  /** The track that the viewer selected or, without a selection, the options do. */
  get #wanted(): string | undefined {
    return this.#choice ? this.#choice.id : this.#preferred();
  }

  /** The track according to the options. */
  #preferred(): string | undefined {
    const { prefer = [] } = this.#ports.settings().text;
    const languages = typeof prefer === 'string' ? [prefer] : prefer;
    const readable = this.#tracks.all.filter(({ isForced }) => !isForced);
    const any = languages.includes(ANY) ? readable[0] : undefined;
    return (chooseTextTrack(readable, { languages }) ?? any)?.id;
  }

  /** Shows the selected track or, without a selection, forced text in the audio's language. */
  #show(): void {
    const before = this.#shown;
    this.#shown = shownText(this.chosen, this.#tracks.all, this.#ports.audioLanguage());
    const { track, isForcedOnly } = this.#shown;
    if (track?.id !== before.track?.id || isForcedOnly !== before.isForcedOnly) {
      if (before.track) this.#sources.get(before.track.id)?.stop();
      if (track) void this.#open(track).catch(() => {});
    }
    this.#showNative();
    this.#refresh();
  }

  /** A track that is on only for its forced cues is not listed as selected, unless the browser has to render it. */
  #showNative(): void {
    const { track, isForcedOnly } = this.#shown;
    const isOn = !isForcedOnly || (!this.isForOverlay && this.#source?.mayForce === true);
    this.#stage?.native.show(isOn ? track?.id : undefined, this.isForOverlay ? 'hidden' : 'showing');
  }

  get #source(): CueSource | undefined {
    const { track } = this.#shown;
    return track && this.#sources.get(track.id);
  }

  async #open(track: TextTrackInfo): Promise<void> {
    const known = this.#sources.get(track.id);
    if (!known && track.source === 'in-band')
      this.#sources.set(track.id, inBandSource(this.#inBand, track.id));
    if (!known && track.stream) {
      const { openCueStream } = await import('./cue-stream.ts');
      if (this.#sources.has(track.id)) return;
      this.#sources.set(
        track.id,
        openCueStream(track.stream, this.#ports, () => this.#cuesChanged(), this.#signal),
      );
    }
    this.#lookForCues();
    this.#cuesChanged();
  }

  #cuesChanged(): void {
    if (this.#shown.isForcedOnly) this.#showNative();
    this.#refresh();
  }

  #moved(move: Move): void {
    const position = this.#ports.playhead();
    // Without media there is no position.
    const hasMedia = (this.#stage?.media.readyState ?? 0) > 0;
    const events = hasMedia ? this.#events : undefined;
    // During trick play by seeking, the element's own position is meaningless.
    if (move === 'sought' && position === this.#stage?.media.currentTime)
      events?.landed(position, this.#rate);
    else events?.advanced(position, this.#rate);
    const now = performance.now();
    if (move === 'sought' || now - this.#lookedAt > LOOK_EVERY_MS) {
      this.#lookedAt = now;
      this.#look();
    }
    this.#refresh();
  }

  #changesWithin(span: number): boolean {
    const from = this.#ports.playhead();
    const to = seconds(from + span);
    const cues = this.#source?.between(from, to) ?? [];
    return (
      cues.some(({ start, end }) => start > from || end <= to) || this.#events?.startWithin(from, to) === true
    );
  }

  get #rate(): number {
    const trickRate = this.#ports.trickRate();
    return trickRate === 1 ? (this.#stage?.media.playbackRate ?? 1) : trickRate;
  }

  #look(): void {
    this.#lookForCues();
    this.#events?.look();
    if (this.#ports.live) this.#dropOld(this.#ports.live);
  }

  #lookForCues(): void {
    const { isForcedOnly } = this.#shown;
    // Text that wasn't selected waits until there is a picture, and until the end of trick play.
    const canPlay = (this.#stage?.media.readyState ?? 0) >= HTMLMediaElement.HAVE_FUTURE_DATA;
    if (isForcedOnly && (!canPlay || this.#ports.trickRate() !== 1)) return;
    this.#source?.want(isForcedOnly ? 'forced' : 'all');
    this.#source?.look();
  }

  /** A live title is endless; what has left its window, or is far behind, is dropped. */
  #dropOld(live: Live): void {
    const from = seconds(this.#ports.playhead() - KEPT_BEHIND);
    if (Math.abs(from - this.#droppedTo) < DROP_STEP) return;
    this.#droppedTo = from;
    this.#inBand.keep(from, NO_END);
    this.#events?.dropBefore(seconds(Math.min(from, live.info.window.start)));
  }

  /** Updates what is on screen: the list of active cues, and the native track. */
  #refresh(): void {
    const { track, isForcedOnly } = this.#shown;
    const all = this.#source;
    const source = all && isForcedOnly ? onlyForced(all) : all;
    const position = this.#ports.playhead();
    const isTooFast = Math.abs(this.#ports.trickRate()) > FASTEST_READ;
    const active = isTooFast ? [] : (source?.at(position) ?? []);
    // A disabled native track takes no cues.
    const isNative = !isForcedOnly || !this.isForOverlay;
    if (track && source && isNative) this.#view?.fill(track.id, source, position);
    if (isSame(active, this.#active)) return;
    this.#active = active;
    this.#ports.emit(new CueChangeEvent(active));
  }

  #captionsChanged(): void {
    if (this.#tracks.setChannels(this.#inBand.channels, this.#ports.audioLanguage())) this.#tracksChanged();
    this.#refresh();
  }

  #tracksChanged(): void {
    this.#listNative();
    this.reconsider();
    this.#ports.emit(new TracksChangeEvent());
  }

  #eventsChanged(): void {
    this.#listNative();
    this.#ports.emit(new TracksChangeEvent());
  }

  #listNative(): void {
    this.#view?.list(this.tracks, this.eventTracks);
  }
}

const isSame = (a: readonly Cue[], b: readonly Cue[]): boolean =>
  a.length === b.length && a.every((cue, at) => cue === b[at]);

export const openTextController = (context: SessionContext, signal: AbortSignal): TextController =>
  new TextController(textPortsOf(context), signal);
