import { SmoothError } from '../base/errors.ts';
import type { DrmOptions } from '../eme/drm-options.ts';
import type { EstimateInput, QualityChoice, QualityInput } from '../heuristics/quality-input.ts';
import type { NetworkSettings } from '../net/app-request.ts';
import type { RequestHooks } from '../net/request-hooks.ts';
import { throttle } from '../net/throttle.ts';
import type { CmcdOptions } from './cmcd/cmcd-options.ts';
import { guarded, isolated } from './page-function.ts';
import type { PathwayOrder } from './steering/pathway-order.ts';
import type { SteeringOptions } from './steering/steering-options.ts';
import type { Title } from './title/title.ts';

/** The options of a `SmoothPlayer`. Everything has a default. */
export interface SmoothOptions {
  readonly heuristics?: {
    /** Bandwidth to assume before the first fragment, in bits per second; default 1,000,000. */
    readonly start?: number;
    /** Maximum bitrate in bits per second; default: no limit. */
    readonly maxBitrate?: number;
    /** Maximum height in lines; default: no limit. */
    readonly maxHeight?: number;
    /** Choose no more pixels than the element displays; default true, since more would not be visible. */
    readonly capToSize?: boolean;
    /** Store each host's bandwidth in `localStorage`, as initial value for the next visit; default false. */
    readonly remember?: boolean;
    /** Use little data: no more than 480 lines and 1.5 Mbit/s, nothing fetched twice. Default: the browser's setting. */
    readonly saveData?: boolean;
    /** Replaces the bandwidth estimate, in bits per second. Must be pure: called before each choice of quality, which uses the result. */
    readonly estimate?: (input: EstimateInput) => number;
    /** Replaces the choice of the next quality. Must be pure: called before each video fragment. */
    readonly choose?: (input: QualityInput) => QualityChoice;
  };
  readonly buffer?: {
    /** Seconds to buffer ahead of the playhead; default 30, within the browser's quota. */
    readonly ahead?: number;
    /** Seconds to keep behind the playhead, for short seeks back; default 30, or 10 on machines with less than 4 GB of memory. */
    readonly behind?: number;
  };
  readonly live?: {
    /**
     * Target latency in seconds behind the encoder; the default depends on the title: its look-ahead, the duration of
     * its fragments, and a margin.
     */
    readonly targetLatency?: number;
    /** Stay further behind after a stall; default true, because a stall shows that the network can't sustain the target. */
    readonly backOff?: boolean;
    /** Change the playback rate by up to 5 %, with the pitch preserved, to stay at the target; default true. */
    readonly catchUp?: boolean;
  };
  readonly network?: {
    /** Timeouts in milliseconds: for a response (6000), for progress in a body (4000), for the complete manifest (20000). */
    readonly timeout?: { readonly firstByte?: number; readonly progress?: number; readonly whole?: number };
    /** Number of requests for one URL before something else is tried; default 3. */
    readonly attempts?: number;
    /** As in `fetch`; default `same-origin`. Licence requests are sent without cookies unless it is `include`. */
    readonly credentials?: RequestCredentials;
    /** Replaces the platform's `fetch`. */
    readonly fetch?: typeof fetch;
    /** Called with every request before it is sent; may return another one, with a token or headers for example. */
    readonly request?: NonNullable<RequestHooks['request']>;
    /** Called with every response; may return another one. */
    readonly response?: NonNullable<RequestHooks['response']>;
    /**
     * Called after a 401 or 403, at most every 30 s, to get a new token for `request`. Resolves with whether to try the
     * request once more.
     */
    readonly refused?: NonNullable<RequestHooks['refused']>;
    /** Origins besides the manifest's that receive a title's `headers`, and cookies if `credentials` is `include`; default none. */
    readonly allowedOrigins?: readonly string[];
  };
  readonly text?: {
    /**
     * Preferred languages of text to show initially, in order, as BCP 47 tags; `*` for any; default none. Forced text
     * in the audio's language is always shown.
     */
    readonly prefer?: string | readonly string[];
    /**
     * Who renders cues: the browser (`native`, default), or the page's own overlay, from `activeCues` and `cuechange`.
     * In picture-in-picture and in a system's own full screen the browser always does.
     */
    readonly render?: 'native' | 'overlay';
  };
  /** How to obtain the keys of protected titles. */
  readonly drm?: DrmOptions;
  /** Sends playback data to servers (CTA-5004), from the next title on. Default: none. */
  readonly cmcd?: CmcdOptions;
  /** Called with the player's warnings, as plain data; `at` is on `performance.now()`'s clock, in milliseconds. */
  readonly log?: (entry: { readonly at: number; readonly what: string; readonly details: unknown }) => void;
}

