import type { Cmcd } from '@svta/cml-cmcd';
import { type Ticks, toSeconds } from '../../base/time.ts';
import type { QualityLevel } from '../../manifest/presentation.ts';
import type { FragmentSubject, NetworkSettings, RequestSubject } from '../../net/app-request.ts';
import {
  changedRequest,
  changedResponse,
  type RequestContext,
  type RequestHooks,
} from '../../net/request-hooks.ts';
import { fragmentUrl } from '../../timeline/fragment-url.ts';
import type { Settings } from '../options.ts';
import type { SessionView } from '../session-view.ts';
import { inHeaders, inQuery, type Writing, withoutCmcd } from './carry.ts';
import type { CheckedOptions } from './check-options.ts';
import {
  isWaiting,
  type ObjectType,
  type PlaybackFacts,
  type RequestFacts,
  requestValues,
} from './values.ts';

type MediaType = 'video' | 'audio';

/** If a stream has this few seconds left when playback stalls, it caused the stall. */
const DRY = 0.5;

/** The CMCD data of one playback: owned by its session. */
export class ClientData {
  readonly #options: CheckedOptions;
  readonly #view: SessionView;
  readonly #writing: Writing;
  /** Streams whose buffer was empty since they were last requested. */
  readonly #starved = new Set<MediaType>();

  constructor(options: CheckedOptions, view: SessionView) {
    this.#options = options;
    this.#view = view;
    this.#writing = options;
  }

  /** Playback stalled for lack of media. */
  onStall(): void {
    const { bufferAhead } = this.#view.stats;
    const types = (['video', 'audio'] as const).filter((type) => (bufferAhead[type] ?? 0) < DRY);
    for (const type of types) this.#starved.add(type);
  }

  /** The app's own hooks see requests as they will be sent. Untrusted origins receive no data. */
  hooksFor(subject: RequestSubject, settings: Settings): RequestHooks {
    const { network } = settings;
    if (!settings.cmcd || this.#options.mode === 'event') return network;
    const carry = this.#options.mode === 'header' ? inHeaders : inQuery;
    const request = (plain: Request, context: RequestContext) => {
      const carrying = context.trusted
        ? carry(plain, this.#valuesOf(subject, settings), this.#writing)
        : plain;
      return changedRequest(carrying, network, context);
    };
    return { ...network, request, response: bareResponse(network) };
  }

  /** Data about the playback as a whole. */
  get playback(): PlaybackFacts {
    const { media, stats, presentation, trickRate } = this.#view;
    const element = media();
    const rate = trickRate() !== 1 ? trickRate() : element && !element.paused ? element.playbackRate : 0;
    const { sessionId, contentId } = this.#options;
    const isLive = presentation?.isLive;
    return { sessionId, contentId, isLive, rate, throughput: stats.estimate };
  }

  #valuesOf(subject: RequestSubject, settings: Settings): Cmcd {
    const facts: RequestFacts = {
      ...this.playback,
      type: typeOf(subject),
      isStarved: false,
      isUrgent: false,
    };
    if (subject === undefined) return requestValues({ ...facts, isUrgent: facts.isLive === undefined });
    if (typeof subject === 'string') return requestValues(facts);
    const { stream, level, chunk } = subject;
    const type = stream.type === 'text' || subject.isPicture ? undefined : stream.type;
    const isStarved = type !== undefined && this.#starved.delete(type);
    return requestValues({
      ...facts,
      isStarved,
      isUrgent: type !== undefined && isWaiting(this.#view.media()),
      bitrate: level.bitrate || undefined,
      topBitrate: type && topOf(this.#view.selection.of(type)?.levels ?? stream.levels, settings),
      duration: subject.isPicture ? undefined : toSeconds(chunk.duration as Ticks, stream.timescale),
      bufferAhead: type && (this.#view.stats.bufferAhead[type] ?? 0),
      next: type && nextUrl(subject),
    });
  }
}

function typeOf(subject: RequestSubject): ObjectType {
  if (subject === undefined) return 'm';
  if (subject === 'text') return 'c';
  if (subject === 'picture') return 'o';
  const { type } = subject.stream;
  return type === 'video' ? 'v' : type === 'audio' ? 'a' : 'tt';
}

/** Of the levels that the app allows. */
function topOf(levels: readonly QualityLevel[], { heuristics }: Settings): number {
  const { maxBitrate = Number.POSITIVE_INFINITY, maxHeight = Number.POSITIVE_INFINITY } = heuristics;
  const allowed = levels.filter(({ bitrate, height = 0 }) => bitrate <= maxBitrate && height <= maxHeight);
  // If all exceed the limit, the lowest is played.
  return Math.max(...(allowed.length > 0 ? allowed : levels.slice(0, 1)).map(({ bitrate }) => bitrate));
}

/** The next chunk, at the same level: most likely the next request. */
function nextUrl({ stream, level, chunk, host, base = host }: FragmentSubject): string | undefined {
  const next = stream.chunks.at(chunk.index + 1);
  return next && fragmentUrl(base, stream, level, next.start);
}

/** Other URLs are derived from the manifest's URL, so what was added to it is removed. */
const bareResponse =
  (network: NetworkSettings): NonNullable<RequestHooks['response']> =>
  async (response, request, context) => {
    const given = await changedResponse(response, request, network, context);
    const url = withoutCmcd(given.url);
    if (url !== given.url) Object.defineProperty(given, 'url', { value: url });
    return given;
  };
