import { type ParsedHls, type ParsedRendition, Parser } from 'm3u8-parser';
import { type ParsedMpd, parse } from 'mpd-parser';
import { expect } from 'vitest';
import { ask } from '../ask.ts';

/** A level's playlist, and where it lies. */
export interface ReadPlaylist {
  readonly url: string;
  readonly text: string;
  readonly parsed: ParsedHls;
}

/** Path of a URL relative to another path, as a browser resolves it. */
export const resolvePath = (from: string, uri: string): string => new URL(uri, `http://x${from}`).pathname;

export async function askText(base: string, path: string): Promise<string> {
  const { status, headers, body } = await ask(base, path);
  if (status !== 200) throw new Error(`${path} answers ${status}: ${body}`);
  expect(headers['access-control-allow-origin']).toBe('*');
  return body.toString();
}

export async function askHls(base: string, path: string): Promise<ReadPlaylist> {
  const text = await askText(base, path);
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return { url: path, text, parsed: parser.manifest };
}

export async function askDash(base: string, path: string): Promise<ParsedMpd & { readonly text: string }> {
  const text = await askText(base, path);
  return { ...parse(text, { manifestUri: `http://x${path}` }), text };
}

/** The renditions of a kind, by their names. */
export const renditions = (
  { mediaGroups }: ParsedHls,
  type: keyof ParsedHls['mediaGroups'],
): readonly (readonly [name: string, rendition: ParsedRendition])[] =>
  Object.values(mediaGroups[type] ?? {}).flatMap((group) => Object.entries(group));

/** Every media playlist that a multivariant playlist leads to, each once. */
export async function askAllPlaylists(base: string, path: string): Promise<readonly ReadPlaylist[]> {
  const { text } = await askHls(base, path);
  const lines = text.split('\n');
  const uris = lines.flatMap((line, i) => [
    ...(lines[i - 1]?.startsWith('#EXT-X-STREAM-INF') ? [line] : []),
    ...(/^#EXT-X-(?:MEDIA|I-FRAME-STREAM-INF):.*URI="([^"]*)"/.exec(line)?.slice(1, 2) ?? []),
  ]);
  const paths = [...new Set(uris.map((uri) => resolvePath(path, uri)))];
  return Promise.all(paths.map((one) => askHls(base, one)));
}

/** What must hold of any media playlist. RFC 8216bis, 4.4. */
export function expectRules({ text, parsed }: ReadPlaylist): void {
  const lines = text.trimEnd().split('\n');
  expect(lines[0]).toBe('#EXTM3U');
  const single = ['#EXT-X-VERSION', '#EXT-X-TARGETDURATION', '#EXT-X-MEDIA-SEQUENCE', '#EXT-X-ENDLIST'];
  for (const tag of single) expect(lines.filter((line) => line.startsWith(tag)).length).toBeLessThan(2);
  const durations = lines.flatMap((line) => /^#EXTINF:([\d.]+),$/.exec(line)?.slice(1, 2) ?? []);
  for (const duration of durations)
    expect(Math.round(Number(duration))).toBeLessThanOrEqual(parsed.targetDuration);
  const uris = lines.filter((line) => line !== '' && !line.startsWith('#'));
  expect(new Set(uris).size).toBe(uris.length);
  expect(uris.length).toBe(durations.length);
  // Some clients refuse segments without an extension that they know.
  for (const uri of uris) expect(uri).toMatch(/\.(m4s|vtt)$/);
  const times = uris.map((uri) => BigInt(/=(\d+),/.exec(uri)?.[1] ?? -1));
  for (const [i, time] of times.entries()) {
    expect(time).toBeLessThan(2n ** 53n);
    if (i > 0) expect(time).toBeGreaterThan(times[i - 1] ?? 0n);
  }
}
