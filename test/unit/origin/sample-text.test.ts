import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFragmentIndex } from '../../../demo/origin/fragment-index.ts';
import { packagePresentation } from '../../../demo/origin/package.ts';
import { createOrigin, type Origin } from '../../../demo/origin/server.ts';
import { plainText, readTimedText } from '../../../demo/origin/text/timed-text.ts';
import { withCaptions } from '../../../demo/sample/caption-sei.ts';
import { line21, type Pair } from '../../../demo/sample/line21.ts';
import { SAMPLE } from '../../../demo/sample/strip.ts';
import { ticks, timescale } from '../../../src/base/time.ts';
import { readCaptionPictures } from '../../../src/text/captions/caption-pictures.ts';
import { InBandCaptions } from '../../../src/text/captions/in-band.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { makeFilm } from './made-film.ts';
import { readFileNames, readFragments } from './read-presentation.ts';
import { cuesOf, embeddedOf, eventAt, findTitle, streamOf } from './read-text.ts';

const FOLDER = join(import.meta.dirname, '../../../demo/sample');
const SCALE = timescale(10_000_000);

let origin: Origin;
let find: () => ReturnType<typeof findTitle>;
beforeAll(async () => {
  origin = createOrigin({ presentations: { '/titles': FOLDER } });
  const url = await origin.listen();
  find = () => findTitle(url, '/titles/sample.ism');
});
afterAll(() => origin.close());

/** Start, end and text, lines apart by blanks. */
async function written(file: string) {
  const texts = await readTimedText(join(FOLDER, 'text', file));
  return texts.map((text) => [Number(text.start) / 1e7, Number(text.end) / 1e7, plainText(text)]);
}
const shown = (cues: readonly { start: number; end: number; text: string }[]) =>
  cues.map(({ start, end, text }) => [start, end, text.replaceAll('\n', ' ')]);

/** What the pictures of a level's fragments show on CC1. */
function captionsOf(fragments: readonly Buffer[], times: readonly bigint[]) {
  const captions = new InBandCaptions();
  for (const [k, fragment] of fragments.entries()) {
    const transmuxer = new FragmentTransmuxer({
      stream: { type: 'video', timescale: SCALE },
      start: ticks(times[k] ?? 0n),
      duration: ticks(20_000_000),
      origin: ticks(0),
    });
    const parts = transmuxer.push(fragment);
    transmuxer.finish();
    const context = { codec: 'avc', nalUnitLength: 4, timescale: SCALE, zero: ticks(0) } as const;
    captions.add(readCaptionPictures(parts, context).pictures);
  }
  return captions;
}

/** `moof` and `mdat` of each fragment, as they lie in a file. */
function fragmentsOf(file: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) !== 'moof') continue;
    const mdat = at + file.readUInt32BE(at);
    found.push(file.subarray(at, mdat + file.readUInt32BE(mdat)));
  }
  return found;
}

describe('the text of the sample', () => {
  it.each(['en', 'fr'])('is there as subtitles: %s', async (language) => {
    const title = await find();
    const { cues, clock, repairs } = await cuesOf(title, `text_${language}`);
    expect(shown(cues)).toEqual(await written(`${language}.vtt`));
    expect({ clock, repairs }).toEqual({ clock: 'relative', repairs: [] });
    expect(streamOf(title, `text_${language}`).language).toBe(language);
  });

  it.each(SAMPLE.heights.map((_, index) => index))(
    'is in the picture as captions, to the frame, at level %i from the best',
    async (index) => {
      const names = await readFileNames(FOLDER, 'sample');
      const path = join(FOLDER, names[index] ?? '');
      const read = await readFragments(path);
      const fragments = fragmentsOf(await readFile(path));
      const captions = captionsOf(
        fragments,
        read.map(({ time }) => time),
      );
      expect(captions.channels).toEqual(['CC1']);
      const cues = captions.cuesOf('CC1');
      expect(cues.map(({ text }) => text.replaceAll('\n', ' '))).toEqual(
        (await written('en.vtt')).map(([, , text]) => text),
      );
      for (const [k, [start, end]] of (await written('en.vtt')).entries()) {
        expect(cues[k]?.start).toBeCloseTo(Number(start), 5);
        expect(cues[k]?.end).toBeCloseTo(Number(end), 5);
      }
      expect(cues[2]?.runs.every(({ text, style }) => style.isItalic || text.trim() === '')).toBe(true);
    },
  );

  it('has chapters to the end of the title, breaks and notes', async () => {
    const title = await find();
    expect(shown(embeddedOf(title, 'chapters').map((cue) => ({ ...cue, text: cue.text ?? '' })))).toEqual(
      await written('chapters.vtt'),
    );
    expect(
      embeddedOf(title, 'scte35').map(({ start, end, scte35 }) => [start, end, scte35?.crcValid]),
    ).toEqual([
      [9, 15, true],
      [21, 25, true],
    ]);
    expect(embeddedOf(title, 'notes').map(({ start, end, text }) => [start, end, text])).toEqual([
      [4, 6, '{"says":"a balloon"}'],
      [5, 5, '{"says":"it rises"}'],
      [20, 24, '{"says":"the sun sets"}'],
    ]);
    expect((await eventAt(title, 'scte35', 210_000_000n))?.scte35?.command.eventId).toBe(2);
  });

  it('raises no warning', async () => {
    expect((await find()).presentation.warnings).toEqual([]);
  });
});

