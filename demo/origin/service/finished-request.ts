import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a request was about. */
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

/** A request that is over, in good or in bad. */
export interface FinishedRequest {
  readonly kind: RequestKind;
  /** Milliseconds since 1970, when its headers had come. */
  readonly at: number;
  readonly method: string;
  /** As it was asked for, the values of its query left out: they may be tokens. */
  readonly url: string;
  /** 0: it was never answered. */
  readonly status: number;
  /** Milliseconds until it was over. */
  readonly ms: number;
  /** Bytes that left for the network, headers included. */
  readonly bytes: number;
  /** Address of the client, or of the proxy before this server. */
  readonly client: string;
  /** What the client calls itself. */
  readonly agent: string | undefined;
}

const MAX_URL = 1000;
const MAX_AGENT = 200;

/** Calls `onFinished` when a response is over. The kind may be found out on the way. */
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

/** A URL whose query tells which parameters there were, and not what they were. */
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
