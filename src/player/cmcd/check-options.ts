import { LONGEST_TIMER_MS } from '../../base/async.ts';
import { SmoothError } from '../../base/errors.ts';
import { pageUrl } from '../../net/page-url.ts';
import type { CmcdOptions } from './cmcd-options.ts';

/** Options with their defaults. */
export interface CheckedOptions {
  readonly mode: 'query' | 'header' | 'event';
  readonly version: 1 | 2;
  readonly sessionId: string;
  readonly contentId: string | undefined;
  /** Absolute; always set in the mode `event`. */
  readonly url: string | undefined;
  readonly intervalMs: number;
  readonly isWanted: (key: string) => boolean;
}

const OPTIONS: readonly string[] = [
  'mode',
  'version',
  'sessionId',
  'contentId',
  'url',
  'interval',
  'keys',
] satisfies readonly (keyof CmcdOptions)[];
const MODES: readonly unknown[] = ['query', 'header', 'event'];
/** Valid keys: those of CTA-5004 that are sent here. */
const KEYS: readonly string[] = [
  ...[
    'br',
    'bl',
    'bs',
    'cid',
    'd',
    'dl',
    'mtp',
    'nor',
    'ot',
    'pr',
    'rtp',
    'sf',
    'sid',
    'st',
    'su',
    'tb',
    'v',
  ],
  ...['e', 'ec', 'sn', 'sta', 'ts'],
];
/** The maximum length of identifiers in CTA-5004. */
const MOST_CHARACTERS = 64;
const INTERVAL = 30;

/** The effective options. Invalid ones are ignored and reported to `warn`. */
export function checkOptions(options: CmcdOptions, warn: (error: SmoothError) => void): CheckedOptions {
  const reject = (name: string, problem: string) => {
    warn(new SmoothError('option-invalid', { option: `cmcd.${name}`, problem }));
    return undefined;
  };
  for (const name of Object.keys(options)) if (!OPTIONS.includes(name)) reject(name, 'is unknown');
  const named = (name: 'sessionId' | 'contentId') => {
    const id: unknown = options[name];
    if (id === undefined) return undefined;
    const isName = typeof id === 'string' && id !== '' && id.length <= MOST_CHARACTERS;
    return isName ? id : reject(name, `must be a string of 1 to ${MOST_CHARACTERS} characters`);
  };
  const { mode = 'query', version = 1, interval = INTERVAL } = options;
  const isInterval = typeof interval === 'number' && interval > 0;
  return {
    mode: MODES.includes(mode) ? mode : (reject('mode', 'must be query, header or event') ?? 'query'),
    version: version === 1 || version === 2 ? version : (reject('version', 'must be 1 or 2') ?? 1),
    sessionId: named('sessionId') ?? randomId(),
    contentId: named('contentId'),
    url: reportUrl(options, reject),
    intervalMs: Math.min(
      1000 * (isInterval ? interval : (reject('interval', 'must be a positive number') ?? INTERVAL)),
      LONGEST_TIMER_MS,
    ),
    isWanted: filterOf(options.keys, reject),
  };
}

function reportUrl(
  { mode, url }: CmcdOptions,
  reject: (name: string, problem: string) => undefined,
): string | undefined {
  if (url === undefined) return mode === 'event' ? reject('url', 'is required in the mode event') : undefined;
  try {
    const absolute = pageUrl(url);
    return /^https?:/.test(absolute) ? absolute : reject('url', 'must be http or https');
  } catch {
    return reject('url', 'is no URL');
  }
}

function filterOf(
  keys: unknown,
  reject: (name: string, problem: string) => undefined,
): CheckedOptions['isWanted'] {
  if (keys === undefined) return () => true;
  if (!Array.isArray(keys)) {
    reject('keys', 'must be a list of strings');
    return () => true;
  }
  for (const key of keys) if (!KEYS.includes(key)) reject('keys', `has "${key}", which is not supported`);
  return (key) => keys.includes(key);
}

/** A version 4 UUID; `crypto.randomUUID` exists in secure contexts only. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return [...bytes]
    .map((byte, index) => ([4, 6, 8, 10].includes(index) ? '-' : '') + byte.toString(16).padStart(2, '0'))
    .join('');
}
