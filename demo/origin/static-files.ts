import { createHash } from 'node:crypto';
import { extname, join, resolve, sep } from 'node:path';
import { factsOf } from './file-facts.ts';
import { liesWithin } from './real-path.ts';
import { REVALIDATE, type Resource } from './resource.ts';

/** A folder, or a function that provides a file for a path, and the headers of its files. */
export interface StaticMount {
  /** URL path, such as `/dist/`. */
  readonly at: string;
  /** A folder, or a function from the rest of the path to a file or to bytes. */
  readonly from: string | ((path: string) => string | Buffer | undefined);
  readonly headers?: Readonly<Record<string, string>>;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.xml': 'text/xml',
  '.ismc': 'text/xml',
  '.mp4': 'video/mp4',
};

/** A file as a resource; `undefined` if there is none. */
export async function fileResource(path: string, own: Partial<Resource> = {}): Promise<Resource | undefined> {
  const facts = await factsOf(path);
  if (!facts) return undefined;
  return {
    parts: [{ path, offset: 0, length: facts.size }],
    contentType: CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    etag: facts.version,
    cacheControl: REVALIDATE,
    ...own,
  };
}

/** The resource of a mount at a path; `undefined` if there is none. */
export async function staticResource(
  { at, from, headers = {} }: StaticMount,
  path: string,
): Promise<Resource | undefined> {
  if (!path.startsWith(at)) return undefined;
  const rest = path.slice(at.length);
  if (typeof from === 'function') {
    const found = from(rest);
    if (Buffer.isBuffer(found)) return bytesResource(found, headers);
    return found === undefined ? undefined : fileResource(found, { headers });
  }
  const root = resolve(from);
  const full = resolve(join(root, rest === '' || rest.endsWith('/') ? `${rest}index.html` : rest));
  if (!full.startsWith(root + sep) || !(await liesWithin(root, full))) return undefined;
  return fileResource(full, { headers });
}

function bytesResource(bytes: Buffer, headers: Readonly<Record<string, string>>): Resource {
  return {
    parts: [bytes],
    contentType: 'application/octet-stream',
    etag: createHash('sha1').update(bytes).digest('hex'),
    cacheControl: 'no-store',
    headers,
  };
}
