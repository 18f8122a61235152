import { childController } from '../../base/async.ts';
import { decode } from '../../base/bytes.ts';
import { type Seconds, seconds, ticks } from '../../base/time.ts';
import { ManifestOutline } from '../../manifest/outline.ts';
import { parseManifest } from '../../manifest/parse.ts';
import type { Chunk, Presentation, QualityLevel } from '../../manifest/presentation.ts';
import { isPacked, mayBeOdd } from '../../manifest/recognise.ts';
import { isTypeSupported } from '../../mse/media-source.ts';
import type { BytesResponse } from '../../net/fetch-bytes.ts';
import type { Trust } from '../../net/trust.ts';
import { fragmentUrl } from '../../timeline/fragment-url.ts';
import { timelineOf } from '../../timeline/timeline.ts';
import { BufferTarget } from '../delivery/buffer-target.ts';
import { requestFragment } from '../fragment/fetch-fragment.ts';
import { type FragmentRequest, urlOf, wholeLimit } from '../fragment/fragment-request.ts';
import type { Settings, SmoothSource } from '../options.ts';
import type { BandwidthEstimator } from '../quality/bandwidth-estimator.ts';
import { LevelChooser } from '../quality/level-chooser.ts';
import type { StartTime } from '../resume-point.ts';
import { type PlayableStream, selectStreams } from '../select-streams.ts';
import { Selection } from '../selection.ts';
import type { Quality } from '../tracks.ts';
import { fragmentOf } from './fragment-of.ts';
import type { Title } from './title.ts';

/** What early requests need from the session. */
export interface EarlyPorts {
  readonly source: SmoothSource;
  readonly media: HTMLMediaElement | undefined;
  readonly startTime: StartTime;
  /** Set if the title continues from an earlier load. */
  readonly like: unknown;
  readonly bandwidth: BandwidthEstimator;
  readonly settings: () => Settings;
  readonly allow: () => ((quality: Quality) => boolean) | undefined;
}

/** Bytes received, of the manifest and of all fragments. */
interface Received {
  bytes: number;
}

/** A fragment that is requested before the manifest is complete; its bytes are kept until they are asked for. */
class EarlyFragment {
  readonly url: string;
  readonly urlTemplate: string | undefined;
  readonly #controller: AbortController & { dispose(): void };
  readonly #response: Promise<BytesResponse>;
  readonly #body: ReadableStream<Uint8Array>;
  /** When it was complete, and how long its body would have taken alone. */
  #complete: { readonly at: number; readonly aloneMs: number } | undefined;

  constructor(request: FragmentRequest, settings: Settings, received: Received, signal: AbortSignal) {
    this.url = urlOf(request);
    this.urlTemplate = request.stream.urlTemplate;
    this.#controller = childController(signal);
    const response = requestFragment(request, settings, this.#controller.signal);
    this.#response = response;
    this.#body = new ReadableStream({
      start: async (queue) => {
        const { body, answeredAt } = await response;
        const before = received.bytes;
        let own = 0;
        for await (const piece of body) {
          own += piece.length;
          received.bytes += piece.length;
          queue.enqueue(piece);
        }
        const at = performance.now();
        this.#complete = { at, aloneMs: ((at - answeredAt) * own) / (received.bytes - before) };
        queue.close();
      },
    });
    // Whoever takes it gets the failure.
    response.catch(() => {});
  }

  cancel(): void {
    this.#controller.abort(new DOMException('Not needed', 'AbortError'));
    this.#controller.dispose();
  }

  /** The response, as if it were requested now; the signal ends it. */
  async take(signal: AbortSignal): Promise<BytesResponse> {
    const cancel = () => this.cancel();
    const reader = this.#body.getReader();
    let taken = 0;
    const stop = () => signal.removeEventListener('abort', cancel);
    async function* read() {
      try {
        for (let read = await reader.read(); !read.done; read = await reader.read()) {
          taken += read.value.length;
          yield read.value;
        }
      } finally {
        stop();
        cancel();
      }
    }
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const response = await this.#response;
      return {
        ...response,
        ...this.#timesOf(response),
        body: read(),
        // Counted separately: the response's own count would be copied as it is now.
        get received() {
          return taken;
        },
      };
    } catch (error) {
      stop();
      throw error;
    }
  }

  /** As measured if it is complete: neither what arrived beside it nor the time for which it was kept counts. */
  #timesOf({ requestedAt, answeredAt }: BytesResponse): Pick<BytesResponse, 'requestedAt' | 'answeredAt'> {
    if (!this.#complete) return { requestedAt, answeredAt };
    const asIfAt = performance.now() - this.#complete.aloneMs;
    return { requestedAt: asIfAt - (answeredAt - requestedAt), answeredAt: asIfAt };
  }
}

/**
 * While a manifest is arriving, requests the first fragment of its first video and of its first audio stream, as soon
 * as their levels are known. Playback, which begins when the manifest is complete, takes them if it asks for the same;
 * otherwise they are cancelled.
 */
export class EarlyFragments {
  readonly #source: Pick<Title, 'url' | 'trust' | 'hosts' | 'transfer'>;
  readonly #pieces: readonly Uint8Array[];
  readonly #response: BytesResponse;
  readonly #ports: EarlyPorts;
  readonly #settings: Settings;
  readonly #signal: AbortSignal;
  readonly #outline = new ManifestOutline();
  readonly #begun = new Map<'video' | 'audio', EarlyFragment>();
  readonly #received: Received = { bytes: 0 };
  #decoder: TextDecoder | undefined;
  /** Number of pieces, and of their bytes, that were read. */
  #read = 0;
  #bytes = 0;
  #tried: string | undefined;
  /** Whether nothing more is requested. */
  #isOver: boolean;

