import type { IncomingMessage, ServerResponse } from 'node:http';
import { isFromElsewhere } from '../control.ts';
import { respondWithStatus } from '../respond.ts';
import { mayPublish } from '../service/publish-access.ts';
import { arrivalsOf } from './arrivals.ts';
import type { PublishingPoint } from './publishing-point.ts';

/** A connection without data for this long is closed; its encoder may reconnect. */
const SILENCE_MS = 60_000;

const STREAMS = /^(.+\.isml?)\/(?:events\([^()]*\)\/)?streams\([^()]*\)$/i;

/** The title that a path pushes to; `undefined` if it isn't such a path. [MS-SSTR] and AMS-Ingest. */
export const pushedTitle = (path: string): string | undefined => STREAMS.exec(path)?.[1];

/** The title whose event a path ends; `undefined` if it isn't such a path. */
export const endedTitle = (path: string): string | undefined => /^(.+\.isml?)\/end$/i.exec(path)?.[1];

/** Rejects a request that may not publish; returns true if it did. */
export function rejectPublisher(
  request: IncomingMessage,
  response: ServerResponse,
  { tokens }: PublishingPoint,
): boolean {
  if (isFromElsewhere(request)) respondWithStatus(response, 403, 'Pages of other sites may not push.');
  else if (!mayPublish(request, tokens)) {
    const headers = { 'WWW-Authenticate': 'Basic realm="publish"', Connection: 'close' };
    respondWithStatus(response, 401, 'A token is required to publish.', headers);
  } else return false;
  return true;
}

/** Receives an encoder's POST, for hours if necessary. Without a body it only checks access. */
export async function receivePush(
  request: IncomingMessage,
  response: ServerResponse,
  point: PublishingPoint,
): Promise<void> {
  request.setTimeout(SILENCE_MS, () => request.destroy());
  if (request.headers.expect !== undefined) response.writeContinue();
  try {
    await point.receive(arrivalsOf(request, point.stopping));
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    respondWithStatus(response, 400, sentence, { Connection: 'close' });
    return;
  }
  if (point.isStopping) {
    const headers = { Connection: 'close', 'Retry-After': '5' };
    respondWithStatus(response, 503, 'The server is shutting down: send the last fragments again.', headers);
    return;
  }
  response.writeHead(200, { 'Content-Length': 0 }).end();
}
