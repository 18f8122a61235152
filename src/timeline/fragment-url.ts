import { SmoothError } from '../base/errors.ts';
import type { Ticks } from '../base/time.ts';
import type { QualityLevel, Stream } from '../manifest/presentation.ts';

// The placeholders of [MS-SSTR] 2.2.2.3 in any case, escaped or not, with the white space and separators that occur.
const SPACE = '(?:\\s|%20)*';
const placeholder = (name: string, before = '') =>
  new RegExp(`${before}(?:\\{|%7B)${SPACE}${name}${SPACE}(?:\\}|%7D)`, 'gi');
const BITRATE = placeholder('bitrate');
const START_TIME = placeholder('start(?:\\s|[_+-]|%20|%C2%A0)*time');
const CUSTOM_ATTRIBUTES = placeholder('CustomAttributes', `((?:,|%2C)${SPACE})?`);

/**
 * The URL of one fragment. `manifestUrl` is the manifest's URL after redirects; its query is not passed on. Throws
 * `source-invalid` if the URL would leave http(s), downgrade from https to http, or contain credentials.
 */
export function fragmentUrl(
  manifestUrl: string,
  stream: Pick<Stream, 'urlTemplate' | 'wrapsTimes' | 'urlShift'>,
  level: Pick<QualityLevel, 'bitrate' | 'customAttributes'>,
  start: Ticks,
): string {
  const { urlTemplate, wrapsTimes, urlShift = 0n } = stream;
  if (urlTemplate === undefined)
    throw invalid(manifestUrl, 'has no fragments: the content is in the manifest');
  const time = start + urlShift;
  const path = fillTemplate(urlTemplate, level, wrapsTimes ? BigInt.asUintN(64, time) : time);
  const base = parseHttp(manifestUrl);
  base.pathname = base.pathname.slice(0, base.pathname.lastIndexOf('/') + 1);
  base.search = '';
  const url = parseHttp(path, base);
  if (base.protocol === 'https:' && url.protocol === 'http:') {
    throw invalid(url.href, 'downgrades https to http');
  }
  return url.href;
}

/** The URL of a title's manifest: `/Manifest` is added to a path that ends in `.ism` or `.isml`. */
export function manifestUrl(source: string, base?: string): string {
  const url = parseHttp(source, base);
  if (/\.isml?\/?$/i.test(url.pathname)) url.pathname = url.pathname.replace(/\/?$/, '/Manifest');
  url.hash = '';
  return url.href;
}

/** Whether a template has a placeholder for the time, in any spelling. */
export const hasStartTime = (template: string): boolean => template.search(START_TIME) >= 0;

/** A "#" in a template belongs to a name: fragments of URLs are never sent. */
function fillTemplate(
  template: string,
  { bitrate, customAttributes }: Pick<QualityLevel, 'bitrate' | 'customAttributes'>,
  start: bigint,
): string {
  const attributes = customAttributes.map(({ name, value }) => `${encode(name)}=${encode(value)}`).join(',');
  return template
    .replace(BITRATE, () => String(bitrate))
    .replace(START_TIME, () => String(start))
    .replace(CUSTOM_ATTRIBUTES, (_, comma = '') => (attributes ? comma + attributes : ''))
    .replaceAll('#', '%23');
}

/** Percent-encoded except `=`, `,`, `(` and `)`, which servers compare literally. */
const encode = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'))
    .replaceAll('%3D', '=')
    .replaceAll('%2C', ',');

function parseHttp(source: string, base?: string | URL): URL {
  const url = parseUrl(source, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid(url.href, 'is not an http(s) URL');
  if (url.username || url.password) throw invalid(url.href, 'contains credentials');
  return url;
}

function parseUrl(source: string, base?: string | URL): URL {
  try {
    return new URL(source, base);
  } catch {
    throw invalid(source, 'is not a URL');
  }
}

const invalid = (url: string, problem: string) =>
  new SmoothError('source-invalid', { url: url.slice(0, 2000), problem });
