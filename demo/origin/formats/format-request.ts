/** The request in a URL with `format=`. Names are case-insensitive. */
export type FormatRequest =
  | { readonly kind: 'multivariant'; readonly parameters: Parameters }
  | { readonly kind: 'mpd'; readonly parameters: Parameters }
  /** The Smooth manifest itself, filtered. */
  | { readonly kind: 'smooth'; readonly parameters: Parameters }
  | { readonly kind: 'chapters'; readonly parameters: Parameters }
  | (LevelRequest & {
      readonly kind: 'playlist';
      readonly isKeyFrames: boolean;
      readonly parameters: Parameters;
    })
  | (LevelRequest & {
      readonly kind: 'segment';
      readonly form: SegmentForm;
      /** On the clock of the playlists; `init`: the init segment. */
      readonly time: bigint | 'init';
      readonly isKeyFrames: boolean;
    });

/** The parameters between the parentheses beside the format, by name in lower case. */
export type Parameters = ReadonlyMap<string, string>;

export interface LevelRequest {
  /** The value in `QualityLevels(…)`. */
  readonly level: string;
  readonly stream: string;
}

/** CMAF; WebVTT; a plain JPEG image. */
export type SegmentForm = 'cmaf' | 'vtt' | 'jpeg';

export type ParsedFormat =
  | { readonly type: 'request'; readonly request: FormatRequest }
  | { readonly type: 'unsupported'; readonly problem: string };

/** Named as in Azure Media Services; the older formats, with MPEG-2 TS or `csf`, get CMAF too. */
const HLS_FORMATS = ['m3u8-cmaf', 'm3u8-aapl', 'm3u8-aapl-v3'];
const DASH_FORMATS = ['mpd-time-cmaf', 'mpd-time-csf'];
const SEGMENT_FORMS: Readonly<Record<string, SegmentForm>> = {
  ...Object.fromEntries([...HLS_FORMATS, ...DASH_FORMATS, 'cmaf'].map((name) => [name, 'cmaf'])),
  vtt: 'vtt',
  jpeg: 'jpeg',
};

/** Known parameters: unknown ones are errors, so that they don't go unnoticed. */
const MANIFEST_PARAMETERS = [
  'format',
  'filter',
  'bitrate',
  'language',
  'starttime',
  'endtime',
  'encryption',
  'audio-only',
];
const PLAYLIST_PARAMETERS = [...MANIFEST_PARAMETERS, 'type'];
const SEGMENT_PARAMETERS = ['format', 'encryption'];

const MANIFEST = /^manifest\(([^()]*)\)(?:\.(?:m3u8|mpd|json))?$/i;
const PLAYLIST = /^qualitylevels\(([^()]*)\)\/manifest\(([^()]*)\)(?:\.m3u8)?$/i;
const SEGMENT =
  /^qualitylevels\(([^()]*)\)\/(fragments|keyframes)\(([^()]*)\)(?:\.(?:m4s|mp4|m4a|m4v|cmfv|cmfa|cmft|vtt|jpg))?$/i;

/** Parses the decoded path after a title; `undefined` if it has no format. */
export function parseFormat(rest: string): ParsedFormat | undefined {
  const [, manifest] = MANIFEST.exec(rest) ?? [];
  if (manifest !== undefined) return readManifest(manifest);
  const [, playlistLevel, playlist] = PLAYLIST.exec(rest) ?? [];
  if (playlistLevel !== undefined && playlist !== undefined) return readPlaylist(playlistLevel, playlist);
  const [, level, noun = '', segment] = SEGMENT.exec(rest) ?? [];
  if (level === undefined || segment === undefined || !/,\s*format\s*=/i.test(segment)) return undefined;
  return readSegment(level, segment, noun.toLowerCase() === 'keyframes');
}

function readManifest(inside: string): ParsedFormat {
  const parameters = readParameters(inside.split(','), MANIFEST_PARAMETERS);
  if (typeof parameters === 'string') return unsupported(parameters);
  const format = parameters.get('format')?.toLowerCase() ?? '';
  if (format === '') return { type: 'request', request: { kind: 'smooth', parameters } };
  if (HLS_FORMATS.includes(format)) return { type: 'request', request: { kind: 'multivariant', parameters } };
  if (DASH_FORMATS.includes(format)) return { type: 'request', request: { kind: 'mpd', parameters } };
  if (format === 'chapters') return { type: 'request', request: { kind: 'chapters', parameters } };
  return unsupported(`the format must be one of ${[...HLS_FORMATS, ...DASH_FORMATS].join(', ')}`);
}

function readPlaylist(level: string, inside: string): ParsedFormat {
  const [stream = '', ...rest] = inside.split(',').map((part) => part.trim());
  const parameters = readParameters(rest, PLAYLIST_PARAMETERS);
  if (typeof parameters === 'string') return unsupported(parameters);
  if (stream === '' || !HLS_FORMATS.includes(parameters.get('format')?.toLowerCase() ?? ''))
    return unsupported(`a playlist URL is Manifest(name,format=${HLS_FORMATS[0]})`);
  const isKeyFrames = parameters.get('type')?.toLowerCase() === 'keyframes';
  return { type: 'request', request: { kind: 'playlist', level, stream, isKeyFrames, parameters } };
}

function readSegment(level: string, inside: string, isKeyFrames: boolean): ParsedFormat {
  const [place = '', ...rest] = inside.split(',').map((part) => part.trim());
  const parameters = readParameters(rest, SEGMENT_PARAMETERS);
  if (typeof parameters === 'string') return unsupported(parameters);
  const [, stream, time = ''] = /^(.*)=(\d{1,20}|i)$/i.exec(place) ?? [];
  const form = SEGMENT_FORMS[parameters.get('format')?.toLowerCase() ?? ''];
  if (!stream || form === undefined) return unsupported('a segment URL is Fragments(name=time,format=cmaf)');
  const at = time.toLowerCase() === 'i' ? 'init' : BigInt(time);
  return { type: 'request', request: { kind: 'segment', level, stream, form, time: at, isKeyFrames } };
}

/** `name=value` pairs; a problem if one is unknown. */
function readParameters(parts: readonly string[], known: readonly string[]): Parameters | string {
  const parameters = new Map<string, string>();
  for (const part of parts.map((one) => one.trim())) {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim().toLowerCase();
    if (at < 1 || !known.includes(name)) return `the parameters are ${known.join(', ')}; not ${part}`;
    parameters.set(name, part.slice(at + 1).trim());
  }
  const encryption = parameters.get('encryption')?.toLowerCase();
  if (encryption !== undefined && encryption !== 'cenc')
    return `encryption must be cenc, since content is not re-encrypted; not ${encryption}`;
  return parameters;
}

const unsupported = (problem: string): ParsedFormat => ({ type: 'unsupported', problem });
