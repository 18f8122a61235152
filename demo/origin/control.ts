import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestLog } from './request-log.ts';
import { type Rules, readRule } from './rules.ts';

const MAX_BODY = 64 * 1024;

/**
 * The control interface: `GET`, `POST` and `DELETE /control/rules` (`?id=` for one), `GET` and `DELETE
 * /control/requests`. Tells whether the path was one of its own.
 */
export async function control(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { rules, log }: { readonly rules: Rules; readonly log: RequestLog },
): Promise<boolean> {
  const answer = (status: number, value: unknown) => {
    const body = JSON.stringify(value);
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(body);
    return true;
  };
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /control/rules':
      return answer(200, rules.active);
    case 'POST /control/rules': {
      const rule = readRule(await readJson(request));
      return typeof rule === 'string' ? answer(400, { problem: rule }) : answer(201, rules.add(rule));
    }
    case 'DELETE /control/rules': {
      const id = url.searchParams.get('id');
      if (id === null) rules.clear();
      else rules.remove(Number(id));
      return answer(200, rules.active);
    }
    case 'GET /control/requests':
      return answer(200, log.entries);
    case 'DELETE /control/requests':
      log.clear();
      return answer(200, log.entries);
    default:
      return (
        url.pathname.startsWith('/control/') &&
        answer(404, { problem: 'rules and requests are to be had here' })
      );
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request) {
    length += (piece as Buffer).length;
    if (length > MAX_BODY) return undefined;
    pieces.push(piece as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    return undefined;
  }
}
