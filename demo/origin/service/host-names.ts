import { isIP } from 'node:net';

/**
 * Whether an origin accepts a `Host` header. A page of another site can make its own name resolve to this machine (DNS
 * rebinding), so that its browser treats both as the same origin; its requests still have that name. IP addresses and
 * `localhost` can't be used in this way. `*` among the names accepts all. No header at all: an HTTP/1.0 client.
 */
export function isServedHost(host: string | undefined, names: readonly string[]): boolean {
  if (host === undefined || names.includes('*')) return true;
  const name = nameOf(host);
  if (name === undefined) return false;
  return (
    isIP(name) !== 0 ||
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    names.some((own) => nameOf(own) === name)
  );
}

/** A host without port, brackets and trailing dot. */
function nameOf(host: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d*)?$/.exec(host.trim().toLowerCase()) ?? [];
  const name = (bracketed ?? plain)?.replace(/\.$/, '');
  return name === '' ? undefined : name;
}
