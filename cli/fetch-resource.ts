import { redactText } from '../src/base/redact.ts';
import type { ResponseFacts } from '../src/doctor/examine-response.ts';
import type { Fetched, Problem } from './fetched.ts';

const MOST_REDIRECTS = 5;
/** The player's time limit for a whole manifest. */
const TIME_LIMIT = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Fetches as a page at `origin` would, following redirects one by one. Never rejects. */
export async function fetchResource(
  url: string,
  { origin, headers }: { readonly origin: string; readonly headers: readonly [string, string][] },
): Promise<Fetched> {
  const startedAt = performance.now();
  const steps: ResponseFacts[] = [];
  const signal = AbortSignal.timeout(TIME_LIMIT);
  const had = (rest: Pick<Fetched, 'bytes' | 'problem'>): Fetched => ({
    ...rest,
    steps,
    ms: performance.now() - startedAt,
  });
  try {
    for (let at = url; steps.length <= MOST_REDIRECTS; ) {
      // Headers given for one host are not sent to others.
      const own = new URL(at).origin === new URL(url).origin ? headers : [];
      const response = await fetch(at, { headers: [...own, ['Origin', origin]], redirect: 'manual', signal });
      steps.push({ url: at, status: response.status, headers: new Map(response.headers) });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel();
        at = new URL(location, at).href;
        if (!/^https?:/.test(at)) return had({ bytes: undefined, problem: strayed(at) });
      } else if (response.ok) {
        return had({ bytes: await readBody(response), problem: undefined });
      } else {
        await response.body?.cancel();
        return had({ bytes: undefined, problem: undefined });
      }
    }
    const what = `it is redirected more than ${MOST_REDIRECTS} times`;
    const remedy = "check the server's redirect rules";
    return had({ bytes: undefined, problem: { what, remedy, isNetwork: false } });
  } catch (error) {
    return had({ bytes: undefined, problem: explain(error) });
  }
}

const strayed = (to: string): Problem => ({
  what: `it is redirected to ${redactText(to)}`,
  remedy: 'only http and https are followed',
  isNetwork: false,
});

async function readBody(response: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    pieces.push(piece);
    length += piece.byteLength;
    if (length > MOST_BYTES) throw new Error(`its body has more than ${MOST_BYTES} bytes`);
  }
  return Buffer.concat(pieces);
}

/** What to do, by the error code of the system or the TLS library. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, 'the host name cannot be resolved: check its spelling and DNS'],
  [/ECONNREFUSED/, 'the connection was refused: check that the server is running, and the port'],
  [
    /ECONNRESET|UND_ERR_SOCKET|EPIPE/,
    'the connection was reset: check the server and any proxy in front of it',
  ],
  [
    /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/,
    'browsers reject this certificate too: renew it, or send its whole chain',
  ],
  [
    /Timeout|ETIMEDOUT/i,
    `no response within ${TIME_LIMIT / 1000} s: the server may be overloaded, or a firewall may block it`,
  ],
];

function explain(error: unknown): Problem {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const text = redactText(cause instanceof Error ? cause.message || cause.name : String(cause));
  const name = error instanceof Error ? error.name : '';
  const remedy = REMEDIES.find(([pattern]) => pattern.test(`${code} ${name}`))?.[1];
  return {
    what: `no response: ${code || text}`,
    remedy: remedy ?? 'try the URL with curl from the same network',
    isNetwork: cause !== error || name === 'TimeoutError',
  };
}