describe('putting captions into a picture', () => {
  const isCaption = (unit: string) =>
    unit.startsWith('06') && unit.includes(Buffer.from('GA94').toString('hex'));

  it('leaves all else as it was, and the index finds every fragment again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sample-text-'));
    try {
      const at = (file: string) => join(folder, file);
      await makeFilm(at('a.mp4'), { rate: [25, 1], pictures: 150, keyEvery: 50, reorders: true });
      await packagePresentation({
        videos: [at('a.mp4')],
        audio: [],
        folder,
        name: 'show',
        fragmentSeconds: 2,
        report: () => {},
      });
      const [name = ''] = await readFileNames(folder, 'show');
      const before = await readFragments(at(name));
      const [[trackId = 0, times = new Map<bigint, number>()] = []] = [
        ...(await readFragmentIndex(at(name))),
      ];
      const pairs = new Map<number, Pair>([0, 51, 52, 149].map((picture) => [picture, [1 + picture, 0x20]]));
      await writeFile(at(name), withCaptions(await readFile(at(name)), { trackId, times, pairs }));
      const after = await readFragments(at(name));
      expect(after.map(({ samples: _, ...facts }) => facts)).toEqual(
        before.map(({ samples: _, ...facts }) => facts),
      );
      const units = (fragments: typeof before) => fragments.map(({ samples }) => samples.map(unitsOf));
      expect(units(after).map((list) => list.map((one) => one.filter((unit) => !isCaption(unit))))).toEqual(
        units(before),
      );
      // The 52nd and the 53rd picture are coded the other way round.
      const found = units(after)
        .flat()
        .map((one) => one.find(isCaption));
      const marked = found.flatMap((unit, n) => (unit ? [[n, Number.parseInt(unit.slice(-8, -6), 16)]] : []));
      expect(marked).toEqual([
        [0, 1],
        [51, 53],
        [52, 52],
        [149, 150],
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('needs time to load a caption before it is shown', () => {
    const caption = { from: 10, to: 50, lines: ['As long as ten pictures'], isHigh: false, isItalic: false };
    expect(() => line21([caption])).toThrow('no time');
    expect([...line21([{ ...caption, from: 40 }]).keys()].every((picture) => picture >= 0)).toBe(true);
  });

  it.each([
    ['longer than a row', 'x'.repeat(33), 'Longer'],
    ['letters that CEA-608 has not got', 'd\u00e9j\u00e0', 'Not in both'],
  ])('refuses %s', (_, line, problem) => {
    const caption = { from: 100, to: 150, lines: [line], isHigh: false, isItalic: false };
    expect(() => line21([caption])).toThrow(problem);
  });
});

/** NAL units of a sample, in hexadecimal. */
function unitsOf(sample: Uint8Array): string[] {
  const bytes = Buffer.from(sample);
  const units: string[] = [];
  for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at))
    units.push(bytes.toString('hex', at + 4, at + 4 + bytes.readUInt32BE(at)));
  return units;
}