/** A title to play. */
export interface SmoothSource {
  /** http(s) URL of the client manifest; `/Manifest` is added to a URL that ends in `.ism` or `.isml`. */
  readonly url: string;
  /** Manifest URLs of the same title on other hosts, tried in this order when the first fails. */
  readonly alternatives?: readonly string[];
  /** A server that determines the order of hosts. */
  readonly steering?: SteeringOptions;
  readonly title?: string | undefined;
  /** Overrides of the player's `drm` options for this title. */
  readonly drm?: DrmOptions;
  /** Sent with every request to the origins of the manifest and its alternatives. */
  readonly headers?: HeadersInit;
  /** Parts of titles to play instead, joined. */
  readonly clips?: readonly ClipSource[] | undefined;
  /** @internal Set by a `Download`. */
  readonly stored?: StoredSource;
}

/** A part of a title. */
export interface ClipSource {
  /** Of the title's manifest. */
  readonly url: string;
  /**
   * Seconds from the title's beginning; default 0. A clip begins with the picture that is shown then. The pictures before it in its fragment
   * are decoded, but not shown.
   */
  readonly in?: number;
  /** Likewise; the clip ends to the frame. Default: the title's end. */
  readonly out?: number;
}

/** Parts of one title, or of several, that are played as one. */
export interface CutSource extends Omit<SmoothSource, 'url' | 'clips' | 'alternatives' | 'steering'> {
  readonly clips: readonly ClipSource[];
}

/** What of a title is stored. */
export interface StoredSource {
  /** Has requests answered from the store. */
  adapt(settings: Settings): Settings;
  /** Loads the title without what is not stored, as `loadTitle` loads all of it. */
  readonly load: (
    source: SmoothSource,
    settings: Settings,
    onRetry: (error: SmoothError) => void,
    signal: AbortSignal,
    cache?: RequestCache,
  ) => Promise<Title>;
}

