import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Whether a request has one of the tokens: as `Authorization: Bearer`, as the password of `Basic` (encoders accept
 * `http://user:token@host`), or as `?token=` for encoders that only accept a URL. Without tokens everybody may publish.
 */
export function mayPublish({ headers, url = '' }: IncomingMessage, tokens: readonly string[]): boolean {
  if (tokens.length === 0) return true;
  const given = [bearerOf(headers.authorization), basicOf(headers.authorization), queryTokenOf(url)];
  return given.some((one) => one !== undefined && tokens.some((token) => isSame(one, token)));
}

const bearerOf = (header = ''): string | undefined => /^bearer +(\S+)$/i.exec(header.trim())?.[1];

function basicOf(header = ''): string | undefined {
  const encoded = /^basic +(\S+)$/i.exec(header.trim())?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString();
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined;
}

function queryTokenOf(url: string): string | undefined {
  const at = url.indexOf('?');
  return at < 0 ? undefined : (new URLSearchParams(url.slice(at + 1)).get('token') ?? undefined);
}

/** In constant time. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
