import { SmoothError } from '../base/errors.ts';
import type { DrmOptions } from '../eme/drm-options.ts';
import type { EstimateInput, QualityChoice, QualityInput } from '../heuristics/choose-quality.ts';
import type { NetworkSettings } from '../net/app-request.ts';
import type { RequestHooks } from '../net/fetch-bytes.ts';
import { throttle } from '../net/throttle.ts';
import type { CmcdOptions } from './cmcd/cmcd-options.ts';
import type { PathwayOrder } from './steering/pathway-order.ts';
import type { SteeringOptions } from './steering/steering-options.ts';
import type { Title } from './title/title.ts';

/** How a `SmoothPlayer` behaves. Everything has a default; give only what differs. */
export interface SmoothOptions {
  readonly heuristics?: {
    /** Bits per second to expect of the network before the first fragment; default 1,000,000. */
    readonly start?: number;
    /** Never choose more than so many bits per second; default: no limit. */
    readonly maxBitrate?: number;
    /** Never choose more than so many lines; default: no limit. */
    readonly maxHeight?: number;
    /** Choose no more pixels than the element shows; default true, since the rest of the bits is not seen. */
    readonly capToSize?: boolean;
    /** Keep in `localStorage` what the network to a host was like, so that the next visit starts as well; default false. */
    readonly remember?: boolean;
    /** Use few bytes: no more than 480 lines and 1.5 Mbit/s, nothing twice. Default: as the viewer told the browser. */
    readonly saveData?: boolean;
    /** Replaces the bandwidth estimate, in bits per second. Pure: called before each choice, which is planned with it. */
    readonly estimate?: (input: EstimateInput) => number;
    /** Replaces the choice of the next quality. Pure: called before each video fragment. */
    readonly choose?: (input: QualityInput) => QualityChoice;
  };
  readonly buffer?: {
    /** Seconds to hold ahead of the playhead; default 30, as long as no browser's quota is hit. */
    readonly ahead?: number;
    /** Seconds to keep behind it, for short seeks back; default 30, on machines with less than 4 GB of memory 10. */
    readonly behind?: number;
  };
  readonly live?: {
    /** Seconds behind the encoder to play at; default by the title: its look-ahead, its fragments' length, and a little to spare. */
    readonly targetLatency?: number;
    /** Play further behind after a stall; default true, since the network has shown what it can't do. */
    readonly backOff?: boolean;
    /** Change the speed by up to 5 %, the pitch kept, to stay at the target; default true. */
    readonly catchUp?: boolean;
  };
  readonly network?: {
    /** Milliseconds to wait for an answer (6000), for progress in a body (4000), for the manifest as a whole (20000). */
    readonly timeout?: { readonly firstByte?: number; readonly progress?: number; readonly whole?: number };
    /** Requests for one URL before something else is tried; default 3. */
    readonly attempts?: number;
    /** As in `fetch`; default `same-origin`. Licences are asked for without cookies unless it is `include`. */
    readonly credentials?: RequestCredentials;
    /** Stands in for the platform's `fetch`. */
    readonly fetch?: typeof fetch;
    /** Sees, and may replace, every request before it leaves: tokens, headers. */
    readonly request?: NonNullable<RequestHooks['request']>;
    /** Sees, and may replace, every answer. */
    readonly response?: NonNullable<RequestHooks['response']>;
    /**
     * Asked when a server says 401 or 403, every 30 s at most: the time to get a new token for `request`. Resolves with
     * whether to ask the server once more.
     */
    readonly refused?: NonNullable<RequestHooks['refused']>;
    /** Origins besides the manifest's that a title's `headers` go to, and cookies where `credentials` is `include`; default none. */
    readonly allowedOrigins?: readonly string[];
  };
  readonly text?: {
    /**
     * Languages of text to show from the beginning, the most wanted first, as BCP 47 tags; `*` stands for any; default none.
     * Forced text in the sound's language is shown in any case.
     */
    readonly prefer?: string | readonly string[];
    /**
     * Who draws cues: the browser (`native`, default), or the page's own overlay, from `activeCues` and `cuechange`. In picture
     * in picture and a system's own full screen the browser does in any case.
     */
    readonly render?: 'native' | 'overlay';
  };
  /** How to get at the keys of protected titles. */
  readonly drm?: DrmOptions;
  /** Tells servers what the player sees (CTA-5004), from the next title on. Default: nothing is told. */
  readonly cmcd?: CmcdOptions;
  /** Hears what the player decides and meets, in plain data. */
  readonly log?: (entry: { readonly at: number; readonly what: string; readonly details: unknown }) => void;
}

