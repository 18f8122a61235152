import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Channels } from './live/channels.ts';
import { changeChannel } from './live/control-live.ts';
import { readRule } from './read-rule.ts';
import type { RequestLog } from './request-log.ts';
import type { Rules } from './rules.ts';

const MAX_BODY = 64 * 1024;
/** Milliseconds without a byte after which a request body is abandoned. */
const BODY_MS = 10_000;

/** What the interface controls. */
interface Controlled {
  readonly rules: Rules;
  readonly log: RequestLog;
  readonly live: Channels;
}

/**
 * The control interface: `GET`, `POST` and `DELETE /control/rules` (`?id=` for one), `GET` and `DELETE
 * /control/requests`, `GET` and `POST /control/live`. Pages of other sites may not use it.
 */
export async function control(
  request: IncomingMessage,
  response: ServerResponse,
  { pathname, searchParams }: URL,
  { rules, log, live }: Controlled,
): Promise<void> {
  const answer = (status: number, value: unknown) => {
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
    response.writeHead(status, headers).end(JSON.stringify(value));
  };
  if (isFromElsewhere(request)) return answer(403, { problem: 'pages of other sites may not use this' });
  switch (`${request.method} ${pathname}`) {
    case 'GET /control/rules':
      return answer(200, rules.active);
    case 'POST /control/rules': {
      const rule = readRule(await readJson(request, response));
      return typeof rule === 'string' ? answer(400, { problem: rule }) : answer(201, rules.add(rule));
    }
    case 'DELETE /control/rules': {
      const id = searchParams.get('id');
      if (id === null) rules.clear();
      else if (!rules.remove(Number(id))) return answer(404, { problem: 'no such rule' });
      return answer(200, rules.active);
    }
    case 'GET /control/requests':
      return answer(200, log.entries);
    case 'DELETE /control/requests':
      log.clear();
      return answer(200, log.entries);
    case 'GET /control/live':
      return answer(200, await Promise.all(live.all.map((channel) => channel.state())));
    case 'POST /control/live': {
      const changed = await changeChannel(live, await readJson(request, response));
      return typeof changed === 'string'
        ? answer(400, { problem: changed })
        : answer(200, await changed.state());
    }
    default:
      return answer(404, { problem: 'the resources here are rules, requests and live' });
  }
}

/**
 * Whether the request comes from a page of another origin. Any page may send a POST to any server, even on loopback;
 * browsers name its origin.
 */
export function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined && headers.origin.replace(/^https?:\/\//, '') !== headers.host;
}

/** The request body as JSON; `undefined` if it isn't JSON, or too long: it is read to its end anyway. */
async function readJson(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  request.setTimeout(BODY_MS, () => request.destroy());
  if (request.headers.expect !== undefined) response.writeContinue();
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request) {
    length += (piece as Buffer).length;
    if (length <= MAX_BODY) pieces.push(piece as Buffer);
  }
  try {
    return length > MAX_BODY ? undefined : JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    return undefined;
  }
}
