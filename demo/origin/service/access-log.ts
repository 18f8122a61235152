import type { FinishedRequest } from './finished-request.ts';

export type AccessLogFormat = 'json' | 'combined';

/** One line of an access log, without its line break. */
export function accessLogLine(request: FinishedRequest, format: AccessLogFormat): string {
  switch (format) {
    case 'json': {
      const { kind, at, method, url, status, ms, bytes, client, agent } = request;
      const time = new Date(at).toISOString();
      return JSON.stringify({ time, client, method, url, status, bytes, ms: Math.round(ms), kind, agent });
    }
    case 'combined': {
      const { at, method, url, status, bytes, client, agent = '-' } = request;
      return `${client} - - [${commonTime(new Date(at))}] "${quoted(`${method} ${url} HTTP/1.1`)}" ${status} ${bytes} "-" "${quoted(agent)}"`;
    }
    default:
      return format satisfies never;
  }
}

/** `02/Jan/2024:03:04:05 +0000`. */
function commonTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

/** Client data must not end its field or start a new line. */
const quoted = (text: string): string =>
  text.replace(/["\\]|[^\x20-\x7e]/g, (character) => `\\x${(character.codePointAt(0) ?? 0).toString(16)}`);
