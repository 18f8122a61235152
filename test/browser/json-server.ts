import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A received request. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A small server for other resources than manifests and fragments. */
export interface SmallServer {
  readonly url: string;
  /** Without preflight requests. */
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** Listens on a free local port, and answers pages of any origin. */
export async function openSmallServer(answer: (request: Received) => Answer): Promise<SmallServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body: Buffer.concat(pieces).toString() };
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'Content-Type' };
    if (method === 'OPTIONS') {
      response.writeHead(204, cors).end();
      return;
    }
    received.push(one);
    const { status = 200, headers: more, body } = answer(one);
    const exposed = { 'Access-Control-Expose-Headers': 'Retry-After', 'Cache-Control': 'no-store' };
    response.writeHead(status, { ...cors, ...exposed, ...more }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
