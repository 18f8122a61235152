import type { Finding } from './finding.ts';

/** One response to a request, redirects included; names of headers are in lower case. */
export interface ResponseFacts {
  readonly url: string;
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

export interface ResponseQuestion {
  /** Description of the requested resource. */
  readonly where: string;
  readonly kind: 'manifest' | 'fragment';
  readonly isLive: boolean;
  /** Origin of the page that the title is to play on. */
  readonly pageOrigin: string;
}

const CORS = 'Fetch, CORS protocol';
const CACHE = 'RFC 9111';

/** What browsers and caches will do with a response: its redirects first, itself last. */
export function examineResponse(
  steps: readonly [ResponseFacts, ...ResponseFacts[]],
  question: ResponseQuestion,
): readonly Finding[] {
  const { where } = question;
  const last = steps.at(-1) ?? steps[0];
  return [
    ...steps.slice(1).flatMap((step, index) => examineRedirect(steps[index] ?? steps[0], step, where)),
    ...(isFine(last.status) ? [] : [statusFinding(last, where)]),
    ...steps.flatMap((step) => examineCors(step, question, step !== last)),
    ...(isFine(last.status) ? [...examineCache(last, question), ...examineBody(last, question)] : []),
  ];
}

const isFine = (status: number) => status >= 200 && status < 300;

function statusFinding({ status }: ResponseFacts, where: string): Finding {
  const facts = {
    weight: 'fatal',
    where,
    what: `the server responds with ${status}`,
    section: 'MS-SSTR 2.2.6',
  } as const;
  if (status === 401 || status === 403) {
    const remedy = 'provide the required token or cookie (--header here, network.request in the player)';
    return { ...facts, action: 'gives up', remedy };
  }
  if (status === 404 || status === 410) {
    const remedy = 'check the URL, and whether the title still exists';
    return { ...facts, action: 'requests another level, then continues without it', remedy };
  }
  return {
    ...facts,
    action: 'requests it again, then at another level',
    remedy: 'check the log of the origin or its cache',
  };
}

function examineRedirect(from: ResponseFacts, to: ResponseFacts, where: string): Finding[] {
  const [before, after] = [new URL(from.url), new URL(to.url)];
  const section = 'Fetch, HTTP-redirect fetch';
  if (before.protocol === 'https:' && after.protocol === 'http:') {
    const what = 'it is redirected from https to http';
    return [
      {
        weight: 'fatal',
        where,
        what,
        section,
        action: 'cannot follow: the browser forbids it',
        remedy: 'redirect to https',
      },
    ];
  }
  const what = `${from.status}: redirected to ${before.host === after.host ? 'another path' : after.host}`;
  return [{ weight: 'note', where, what, section, action: 'follows, and requests fragments from there' }];
}

function examineCors(
  { url, headers }: ResponseFacts,
  question: ResponseQuestion,
  isRedirect: boolean,
): Finding[] {
  const { where, pageOrigin } = question;
  if (new URL(url).origin === pageOrigin) return [];
  const allowed = headers.get('access-control-allow-origin');
  const of = isRedirect ? 'its redirect has' : 'it has';
  if (allowed === undefined || (allowed !== '*' && allowed !== pageOrigin)) {
    const what =
      allowed === undefined
        ? `${of} no Access-Control-Allow-Origin`
        : `${of} Access-Control-Allow-Origin: ${allowed.slice(0, 100)}, which is not for ${pageOrigin}`;
    const action = `is blocked by the browser, except on pages of ${new URL(url).origin}`;
    return [
      {
        weight: 'fatal',
        where,
        what,
        section: CORS,
        action,
        remedy: 'send "Access-Control-Allow-Origin: *"',
      },
    ];
  }
  const isShared = allowed === '*' || /(?:^|,)\s*origin\s*(?:,|$)/i.test(headers.get('vary') ?? '');
  if (isShared || isRedirect) return [];
  const what = 'it allows one origin, and has no Vary: Origin: caches serve it to others';
  return [
    {
      weight: 'note',
      where,
      what,
      section: CORS,
      action: 'fails on other pages that get the cached response',
    },
  ];
}

/** Seconds for which a live manifest may be cached. */
const LIVE_FRESH = 2;

function examineCache({ headers }: ResponseFacts, { where, kind, isLive }: ResponseQuestion): Finding[] {
  const control = headers.get('cache-control')?.toLowerCase() ?? '';
  const note = (what: string, action: string): Finding[] => [
    { weight: 'note', where, what, section: CACHE, action },
  ];
  const age = /(?:s-maxage|max-age)\s*=\s*"?(\d+)/.exec(control)?.[1];
  if (kind === 'manifest' && isLive) {
    if (age !== undefined && Number(age) > LIVE_FRESH)
      return note(`a live manifest that caches keep for ${age} s`, 'sees an outdated live edge');
    return [];
  }
  const isKept = /no-store|no-cache|private/.test(control) || age === '0';
  if (isKept)
    return note(`Cache-Control: ${control.slice(0, 80)}`, 'causes a request to the origin for every viewer');
  if (control === '' && headers.get('expires') === undefined)
    return note('no Cache-Control: caches use heuristics', 'uses what caches return');
  return [];
}

const MANIFEST_TYPES = /^(?:text|application)\/(?:xml|vnd\.ms-sstr\+xml)\b/i;
const FRAGMENT_TYPES = /^(?:video|audio|application)\/(?:mp4|octet-stream)\b/i;

function examineBody({ headers }: ResponseFacts, { where, kind }: ResponseQuestion): Finding[] {
  const type = headers.get('content-type') ?? '';
  const found: Finding[] = [];
  const note = (what: string, section: string, action: string) =>
    found.push({ weight: 'note', where, what, section, action });
  if (!(kind === 'manifest' ? MANIFEST_TYPES : FRAGMENT_TYPES).test(type))
    note(
      type ? `Content-Type: ${type.slice(0, 80)}` : 'it has no Content-Type',
      kind === 'manifest' ? 'MS-SSTR 2.2.1' : 'MS-SSTR 2.2.4',
      'ignores it',
    );
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (kind === 'fragment' && encoding !== 'identity')
    note(
      `a fragment compressed by ${encoding.slice(0, 20)}`,
      'RFC 9110, 8.4',
      'plays it, but compression costs time and saves nothing',
    );
  if (headers.get('content-length') === undefined && encoding === 'identity')
    note(
      'it has no Content-Length',
      'RFC 9110, 8.6',
      kind === 'fragment'
        ? 'detects truncated bodies by their boxes'
        : 'detects truncated bodies by the missing end tag',
    );
  return found;
}
