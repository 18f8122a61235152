import { SmoothError } from '../base/errors.ts';

/** Resolves a URL given by a page. Throws `source-invalid` if nothing can be fetched from it. */
export function pageUrl(url: string): string {
  try {
    const { href, protocol } = new URL(url, globalThis.document?.baseURI);
    if (/^(?:https?|blob|data):$/.test(protocol)) return href;
  } catch {}
  throw new SmoothError('source-invalid', { url, problem: 'is not an http(s) URL' });
}
