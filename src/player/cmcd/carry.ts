/*! Contains @svta/cml-cmcd and what it needs, Apache-2.0, https://www.npmjs.com/package/@svta/cml-cmcd */
import {
  appendCmcdHeaders,
  type Cmcd,
  type CmcdEncodeOptions,
  type CmcdKey,
  encodeCmcd,
  toCmcdQuery,
} from '@svta/cml-cmcd';

/** The format of the data. */
export interface Writing {
  readonly version: 1 | 2;
  readonly isWanted: (key: string) => boolean;
}

const optionsOf = ({ version, isWanted }: Writing, baseUrl?: string): CmcdEncodeOptions => ({
  version,
  filter: (key: CmcdKey) => isWanted(key),
  ...(baseUrl !== undefined && { baseUrl }),
});

/** The same request, with the data in the parameter `CMCD` of its URL. The URL's own query stays unchanged. */
export function inQuery(request: Request, data: Cmcd, writing: Writing): Request {
  const { url } = request;
  const query = toCmcdQuery(data, optionsOf(writing, url));
  return new Request(`${url}${url.includes('?') ? '&' : '?'}${query}`, request);
}

/** Puts the data in the four headers of the request. */
export function inHeaders(request: Request, data: Cmcd, writing: Writing): Request {
  const headers = appendCmcdHeaders({}, data, optionsOf(writing, request.url));
  for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
  return request;
}

/** A URL without the parameter added by `inQuery`. */
export const withoutCmcd = (url: string): string =>
  url.replace(/([?&])CMCD=[^&#]*(&?)/, (_, before: string, after: string) => (after ? before : ''));

/** One line of a report. */
export const reportLine = (data: Cmcd, isWanted: Writing['isWanted']): string =>
  encodeCmcd(data, {
    version: 2,
    reportingMode: 'event',
    filter: (key: CmcdKey) => key === 'e' || key === 'ts' || isWanted(key),
  });