/** Options of `load`. */
export interface LoadOptions {
  /**
   * Seconds on the media element's clock, or a date if a live title's clock is the time of day. Default: the live edge
   * of a live title, the beginning of any other.
   */
  readonly startTime?: number | 'live' | Date;
  /** Cancels the load; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

type Heuristics = NonNullable<SmoothOptions['heuristics']>;

/** Options with every default filled in. */
export interface Settings {
  readonly heuristics: Required<Pick<Heuristics, 'start' | 'capToSize'>> &
    Omit<Heuristics, 'start' | 'capToSize' | 'estimate' | 'choose'> & {
      /** The page's; `undefined` if it failed. */
      readonly estimate: ((input: EstimateInput) => number | undefined) | undefined;
      readonly choose: ((input: QualityInput) => QualityChoice | undefined) | undefined;
    };
  readonly buffer: { readonly ahead: number; readonly behind: number };
  readonly live: { readonly targetLatency?: number; readonly backOff: boolean; readonly catchUp: boolean };
  readonly network: NetworkSettings & { readonly attempts: number };
  readonly text: NonNullable<SmoothOptions['text']>;
  readonly drm: DrmOptions;
  readonly cmcd: CmcdOptions | undefined;
  /** Set for titles with content steering. */
  readonly pathways?: PathwayOrder;
  readonly log: NonNullable<SmoothOptions['log']> | undefined;
}

/** Whether to use little data: as set by the page, or else by the viewer in the browser. */
export const savesData = ({ heuristics }: Settings): boolean =>
  heuristics.saveData ??
  (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData ??
  false;

/** Every option, with its type. */
const SCHEMA: Schema = {
  heuristics: {
    start: 'positive',
    maxBitrate: 'positive',
    maxHeight: 'positive',
    capToSize: 'boolean',
    saveData: 'boolean',
    remember: 'boolean',
    estimate: 'function',
    choose: 'function',
  },
  buffer: { ahead: 'positive', behind: 'positive' },
  live: { targetLatency: 'positive', backOff: 'boolean', catchUp: 'boolean' },
  network: {
    timeout: { firstByte: 'positive', progress: 'positive', whole: 'positive' },
    attempts: 'positive',
    credentials: 'string',
    fetch: 'function',
    request: 'function',
    response: 'function',
    refused: 'function',
    allowedOrigins: 'object',
  },
  text: { prefer: 'words', render: 'string' },
  drm: {
    servers: 'object',
    headers: 'object',
    clearKeys: 'object',
    preferred: 'object',
    robustness: 'string',
    certificate: 'bytes',
    request: 'function',
    response: 'function',
    trustManifestUrl: 'boolean',
  },
  cmcd: 'object',
  log: 'function',
};
type Kind = 'positive' | 'boolean' | 'function' | 'object' | 'string' | 'words' | 'bytes';
/** Options by name, in nested groups. */
interface Schema {
  readonly [name: string]: Kind | Schema;
}

/** A machine with less memory than this, in gigabytes, has little to spare. */
const LITTLE_MEMORY = 4;

/**
 * Fills in the defaults; `memory` is the machine's, in gigabytes, if the browser reports it. Failures of the page's
 * functions are reported to `warn`.
 */
export function settingsOf(
  options: SmoothOptions,
  memory = machineMemory(),
  observe?: Settings['network']['observe'],
  warn: (error: SmoothError) => void = () => {},
): Settings {
  const { heuristics = {}, buffer = {}, network = {} } = options;
  const { estimate, choose } = heuristics;
  const { firstByte = 6000, progress = 4000, whole = 20_000 } = network.timeout ?? {};
  return {
    heuristics: {
      ...heuristics,
      start: heuristics.start ?? 1_000_000,
      capToSize: heuristics.capToSize ?? true,
      estimate:
        estimate && guarded('heuristics.estimate', estimate, (bits) => typeof bits === 'number', warn),
      choose: choose && guarded('heuristics.choose', choose, isChoice, warn),
    },
    buffer: { ahead: buffer.ahead ?? 30, behind: buffer.behind ?? (memory < LITTLE_MEMORY ? 10 : 30) },
    live: { backOff: true, catchUp: true, ...options.live },
    network: {
      timeout: { firstByte, progress, whole },
      attempts: network.attempts ?? 3,
      credentials: network.credentials ?? 'same-origin',
      allowedOrigins: network.allowedOrigins ?? [],
      fetch: network.fetch,
      request: network.request,
      response: network.response,
      refused: network.refused && throttle(network.refused),
      observe,
    },
    text: options.text ?? {},
    drm: options.drm ?? {},
    cmcd: options.cmcd,
    log: options.log && isolated(options.log),
  };
}

const isChoice = (choice: QualityChoice | undefined) => typeof choice?.level?.bitrate === 'number';

function machineMemory(): number {
  return (globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory ?? LITTLE_MEMORY;
}

/** Merges a patch into options, group by group. Unknown options and invalid values are ignored and reported to `warn`. */
export function mergeOptions(
  options: SmoothOptions,
  patch: SmoothOptions,
  warn: (error: SmoothError) => void,
): SmoothOptions {
  if (!isObject(patch)) {
    warn(invalid('options', 'must be an object'));
    return options;
  }
  return merge({ ...options }, patch, SCHEMA, '', warn);
}

/** `path` of the group that is merged, with a trailing dot. */
function merge(
  into: Record<string, unknown>,
  patch: object,
  schema: Schema,
  path: string,
  warn: (error: SmoothError) => void,
): Record<string, unknown> {
  const merged = { ...into };
  for (const [name, value] of Object.entries(patch)) {
    const wanted = Object.hasOwn(schema, name) ? schema[name] : undefined;
    const option = path + name;
    if (wanted === undefined)
      warn(
        unknown(
          option,
          Object.keys(schema).map((known) => path + known),
        ),
      );
    else if (value === undefined) delete merged[name];
    else if (typeof wanted === 'string') {
      if (isKind(value, wanted)) merged[name] = value;
      else warn(invalid(option, `must be ${KIND_NAMES[wanted]}`));
    } else if (isObject(value)) {
      const group = isObject(merged[name]) ? merged[name] : {};
      merged[name] = merge(group, value, wanted, `${option}.`, warn);
    } else warn(invalid(option, 'must be an object'));
  }
  return merged;
}

const LOAD_OPTIONS = ['startTime', 'signal'];

/** The valid options of `load`. Others are reported. */
export function checkLoadOptions(options: LoadOptions, warn: (error: SmoothError) => void): LoadOptions {
  for (const name of Object.keys(options))
    if (!LOAD_OPTIONS.includes(name)) warn(unknown(name, LOAD_OPTIONS));
  const { startTime, ...others } = options;
  if (isStartTime(startTime)) return options;
  warn(invalid('startTime', `"${startTime}" is not a number of seconds, "live" or a date`));
  return others;
}

const isStartTime = (time: unknown): boolean =>
  time === undefined || time === 'live' || Number.isFinite(time instanceof Date ? time.getTime() : time);

const KIND_NAMES: Readonly<Record<Kind, string>> = {
  positive: 'a positive number',
  boolean: 'true or false',
  function: 'a function',
  object: 'an object',
  string: 'a string',
  words: 'a string or a list of strings',
  bytes: 'bytes or base64',
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function isKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'positive':
      return typeof value === 'number' && value > 0;
    case 'object':
      return isObject(value);
    case 'words':
    case 'bytes':
      return isObject(value) || typeof value === 'string';
    default:
      return typeof value === kind;
  }
}

const invalid = (option: string, problem: string): SmoothError =>
  new SmoothError('option-invalid', { option, problem });

function unknown(option: string, known: readonly string[]): SmoothError {
  const nearest = known.toSorted((a, b) => likeness(option, b) - likeness(option, a))[0];
  return invalid(option, `is unknown; did you mean "${nearest}"?`);
}

/** The number of letter pairs that two words have in common, minus their difference in length. */
const likeness = (a: string, b: string): number =>
  [...a].filter((_, at) => b.includes(a.slice(at, at + 2))).length - Math.abs(a.length - b.length) / 2;
