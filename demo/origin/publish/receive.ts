import type { IncomingMessage, ServerResponse } from 'node:http';
import { refuse } from '../respond.ts';
import { arrivalsOf } from './arrivals.ts';
import type { PublishingPoint } from './publishing-point.ts';

/** A connection that brings nothing for so long is given up; its encoder may come back. */
const SILENCE_MS = 60_000;

const STREAMS = /^(.+\.isml?)\/(?:events\([^()]*\)\/)?streams\([^()]*\)$/i;

/** The title that a path pushes to; `undefined` when it isn't such a path. [MS-SSTR] and AMS-Ingest. */
export const pushedTitle = (path: string): string | undefined => STREAMS.exec(path)?.[1];

/** Takes in what an encoder posts, for hours if need be. Without a body it only asks whether it may. */
export async function receivePush(
  request: IncomingMessage,
  response: ServerResponse,
  point: PublishingPoint,
): Promise<void> {
  request.setTimeout(SILENCE_MS, () => request.destroy());
  try {
    await point.receive(arrivalsOf(request));
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    refuse(response, 400, sentence, { Connection: 'close' });
    return;
  }
  response.writeHead(200, { 'Content-Length': 0 }).end();
}
