import { redactText } from '../src/base/redact.ts';
import type { ResponseFacts } from '../src/doctor/examine-response.ts';
import type { Fetched } from './fetched.ts';

const MOST_REDIRECTS = 5;
/** As long as the player waits for a whole manifest. */
const TIME_LIMIT = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** Fetches as a page at `origin` would, redirects one by one. Never rejects. */
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
      // What was given for one host is no other's business.
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
    return had({ bytes: undefined, problem: { what, remedy: "look at the server's rules for redirects" } });
  } catch (error) {
    return had({ bytes: undefined, problem: explain(error) });
  }
}

const strayed = (to: string) => ({
  what: `it is redirected to ${redactText(to)}`,
  remedy: 'only http and https are followed',
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

/** What to do, by the code of the system's or the TLS library's error. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [/ENOTFOUND|EAI_AGAIN/, 'the host has no address here: is it spelt right, and is DNS there?'],
  [/ECONNREFUSED/, 'nothing listens there: is the server running, and the port right?'],
  [/ECONNRESET|UND_ERR_SOCKET|EPIPE/, 'the connection was cut: look at the server and what is before it'],
  [
    /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO/,
    'browsers refuse this certificate too: renew it, or send its whole chain',
  ],
  [
    /Timeout|ETIMEDOUT/i,
    `nothing within ${TIME_LIMIT / 1000} s: is the server overloaded, or a firewall between?`,
  ],
];

function explain(error: unknown): NonNullable<Fetched['problem']> {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const text = redactText(cause instanceof Error ? cause.message || cause.name : String(cause));
  const name = error instanceof Error ? error.name : '';
  const remedy = REMEDIES.find(([pattern]) => pattern.test(`${code} ${name}`))?.[1];
  return {
    what: `no answer: ${code || text}`,
    remedy: remedy ?? 'try the address with curl from the same network',
  };
}