/** A title to play. */
export interface SmoothSource {
  /** http(s) URL of the client manifest; `/Manifest` is added to a bare `.ism` or `.isml`. */
  readonly url: string;
  /** Manifest URLs of the same title on other hosts: asked, in this order, for what the first doesn't give. */
  readonly alternatives?: readonly string[];
  /** A server that decides in which order the hosts are asked. */
  readonly steering?: SteeringOptions;
  readonly title?: string | undefined;
  /** What differs from the player's `drm` options for this title. */
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
   * Seconds from the title's beginning; default 0. A clip begins with the fragment that holds this moment, since nothing can be shown from
   * the midst of one.
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

/** How to begin. */
export interface LoadOptions {
  /**
   * Seconds on the media element's clock, or a date where a live title tells dates. Default: a live title's edge, the
   * beginning of any other.
   */
  readonly startTime?: number | 'live' | Date;
  /** Cancels the load; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Options with every default filled in. */
export interface Settings {
  readonly heuristics: Required<Pick<NonNullable<SmoothOptions['heuristics']>, 'start' | 'capToSize'>> &
    Omit<NonNullable<SmoothOptions['heuristics']>, 'start' | 'capToSize'>;
  readonly buffer: { readonly ahead: number; readonly behind: number };
  readonly live: { readonly targetLatency?: number; readonly backOff: boolean; readonly catchUp: boolean };
  readonly network: NetworkSettings & { readonly attempts: number };
  readonly text: NonNullable<SmoothOptions['text']>;
  readonly drm: DrmOptions;
  readonly cmcd: CmcdOptions | undefined;
  /** There for titles that a server steers. */
  readonly pathways?: PathwayOrder;
  readonly log: NonNullable<SmoothOptions['log']> | undefined;
}

/** Whether few bytes are wanted: by the page, or else by the viewer, where the browser tells. */
export const savesData = ({ heuristics }: Settings): boolean =>
  heuristics.saveData ??
  (navigator as { readonly connection?: { readonly saveData?: boolean } }).connection?.saveData ??
  false;

/** Every option, with what it must be. */
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
/** Options by name, in groups and groups of groups. */
interface Schema {
  readonly [name: string]: Kind | Schema;
}

/** Gigabytes under which a machine has little to spare. */
const LITTLE_MEMORY = 4;

/** Fills in the defaults; `memory` is the machine's, in gigabytes, where the browser tells it. */
export function settingsOf(
  options: SmoothOptions,
  memory = machineMemory(),
  observe?: Settings['network']['observe'],
): Settings {
  const { heuristics = {}, buffer = {}, network = {} } = options;
  const { firstByte = 6000, progress = 4000, whole = 20_000 } = network.timeout ?? {};
  return {
    heuristics: {
      ...heuristics,
      start: heuristics.start ?? 1_000_000,
      capToSize: heuristics.capToSize ?? true,
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
    log: options.log,
  };
}

function machineMemory(): number {
  return (globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory ?? LITTLE_MEMORY;
}

/** Lays a patch over options, group by group. What it doesn't know or can't take is left out and reported to `warn`. */
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

/** `path` of the group that is merged, with a dot behind. */
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
  return invalid(option, `is not known; did you mean "${nearest}"?`);
}

/** How many pairs of letters of one word the other has too, less what it is longer or shorter. */
const likeness = (a: string, b: string): number =>
  [...a].filter((_, at) => b.includes(a.slice(at, at + 2))).length - Math.abs(a.length - b.length) / 2;
