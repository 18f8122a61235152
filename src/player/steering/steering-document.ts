/** A clone of a pathway on another host. */
export interface PathwayClone {
  readonly id: string;
  /** The pathway that it is derived from. */
  readonly base: string;
  /** Host name, with its port if it has one; `undefined`: that of the base. */
  readonly host: string | undefined;
  /** Added to the query of every URL. */
  readonly params: readonly (readonly [name: string, value: string])[];
}

/** The content of a steering manifest. */
export interface SteeringDocument {
  /** Seconds until it is requested again. */
  readonly ttl: number;
  /** Relative to its URL; `undefined`: the same URL. */
  readonly reload: string | undefined;
  /** Names of pathways, in order of priority. */
  readonly priority: readonly string[];
  readonly clones: readonly PathwayClone[];
}

export const DEFAULT_TTL = 300;
/** The limits of the refresh interval, whatever servers say. In seconds. */
const LEAST_TTL = 1;
const MOST_TTL = 86_400;

/** Neither at once, nor longer than timers can wait. */
export const clampTtl = (seconds: number): number => Math.min(MOST_TTL, Math.max(LEAST_TTL, seconds));
/** More than a real one has, of anything. */
const MOST_ENTRIES = 100;

/** Parses a steering manifest of DASH (ETSI TS 103 998) or HLS. `undefined` if it isn't one, or has another version. */
export function readSteeringDocument(text: string): SteeringDocument | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const { VERSION: version, TTL: ttl, 'RELOAD-URI': reload, 'PATHWAY-CLONES': clones } = json;
  const priority = json['PATHWAY-PRIORITY'] ?? json['SERVICE-LOCATION-PRIORITY'];
  if (version !== 1 || !Array.isArray(priority)) return undefined;
  return {
    ttl: typeof ttl === 'number' && ttl > 0 ? clampTtl(ttl) : DEFAULT_TTL,
    reload: isName(reload) ? reload : undefined,
    priority: priority.filter(isName).slice(0, MOST_ENTRIES),
    clones: Array.isArray(clones) ? clones.slice(0, MOST_ENTRIES).flatMap(readClone) : [],
  };
}

function readClone(json: unknown): readonly PathwayClone[] {
  if (!isObject(json)) return [];
  const { ID: id, 'BASE-ID': base, 'URI-REPLACEMENT': replacement } = json;
  if (!isName(id) || !isName(base) || !isObject(replacement)) return [];
  const { HOST: host, PARAMS: params } = replacement;
  if (host !== undefined && !isHost(host)) return [];
  const pairs = isObject(params) ? Object.entries(params) : [];
  return [
    { id, base, host, params: pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string') },
  ];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';
/** Only a host name or an address, and a port. */
const isHost = (value: unknown): value is string =>
  isName(value) && /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i.test(value);
