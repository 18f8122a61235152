import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { piecesOf } from './body.ts';
import type { Line } from './line.ts';
import { type Resource, sizeOf } from './resource.ts';
import type { RuleEffect } from './rules.ts';

/** What is to go wrong with one response. */
export interface Faults {
  readonly effects: readonly RuleEffect[];
  /** Lines that the body passes through. */
  readonly lines: readonly Line[];
}

/** Bytes that pass a slow line at once: small, so that it flows and does not jump. */
const LINE_PIECE = 4096;

/** Seconds that a response may lag behind its line, and catch up: timers and the disk are late now and then. */
const SLACK = 0.05;

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Content-Length, Content-Range, Date, ETag, Retry-After',
  'Timing-Allow-Origin': '*',
};

/** Answers with a status and a sentence. */
export function refuse(response: ServerResponse, status: number, sentence: string, headers = {}): void {
  const body = `${sentence}\n`;
  response.writeHead(status, {
    ...CORS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** What CORS asks before a request with headers of its own. */
export function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    ...CORS,
    'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
    'Access-Control-Allow-Headers': '*',
    'Access-Control-Max-Age': '86400',
  });
  response.end();
}

/** Sends a resource, or what of it was asked for, through whatever is to go wrong on the way. */
export async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  resource: Resource,
  faults: Faults,
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
  const range = rangeOf(request.headers.range, size);
  if (range === 'unsatisfiable') {
    refuse(response, 416, 'Nothing lies in that range.', { 'Content-Range': `bytes */${size}` });
    return;
  }
  const { start, end } = range ?? { start: 0, end: size };
  if (range) headers['Content-Range'] = `bytes ${start}-${end - 1}/${size}`;
  const cut = faults.effects.find((effect) => effect.type === 'cut');
  if (cut?.withLength !== false) headers['Content-Length'] = end - start;
  response.writeHead(range ? 206 : 200, headers);
  if (request.method === 'HEAD') response.end();
  else await sendBody(response, resource, start, end, faults);
}

async function sendBody(
  response: ServerResponse,
  resource: Resource,
  start: number,
  end: number,
  { effects, lines }: Faults,
): Promise<void> {
  const ending = effects.find(isEnding);
  const stopAt = ending ? placeIn(ending, end - start) : end - start;
  const pieces = piecesOf(resource.parts, start, start + stopAt, lines.length > 0 ? LINE_PIECE : undefined);
  let readyAt = now();
  for await (const piece of pieces) {
    if (response.destroyed) return;
    readyAt = await pass(lines, piece.length, Math.max(readyAt, now() - SLACK), response);
    if (response.write(piece)) continue;
    await drained(response);
    readyAt = now();
  }
  if (ending) await endEarly(response, ending);
  else response.end();
}

type Ending = Extract<RuleEffect, { type: 'cut' | 'stall' | 'reset' }>;

const isEnding = (effect: RuleEffect): effect is Ending => ['cut', 'stall', 'reset'].includes(effect.type);

/** What becomes of a body that was sent as far as a rule lets it. */
async function endEarly(response: ServerResponse, { type }: Ending): Promise<void> {
  response.flushHeaders();
  await flushed(response);
  if (type === 'reset') response.socket?.resetAndDestroy();
  else if (type === 'cut' && response.hasHeader('content-length')) response.socket?.end();
  else if (type === 'cut') response.end();
}

function placeIn(ending: Ending, size: number): number {
  if ('afterBytes' in ending && ending.afterBytes !== undefined) return Math.min(size, ending.afterBytes);
  if ('afterShare' in ending && ending.afterShare !== undefined) return Math.floor(size * ending.afterShare);
  return 0;
}

/**
 * Waits until a piece has passed every line, or nobody wants it any more. Gives the moment that it was to wait for:
 * the next piece counts from there, so that late timers don't slow the line down.
 */
async function pass(
  lines: readonly Line[],
  bytes: number,
  readyAt: number,
  response: ServerResponse,
): Promise<number> {
  const moment = Math.max(readyAt, ...lines.map((line) => line.send(bytes, readyAt)));
  for (let left = moment - now(); left > 0 && !response.destroyed; left = moment - now()) {
    await sleep(Math.min(left, 0.25) * 1000);
  }
  return moment;
}

/** Seconds on a clock that never goes back. */
const now = () => performance.now() / 1000;

const drained = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });

/** Resolves when what was written has left for the socket. */
const flushed = (response: ServerResponse) =>
  new Promise<void>((resolve) => {
    if (response.writableLength === 0 || response.destroyed) resolve();
    else void drained(response).then(resolve);
  });

const isKnown = (ifNoneMatch: string | undefined, etag: string) =>
  ifNoneMatch?.split(',').some((tag) => [etag, `W/${etag}`, '*'].includes(tag.trim())) ?? false;

/** One range of bytes, as RFC 9110, 14 has it; several are answered as if none had been asked for. */
function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; end: number } | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size : Math.min(size, Number(to) + 1);
  return start < end ? { start, end } : 'unsatisfiable';
}
