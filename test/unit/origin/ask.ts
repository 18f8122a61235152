import { type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** `ended` as announced; `cut` while the client waited for more. */
  readonly end: 'ended' | 'cut';
}

export interface Question {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Asks for a path exactly as it is written: `fetch` would take the dots out of it. */
export function ask(base: string, path: string, { method = 'GET', headers = {}, body }: Question = {}) {
  const { hostname, port } = new URL(base);
  return new Promise<Answer>((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      // A broken body shows in how it ended.
      response.on('error', () => undefined);
      response.on('close', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(pieces),
          end: response.complete ? 'ended' : 'cut',
        }),
      );
    });
    asked.on('error', reject).end(body);
  });
}
