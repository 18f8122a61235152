import { type FormatRequest, parseFormat } from './formats/format-request.ts';

/** The request in a URL of a title. [MS-SSTR] 2.2.1, 2.2.3. */
export type Route =
  | { readonly type: 'manifest'; readonly presentation: string }
  | {
      readonly type: 'fragment';
      readonly presentation: string;
      readonly noun: FragmentNoun;
      readonly bitrate: number;
      /** `Name=Value` pairs after the bitrate. */
      readonly attributes: readonly string[];
      readonly stream: string;
      readonly time: bigint;
    }
  /** HLS, DASH, or the filtered Smooth manifest. */
  | { readonly type: 'format'; readonly presentation: string; readonly request: FormatRequest }
  | { readonly type: 'malformed'; readonly problem: string };

export type FragmentNoun = 'fragments' | 'fragmentinfo' | 'rawfragments' | 'keyframes';

const MANIFEST = /^(.+\.isml?)\/manifest$/i;
const FRAGMENT =
  /^(.+\.isml?)\/qualitylevels\(([^()]*)\)\/(fragments|fragmentinfo|rawfragments|keyframes)\(([^()]*)\)$/i;
const FORMATTED = /^(.+?\.isml?)\/(.+)$/i;
const BELOW_A_PRESENTATION = /\.isml?\/qualitylevels/i;

/** Parses a path; `undefined` if it isn't below a title. The path is decoded and starts with `/`. */
export function routeOf(path: string): Route | undefined {
  const manifest = MANIFEST.exec(path);
  if (manifest?.[1]) return { type: 'manifest', presentation: manifest[1] };
  const [, formatted, rest = ''] = FORMATTED.exec(path) ?? [];
  const format = formatted === undefined ? undefined : parseFormat(rest);
  if (formatted !== undefined && format) {
    return format.type === 'request'
      ? { type: 'format', presentation: formatted, request: format.request }
      : { type: 'malformed', problem: format.problem };
  }
  const [, presentation, level = '', noun = '', place = ''] = FRAGMENT.exec(path) ?? [];
  if (presentation === undefined) {
    return BELOW_A_PRESENTATION.test(path)
      ? malformed('QualityLevels(bitrate)/Fragments(name=time)')
      : undefined;
  }
  const [bitrate = '', ...attributes] = level.split(',').map((part) => part.trim());
  const [, stream, time] = /^(.*)=(\d{1,20})$/.exec(place) ?? [];
  if (!/^\d{1,15}$/.test(bitrate)) return malformed('a bitrate in decimal');
  if (!stream || time === undefined) return malformed('name=time, the time in ticks');
  const named = noun.toLowerCase() as FragmentNoun;
  return {
    type: 'fragment',
    presentation,
    noun: named,
    bitrate: Number(bitrate),
    attributes,
    stream,
    time: BigInt(time),
  };
}

const malformed = (expected: string): Route => ({ type: 'malformed', problem: `expected ${expected}` });
