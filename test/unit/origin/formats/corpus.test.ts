import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from 'm3u8-parser';
import { parse } from 'mpd-parser';
import { describe, expect, it } from 'vitest';
import { answerFormat } from '../../../../demo/origin/formats/answer-format.ts';
import { parseFormat } from '../../../../demo/origin/formats/format-request.ts';
import { bytesOf, TitleReader } from '../../../../demo/origin/formats/title-reader.ts';
import { isErrorResponse } from '../../../../demo/origin/live/live-title.ts';
import { isSmoothError } from '../../../../src/base/errors.ts';
import { expectRules } from './ask-formats.ts';

const CORPUS = join(import.meta.dirname, '../../../../../shared/corpus/manifests');
const hasCorpus = existsSync(CORPUS);
if (!hasCorpus)
  console.warn('HLS and DASH of other people’s titles are not tested: there is no corpus here.');
const files = hasCorpus ? readdirSync(CORPUS).filter((name) => name.endsWith('.xml')) : [];

/** A title of which nothing but the manifest is there. */
function readerOf(name: string): TitleReader {
  const bytes = readFileSync(join(CORPUS, name));
  const etag = createHash('sha1').update(bytes).digest('hex');
  return new TitleReader({
    manifest: async () => ({ parts: [bytes], contentType: 'text/xml', cacheControl: '', etag }),
    fragment: async () => undefined,
    facts: () => ({}),
  });
}

async function answer(reader: TitleReader, rest: string): Promise<string | undefined> {
  const parsed = parseFormat(rest);
  if (parsed?.type !== 'request') throw new Error(`${rest} is not understood`);
  const resource = await answerFormat(reader, parsed.request, {});
  if (!resource || isErrorResponse(resource)) return undefined;
  return (await bytesOf(resource)).toString();
}

describe.skipIf(!hasCorpus)('of other people’s titles', () => {
  it.each(files)('%s: every list is as the rules have it', async (name) => {
    const reader = readerOf(name);
    try {
      await reader.snapshot();
    } catch (error) {
      // What the player can't read, nobody makes playlists of.
      expect(isSmoothError(error)).toBe(true);
      return;
    }
    const multivariant = await answer(reader, 'Manifest(format=m3u8-cmaf)');
    const dash = await answer(reader, 'Manifest(format=mpd-time-cmaf)');
    expect(multivariant === undefined).toBe(dash === undefined);
    if (multivariant === undefined || dash === undefined) return;
    const parser = new Parser();
    parser.push(multivariant);
    parser.end();
    expect(parser.manifest.playlists.length).toBeGreaterThan(0);
    const { playlists } = parse(dash, { manifestUri: 'http://x/Manifest' });
    const inDash = new Set(
      playlists.flatMap(({ segments }) => segments.map(({ resolvedUri }) => resolvedUri)),
    );
    let inHls = 0;
    for (const { uri, attributes } of parser.manifest.playlists) {
      expect(attributes.CODECS).toMatch(/^(avc1|hvc1|hev1|mp4a|ec-3|ac-3)/);
      const text = await answer(reader, uri);
      const media = new Parser();
      media.push(text ?? '');
      media.end();
      expectRules({ url: uri, text: text ?? '', parsed: media.manifest });
      inHls += media.manifest.segments.length;
    }
    if (playlists.length === parser.manifest.playlists.length) expect(inDash.size).toBe(inHls);
  });
});