  /** `pieces` are those of the manifest, to which others are added: then `read` is called. */
  constructor(
    pieces: readonly Uint8Array[],
    response: BytesResponse,
    trust: Trust,
    ports: EarlyPorts,
    signal: AbortSignal,
  ) {
    const transfer = { bytes: 0, firstByteMs: response.answeredAt - response.requestedAt, bodyMs: 0 };
    this.#source = { url: response.url, trust, hosts: undefined, transfer };
    this.#pieces = pieces;
    this.#response = response;
    this.#ports = ports;
    this.#settings = ports.settings();
    this.#signal = signal;
    this.#isOver = !areEarlyRequestsPlain(ports);
    this.read();
  }

  /** Reads the pieces that have arrived since the last time. */
  read(): void {
    const [first] = this.#pieces;
    const pieces = this.#pieces.slice(this.#read);
    this.#read = this.#pieces.length;
    for (const { length } of pieces) {
      this.#bytes += length;
      this.#received.bytes += length;
    }
    if (!first || this.#isOver) return;
    this.#decoder ??= new TextDecoder(decode(first).encoding);
    for (const piece of pieces) this.#outline.add(this.#decoder.decode(piece, { stream: true }));
    if (isPacked(first) || this.#outline.isTooLarge || this.#signal.aborted) this.#isOver = true;
    else this.#requestWhatIsKnown();
  }

  /** Ends early requests; returns the title with those that were sent. Without a title that can use them, they are cancelled. */
  end(title: Title | undefined): Title | undefined {
    this.#isOver = true;
    if (!title || title.presentation.isLive) {
      for (const fragment of this.#begun.values()) fragment.cancel();
      return title;
    }
    return {
      ...title,
      begunLevel: (playable, chunk) => {
        const fragment = this.#begun.get(playable.type);
        const { stream, levels } = playable;
        if (fragment?.urlTemplate !== stream.urlTemplate) return undefined;
        return levels.find((level) => fragmentUrl(title.url, stream, level, chunk.start) === fragment?.url);
      },
      locate: (request) => ({ ...(title.locate?.(request) ?? request), early: this.#take }),
    };
  }

  /** The response to the same request, if it was sent; the first request for another fragment of the stream cancels it. */
  readonly #take = (request: FragmentRequest, signal: AbortSignal): Promise<BytesResponse> | undefined => {
    const { type } = request.stream;
    const fragment = type === 'text' ? undefined : this.#begun.get(type);
    if (!fragment || type === 'text') return undefined;
    this.#begun.delete(type);
    const isSame =
      fragment.url === urlOf(request) &&
      !request.isRetry &&
      this.#ports.settings().network === this.#settings.network;
    if (isSame) return fragment.take(signal);
    fragment.cancel();
    return undefined;
  };

  #requestWhatIsKnown(): void {
    const { text } = this.#outline;
    if (text === undefined || text === this.#tried) return;
    this.#tried = text;
    let presentation: Presentation;
    let selection: Selection;
    try {
      presentation = parseManifest(text, this.#source.url);
      selection = new Selection(selectStreams(presentation, isTypeSupported));
    } catch {
      // What is missing may be yet to come.
      return;
    }
    if (presentation.isLive || mayBeOdd(presentation, text)) {
      this.#isOver = true;
      return;
    }
    const { media } = this.#ports;
    for (const playable of selection.chosen) {
      if (media && !this.#begun.has(playable.type)) this.#request(media, playable, presentation, selection);
    }
    this.#isOver = this.#begun.size === 2;
  }

  #request(
    media: HTMLMediaElement,
    playable: PlayableStream,
    presentation: Presentation,
    selection: Selection,
  ): void {
    const { type, stream } = playable;
    const chunk = stream.chunks.at(0);
    if (!chunk) return;
    const { startOf, endOf } = timelineOf(stream, presentation);
    const chunkDuration = seconds(endOf(chunk) - startOf(chunk));
    const level = this.#chooseLevel(media, playable, chunk, chunkDuration, selection);
    const request = fragmentOf(
      { ...this.#source, presentation },
      { stream, level, chunk, zero: ticks(0), wholeMs: wholeLimit(chunkDuration), need: () => 'each' },
    );
    this.#begun.set(type, new EarlyFragment(request, this.#settings, this.#received, this.#signal));
  }

  /** As playback chooses its first level, by what the download of the manifest shows about the network so far. */
  #chooseLevel(
    media: HTMLMediaElement,
    { type, stream, levels }: PlayableStream,
    chunk: Chunk,
    chunkDuration: Seconds,
    selection: Selection,
  ): QualityLevel {
    const { bandwidth, allow } = this.#ports;
    const settings = this.#settings;
    const { answeredAt, requestedAt } = this.#response;
    bandwidth.learnStart({
      bytes: this.#bytes,
      firstByteMs: answeredAt - requestedAt,
      bodyMs: performance.now() - answeredAt,
    });
    const wishes = { settings, manual: undefined, allow: selection.limitOf(allow()) };
    return new LevelChooser(media, bandwidth, () => wishes).choose({
      type,
      stream,
      chunk,
      chunkDuration,
      levels,
      bufferAhead: seconds(0),
      awaited: undefined,
      bufferGoal: new BufferTarget(media).goal(settings, 0),
      reserved: selection.of('audio')?.levels[0].bitrate ?? 0,
    }).level;
  }
}

/** Whether the first requests depend on nothing but the beginning of the manifest. */
function areEarlyRequestsPlain({ source, media, startTime, like, settings }: EarlyPorts): boolean {
  const { network, pathways } = settings();
  const isAtStart = !(Number(startTime) > 0);
  const isExtended = source.stored || like || pathways || network.hooksFor;
  return isAtStart && !isExtended && media !== undefined && !new BufferTarget(media).isHeld;
}
