import { clampTtl, DEFAULT_TTL, type SteeringDocument } from './steering-document.ts';

/** The result of a request for a steering manifest. `url`: after redirects. */
export type SteeringAnswer =
  | { readonly kind: 'document'; readonly document: SteeringDocument; readonly url: string }
  /** There is none any more. */
  | { readonly kind: 'gone' }
  /** `retryAfter`: the delay that the server asks for, in seconds. */
  | { readonly kind: 'failed'; readonly retryAfter: number | undefined };

/** When to request again, and which URL. */
export interface NextRequest {
  readonly url: string;
  /** In seconds. */
  readonly after: number;
}

/** Seconds before a request that failed is repeated, at least. */
const LEAST_PAUSE = 2;

/** `undefined`: never again. `asked` is the requested URL, `ttl` that of the previous manifest. */
export function nextRequest(
  answer: SteeringAnswer,
  asked: string,
  ttl: number = DEFAULT_TTL,
): NextRequest | undefined {
  switch (answer.kind) {
    case 'gone':
      return undefined;
    case 'failed':
      return {
        url: asked,
        after: answer.retryAfter === undefined ? ttl : Math.max(LEAST_PAUSE, clampTtl(answer.retryAfter)),
      };
    case 'document':
      return { url: reloadUrl(answer) ?? asked, after: answer.document.ttl };
    default:
      return answer satisfies never;
  }
}

/** Never from https to http, and never with credentials. */
function reloadUrl({ document, url }: Extract<SteeringAnswer, { kind: 'document' }>): string | undefined {
  if (document.reload === undefined) return undefined;
  try {
    const reload = new URL(document.reload, url);
    const isHttp = reload.protocol === 'https:' || (reload.protocol === 'http:' && !url.startsWith('https:'));
    return isHttp && !reload.username && !reload.password ? reload.href : undefined;
  } catch {
    return undefined;
  }
}

/** What was received from a pathway since the last steering request. */
export interface PathwayUse {
  readonly id: string;
  /** Bits per second. */
  readonly throughput: number;
}

/** The request with the DASH parameters: the pathways in use, in order of their last use, and their throughput. */
export function steeringUrl(url: string, used: readonly PathwayUse[]): string {
  if (used.length === 0) return url;
  const pathways = encodeURIComponent(`"${used.map(({ id }) => id.replaceAll('"', '')).join(',')}"`);
  const rates = used.map(({ throughput }) => Math.round(throughput)).join(',');
  const parameters = `_DASH_pathway=${pathways}&_DASH_throughput=${rates}`;
  const [bare = '', hash] = url.split('#');
  const address = `${bare}${bare.includes('?') ? '&' : '?'}${parameters}`;
  return hash === undefined ? address : `${address}#${hash}`;
}
