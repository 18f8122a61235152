/** The content type of a file of an exported title, for hosts that have to be told. */
export function hostedAs(name: string): { readonly contentType: string; readonly cacheControl: string } {
  const isList = /(?:^|\/)Manifest$|\.(?:m3u8|mpd|json)$/.test(name);
  const cacheControl = isList ? 'public, max-age=10' : 'public, max-age=31536000, immutable';
  return { contentType: TYPES.find(([pattern]) => pattern.test(name))?.[1] ?? 'video/mp4', cacheControl };
}

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)Manifest$/, 'text/xml'],
  [/\.m3u8$/, 'application/vnd.apple.mpegurl'],
  [/\.mpd$/, 'application/dash+xml'],
  [/\.vtt$/, 'text/vtt; charset=utf-8'],
  [/\.jpg$/, 'image/jpeg'],
  [/\.json$/, 'application/json'],
];
