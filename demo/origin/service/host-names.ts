import { isIP } from 'node:net';

/**
 * Whether an origin answers to a `Host` header. A page of another site can have its own name resolve to this machine (DNS
 * rebinding) and is then of the same origin as far as its browser knows; its requests still bear that name. Addresses and
 * `localhost` can't be had that way. `*` among the names stands for all. No header at all: a client of HTTP/1.0.
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

/** A host without its port, its brackets and the dot of the root. */
function nameOf(host: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::\d*)?$/.exec(host.trim().toLowerCase()) ?? [];
  const name = (bracketed ?? plain)?.replace(/\.$/, '');
  return name === '' ? undefined : name;
}
