import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import { readTextFragment } from '../../../src/text/fragment/read-text-fragment.ts';
import { readTextFile } from '../../../src/text/plain/read-text-file.ts';
import type { DocumentCue } from '../../../src/text/ttml/paragraph.ts';
import { finish, secondsOf } from '../../support/text.ts';

/** Text of others, kept beside the project. */
const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/text', import.meta.url));
const isPresent = existsSync(CORPUS);
if (!isPresent) console.info(`corpus tests skipped: corpus not present at ${CORPUS}`);

interface ExpectedCue {
  readonly begin: number;
  readonly end: number | null;
  readonly text: string;
  readonly region?: string;
}
interface ExpectedFile {
  readonly kind: string;
  readonly cues?: readonly ExpectedCue[];
  readonly documents?: readonly (readonly ExpectedCue[])[];
}

const expected: Record<string, ExpectedFile> = isPresent
  ? JSON.parse(readFileSync(join(CORPUS, 'expected.json'), 'utf8'))
  : {};
const filesOf = (...kinds: string[]) =>
  Object.keys(expected).filter((file) => kinds.includes(expected[file]?.kind ?? ''));
const bytesOf = (file: string) => new Uint8Array(readFileSync(join(CORPUS, file)));

const plain = (cues: readonly DocumentCue[]): ExpectedCue[] =>
  cues.map(({ begin, end, text, region }) => ({
    begin: Number(secondsOf(begin)),
    end: end === undefined ? null : Number(secondsOf(end)),
    text,
    ...(region.id !== undefined && { region: region.id }),
  }));

/** Of a name that no region of the file has, the default one is used. */
const withDeclaredRegions = (file: string, cues: readonly ExpectedCue[] = []): ExpectedCue[] => {
  const regions =
    Buffer.from(bytesOf(file))
      .toString('latin1')
      .match(/<(?:\w+:)?region\b[^>]*>/g) ?? [];
  const isDeclared = (name: string) => regions.some((region) => region.includes(`xml:id="${name}"`));
  return cues.map(({ region, ...cue }) => ({
    ...cue,
    ...(region !== undefined && isDeclared(region) && { region }),
  }));
};

/** As a fragment at the title's beginning, so long that all of it lies within. */
function readFragment(file: string, duration = 1_000_000n) {
  const scale = timescale(1000);
  return finish(
    readTextFragment(bytesOf(file), {
      timescale: scale,
      start: ticks(0),
      duration: ticks(duration * 1000n),
      origin: ticks(0),
    }),
  );
}

describe.skipIf(!isPresent)('the corpus', () => {
  const APART = ['made-ticks-without-rate.ttml', 'w3c-ruby001.ttml'];
  test.each(filesOf('ttml').filter((file) => !APART.includes(file)))('%s', (file) => {
    const got = plain(readFragment(file).documents.flatMap(({ cues }) => cues));
    expect(got).toEqual(withDeclaredRegions(file, expected[file]?.cues));
  });

  test('w3c-ruby001.ttml: the white space of an indented ruby is no content', () => {
    const file = 'w3c-ruby001.ttml';
    const got = plain(readFragment(file).documents.flatMap(({ cues }) => cues));
    const cues = expected[file]?.cues?.map((cue) => ({ ...cue, text: cue.text.replace(' ', '') }));
    expect(got).toEqual(withDeclaredRegions(file, cues));
  });

  test('made-ticks-without-rate.ttml: ticks that only make sense as 100 ns', () => {
    const file = 'made-ticks-without-rate.ttml';
    const { documents, repairs } = readFragment(file, 4n);
    expect(plain(documents.flatMap(({ cues }) => cues))).toEqual(expected[file]?.cues);
    expect(repairs).toEqual([{ kind: 'tick-rate', count: 1 }]);
  });

  test.each(filesOf('mp4'))('%s', (file) => {
    const { documents, problem } = readFragment(file);
    const got = documents.map(({ cues }) => plain(cues));
    expect(problem).toBeUndefined();
    expect(got).toEqual(expected[file]?.documents?.map((want) => withDeclaredRegions(file, want)));
  });

  test.each(filesOf('vtt', 'srt'))('%s', (file) => {
    const read = finish(readTextFile(bytesOf(file)));
    const got = plain(read.kind === 'cues' ? read.cues : []);
    // What is expected of WebVTT is as written, with its tags.
    const want = (expected[file]?.cues ?? []).map((cue) => ({
      ...cue,
      text: file.endsWith('.vtt') ? cue.text.replace(/<[^>]*>/g, '') : cue.text,
    }));
    expect(got).toEqual(want);
  });

  test('every document is read', () => {
    const files = readdirSync(CORPUS).filter((file) => /\.(?:ttml|dfxp|vtt|srt)$/.test(file));
    expect(files.filter((file) => !filesOf('ttml', 'vtt', 'srt').includes(file))).toEqual([]);
  });
});
