/** The newest fragment of each sparse stream in a response, by the stream's name. */
export type ChildTracks = ReadonlyMap<string, bigint>;

/** Names with separators or characters that a header can't contain are omitted. */
const PRINTABLE = /^[\x20-\x7e]+$/;
const SEPARATORS = /[",;=]/;

/**
 * A content type that names sparse fragments: on a parent's fragment the newest up to its time, on a sparse fragment
 * the previous one. [MS-SSTR] 2.2.5.
 */
export function withChildTracks(contentType: string, tracks: ChildTracks): string {
  const listed = [...tracks].filter(([name]) => PRINTABLE.test(name) && !SEPARATORS.test(name));
  if (listed.length === 0) return contentType;
  return `${contentType};ChildTrack="${listed.map(([name, time]) => `${name}=${time}`).join(',')}"`;
}
