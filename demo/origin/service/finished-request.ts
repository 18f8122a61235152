import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a request was for. */
export type RequestKind =
  | 'manifest'
  | 'fragment'
  | 'hls'
  | 'dash'
  | 'push'
  | 'peer'
  | 'control'
  | 'health'
  | 'metrics'
  | 'file'
  | 'refused';

/** A finished request, successful or not. */
export interface FinishedRequest {
  readonly kind: RequestKind;
  /** Milliseconds since 1970, when its headers had arrived. */
  readonly at: number;
  readonly method: string;
  /** The requested URL without the values of its query: they may be tokens. */
  readonly url: string;
  /** 0: there was no response. */
  readonly status: number;
  /** Milliseconds until it ended. */
  readonly ms: number;
  /** Bytes sent to the network, headers included. */
  readonly bytes: number;
  /** Address of the client, or of the proxy in front of this server. */
  readonly client: string;
  /** The `User-Agent` header. */
  readonly agent: string | undefined;
}

const MAX_URL = 1000;
const MAX_AGENT = 200;

/** Calls `onFinished` when a response has ended. The kind may be determined meanwhile. */
export function observe(
  request: IncomingMessage,
  response: ServerResponse,
  kind: () => RequestKind,
  onFinished: (finished: FinishedRequest) => void,
): void {
  const { socket } = request;
  const at = Date.now();
  const startedAt = performance.now();
  const before = socket.bytesWritten;
  const client = socket.remoteAddress ?? '';
  response.on('close', () =>
    onFinished({
      kind: kind(),
      at,
      method: request.method ?? '',
      url: redactQuery(request.url ?? ''),
      status: response.headersSent ? response.statusCode : 0,
      ms: performance.now() - startedAt,
      bytes: socket.bytesWritten - before,
      client,
      agent: request.headers['user-agent']?.slice(0, MAX_AGENT),
    }),
  );
}

/** A URL whose query keeps the names of parameters, but not their values. */
export function redactQuery(url: string): string {
  const at = url.indexOf('?');
  const path = (at < 0 ? url : url.slice(0, at)).slice(0, MAX_URL);
  if (at < 0) return path;
  const names = url
    .slice(at + 1, at + 1 + MAX_URL)
    .split('&')
    .map((pair) => (pair.includes('=') ? `${pair.slice(0, pair.indexOf('='))}=…` : '…'));
  return `${path}?${names.join('&')}`;
}
