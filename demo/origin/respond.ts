import type { IncomingMessage, ServerResponse } from 'node:http';
import { isKnown, rangeOf } from './byte-range.ts';
import { type Resource, sizeOf } from './resource.ts';
import { type Delivery, isEnding, sendBody } from './send-body.ts';

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Content-Length, Content-Range, Date, ETag, Retry-After',
  'Timing-Allow-Origin': '*',
};

/** Statuses without a response body. */
const BODILESS = [204, 205, 304];

/** Responds with a status and a sentence. */
export function respondWithStatus(
  response: ServerResponse,
  status: number,
  sentence: string,
  headers = {},
): void {
  const body = BODILESS.includes(status) ? '' : `${sentence}\n`;
  const described = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  };
  response.writeHead(status, {
    ...CORS,
    ...(body === '' ? {} : described),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Answers a CORS preflight request. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    ...CORS,
    'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
    // `*` would leave out `Authorization`.
    'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? '*',
    'Access-Control-Max-Age': '86400',
    Vary: 'Access-Control-Request-Headers',
  });
  response.end();
}

/** Sends a resource, or a range of it, subject to the rules. */
export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  resource: Resource,
  delivery: Delivery,
  closed: AbortSignal,
): Promise<void> {
  const size = sizeOf(resource);
  const etag = `"${resource.etag}"`;
  const headers: Record<string, string | number> = {
    ...CORS,
    'Content-Type': resource.contentType,
    'Cache-Control': resource.cacheControl,
    'Accept-Ranges': 'bytes',
    ETag: etag,
    ...resource.headers,
  };
  if (isKnown(request.headers['if-none-match'], etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const { range: wanted, 'if-range': ifRange = etag } = request.headers;
  const range = ifRange === etag ? rangeOf(wanted, size) : undefined;
  if (range === 'unsatisfiable') {
    respondWithStatus(response, 416, 'The range is not satisfiable.', { 'Content-Range': `bytes */${size}` });
    return;
  }
  const { start, end } = range ?? { start: 0, end: size };
  if (range) headers['Content-Range'] = `bytes ${start}-${end - 1}/${size}`;
  const ending = delivery.effects.find(isEnding);
  if (ending?.type !== 'cut' || ending.withLength !== false) headers['Content-Length'] = end - start;
  response.writeHead(range ? 206 : 200, headers);
  if (request.method === 'HEAD') response.end();
  else await sendBody(response, resource, { start, end }, delivery, closed);
}
