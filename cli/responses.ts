import { redactText } from '../src/base/redact.ts';
import { examineResponse } from '../src/doctor/examine-response.ts';
import type { Finding } from '../src/doctor/finding.ts';
import type { Fetched, Problem, Source } from './fetched.ts';

/** A fetched resource, redacted for display. */
export interface FetchedReport {
  readonly where: string;
  /** Redirects first. */
  readonly urls: readonly string[];
  readonly status: number | undefined;
  readonly ms: number;
  readonly bytes: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers that matter for serving a title. */
const TOLD = [
  'content-type',
  'content-length',
  'content-encoding',
  'cache-control',
  'age',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'vary',
];

export function reportOf(where: string, { steps, ms, bytes }: Fetched): FetchedReport {
  const last = steps.at(-1);
  const headers = TOLD.flatMap((name) => {
    const value = last?.headers.get(name);
    return value === undefined ? [] : [[name, redactText(value)] as const];
  });
  return {
    where,
    urls: steps.map(({ url }) => redactText(url)),
    status: last?.status,
    ms: Math.round(ms),
    bytes: bytes?.length,
    headers: Object.fromEntries(headers),
  };
}

/** The finding for a resource that is unavailable. */
export const unavailable = (where: string, { what, remedy }: Problem, section: string): Finding => ({
  weight: 'fatal',
  where,
  what,
  section,
  action: 'requests it again as long as it has media to play',
  remedy,
});

/** Findings about how a resource is served. */
export function responseFindings(
  where: string,
  kind: 'manifest' | 'fragment',
  isLive: boolean,
  { steps }: Fetched,
  pageOrigin: string,
): readonly Finding[] {
  const [first, ...rest] = steps;
  return first
    ? examineResponse([first, ...rest], {
        where: kind === 'manifest' ? where : 'fragments',
        kind,
        isLive,
        pageOrigin,
      })
    : [];
}

/** A page on https can't fetch from http. */
export function mixedContent({ manifest }: Source, pageOrigin: string): Finding[] {
  const url = manifest.steps.at(-1)?.url;
  if (!url?.startsWith('http:') || /^http:\/\/(?:localhost|127\.|\[::1\])/.test(url)) return [];
  const isSecure = pageOrigin.startsWith('https:');
  return [
    {
      weight: isSecure ? 'fatal' : 'note',
      where: 'manifest',
      what: 'it is served over http, which pages on https may not fetch',
      section: 'Mixed Content',
      action: 'is blocked by the browser on such pages',
      remedy: 'serve it over https',
    },
  ];
}
