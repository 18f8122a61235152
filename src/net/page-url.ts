import { SmoothError } from '../base/errors.ts';

/** An address that a page has given, made absolute. Throws `source-invalid` for what nothing can be fetched from. */
export function pageUrl(url: string): string {
  try {
    const { href, protocol } = new URL(url, globalThis.document?.baseURI);
    if (/^(?:https?|blob|data):$/.test(protocol)) return href;
  } catch {}
  throw new SmoothError('source-invalid', { url, problem: 'is no URL that a file can be loaded from' });
}
