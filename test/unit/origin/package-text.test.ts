import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagePresentation } from '../../../demo/origin/package.ts';
import { createOrigin } from '../../../demo/origin/server.ts';
import { plainText, readTimedText } from '../../../demo/origin/text/timed-text.ts';
import { childTracksOf } from '../../../src/text/events/child-track.ts';
import { makeFilm } from './made-film.ts';
import { readFragments } from './read-presentation.ts';
import { askText, cuesOf, embeddedOf, eventAt, findTitle, streamOf } from './read-text.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-text-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (file: string) => join(folder, file);

const VTT = `WEBVTT

NOTE nothing to show

1
00:01.000 --> 00:03.500 line:10%
<v Ann>Fish &amp; <i>chips</i>,
please

00:09.000 --> 00:13.000
Across a cut
`;
const SRT = `1\r\n00:00:01,000 --> 00:00:03,500\r\n{\\an8}Fish & <i>chips</i>,\r\nplease\r\n\r\n2\r\n00:00:09,000 --> 00:00:13,000\r\n<font color="#f00">Across a cut</font>\r\n`;
const TTML = `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"><body><div>
  <p begin="00:00:01" end="3500ms">
    Fish &amp; <span tts:fontStyle="italic">chips</span>,<br/>please
  </p>
  <p begin="9s" dur="4s">Across a cut</p>
</div></body></tt>`;

const CHAPTERS = `WEBVTT

00:00.000 --> 00:06.000
One

00:06.000 --> 00:20.000
Two & <i>a half</i>
`;
/** Splice insert: out of network, 30 s, that returns by itself. SCTE 35, 14.2. */
const SPLICE = '/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=';

interface Texts {
  readonly text?: readonly [language: string, file: string, content: string][];
  readonly chapters?: string;
  readonly events?: readonly [name: string, content: unknown][];
}

/** A film of 20 s with a key frame each 2 s, and what text there is. */
async function packageFilm({ text = [], chapters, events = [] }: Texts, keys?: string) {
  await makeFilm(at('a.mp4'), { rate: [25, 1], pictures: 500, keyEvery: 50 });
  for (const [, file, content] of text) await writeFile(at(file), content);
  if (chapters !== undefined) await writeFile(at('chapters.vtt'), chapters);
  for (const [name, content] of events) await writeFile(at(`${name}.json`), JSON.stringify(content));
  await packagePresentation({
    videos: [at('a.mp4')],
    audio: [],
    folder,
    name: 'show',
    fragmentSeconds: 2,
    text: {
      text: text.map(([language, file]) => ({ language, path: at(file) })),
      chapters: chapters === undefined ? undefined : at('chapters.vtt'),
      events: events.map(([name]) => ({ name, path: at(`${name}.json`) })),
    },
    encryption: keys === undefined ? undefined : { keys: [{ keyId: keys, key: keys }], piff: '1.3' },
    report: () => {},
  });
}

async function served<T>(read: (url: string) => Promise<T>): Promise<T> {
  const origin = createOrigin({ presentations: { '/titles': folder } });
  try {
    return await read(await origin.listen());
  } finally {
    await origin.close();
  }
}

const find = (url: string) => findTitle(url, '/titles/show.ism');

describe('packaged subtitles', () => {
  it.each([
    ['WebVTT', 'a.vtt', VTT, 'before'],
    ['SubRip', 'a.srt', SRT, 'before'],
    ['TTML', 'a.ttml', TTML, 'after'],
  ])('of %s are read back with the same times, lines and slant', async (_, file, content, align) => {
    await packageFilm({ text: [['en', file, content]] });
    const { cues, clock, repairs } = await served(async (url) => cuesOf(await find(url), 'text_en'));
    expect(cues.map(({ start, end, text }) => [start, end, text])).toEqual([
      [1, 3.5, 'Fish & chips,\nplease'],
      [9, 13, 'Across a cut'],
    ]);
    expect(cues[0]?.runs.filter(({ style }) => style.isItalic).map(({ text }) => text)).toEqual(['chips']);
    expect(cues[0]?.region.displayAlign).toBe(align);
    expect({ clock, repairs }).toEqual({ clock: 'relative', repairs: [] });
  });

  it('are cut where the picture is cut', async () => {
    await packageFilm({ text: [['en', 'a.vtt', VTT]] });
    const { presentation } = await served(find);
    const [video, text] = ['video', 'text_en'].map((name) =>
      presentation.streams.find((stream) => stream.name === name),
    );
    expect([...(text?.chunks ?? [])]).toEqual([...(video?.chunks ?? [])]);
    const written = await readFragments(at('show_en.ismt'));
    expect(
      written.map(({ time, durations }) => ({ start: time, duration: BigInt(durations[0] ?? 0) })),
    ).toEqual([...(text?.chunks ?? [])].map(({ start, duration }) => ({ start, duration })));
  });

  it('are streams of their own, one for each file, with their languages', async () => {
    await packageFilm({
      text: [
        ['en', 'a.vtt', VTT],
        ['fr', 'b.vtt', VTT],
        ['en', 'c.vtt', VTT],
      ],
    });
    const { presentation } = await served(find);
    const streams = presentation.streams.filter(({ type }) => type === 'text');
    expect(streams.map(({ name, language, subtype }) => [name, language, subtype])).toEqual([
      ['text_en', 'en', 'SUBT'],
      ['text_fr', 'fr', 'SUBT'],
      ['text_en_2', 'en', 'SUBT'],
    ]);
    expect(presentation.warnings).toEqual([]);
  });

  it('stay clear when the rest is encrypted', async () => {
    await packageFilm({ text: [['en', 'a.vtt', VTT]] }, '00112233445566778899aabbccddeeff');
    const { cues } = await served(async (url) => cuesOf(await find(url), 'text_en'));
    expect(cues).toHaveLength(2);
  });

  it('are refused by name where there are none', async () => {
    await expect(packageFilm({ text: [['en', 'a.vtt', 'WEBVTT\n\n']] })).rejects.toThrow(
      'a.vtt has no captions',
    );
  });
});

describe('packaged chapters and events', () => {
  it('has chapters in the manifest, each until the next', async () => {
    await packageFilm({ chapters: CHAPTERS });
    const title = await served(find);
    expect(embeddedOf(title, 'chapters').map(({ start, end, text }) => [start, end, text])).toEqual([
      [0, 6, 'One'],
      [6, 20, 'Two & a half'],
    ]);
    expect(streamOf(title, 'chapters')).toMatchObject({ subtype: 'CHAP', parent: 'video' });
  });

  it('has events of text and of bytes in the manifest, in order', async () => {
    const quiz = [
      { time: 8.5, data: 'AAEC' },
      { time: 4, duration: 2, text: 'show "quiz"' },
    ];
    await packageFilm({
      events: [
        ['quiz', quiz],
        ['breaks', [{ time: 10, data: SPLICE }]],
      ],
    });
    const title = await served(find);
    expect(embeddedOf(title, 'quiz').map(({ start, end, data }) => [start, end, Buffer.from(data)])).toEqual([
      [4, 6, Buffer.from('show "quiz"')],
      [8.5, 8.5, Buffer.of(0, 1, 2)],
    ]);
    const [splice] = embeddedOf(title, 'breaks');
    expect(splice?.scte35?.command).toMatchObject({ outOfNetwork: true });
    const [level] = streamOf(title, 'breaks').levels;
    expect(level.customAttributes).toEqual([{ name: 'Scheme', value: 'urn:scte:scte35:2013:bin' }]);
  });

  it('hands the same payloads out as fragments', async () => {
    await packageFilm({ chapters: CHAPTERS });
    const written = await readFragments(at('show_chapters.ismt'));
    expect(written.map(({ time, samples }) => [time, Buffer.concat(samples).toString()])).toEqual([
      [0n, 'One'],
      [60_000_000n, 'Two & a half'],
    ]);
    expect(await readFile(at('show.ism'), 'utf8')).toContain('name="parentTrackName" value="video"');
  });

  it.each([
    ['not a list', {}],
    ['no time', [{ text: 'x' }]],
    ['both text and data', [{ time: 1, text: 'x', data: 'AA==' }]],
    ['neither', [{ time: 1 }]],
  ])('refuses events by the name of their file: %s', async (_, content) => {
    await expect(packageFilm({ events: [['quiz', content]] })).rejects.toThrow('quiz.json');
  });
});

describe('responses of an origin', () => {
  const told = async (title: Awaited<ReturnType<typeof find>>, name: string, start: bigint) => {
    const { headers } = await askText(title, streamOf(title, name), start);
    return [...childTracksOf({ contentType: headers['content-type'] })];
  };

  it('tell of the newest sparse fragments up to the parent’s, and of the one before a sparse one', async () => {
    const events = [1, 4, 4.5, 19].map((time) => ({ time, text: String(time) }));
    await packageFilm({ chapters: CHAPTERS, events: [['quiz', events]], text: [['en', 'a.vtt', VTT]] });
    await served(async (url) => {
      const title = await find(url);
      expect(await told(title, 'video', 0n)).toEqual([['chapters', 0n]]);
      expect(await told(title, 'video', 40_000_000n)).toEqual([
        ['chapters', 0n],
        ['quiz', 40_000_000n],
      ]);
      expect(await told(title, 'video', 180_000_000n)).toEqual([
        ['chapters', 60_000_000n],
        ['quiz', 45_000_000n],
      ]);
      expect(await told(title, 'quiz', 45_000_000n)).toEqual([['quiz', 40_000_000n]]);
      expect(await told(title, 'quiz', 10_000_000n)).toEqual([]);
      expect(await told(title, 'text_en', 180_000_000n)).toEqual([]);
    });
  });

  it('say nothing of a sparse stream whose file is gone', async () => {
    await packageFilm({ chapters: CHAPTERS });
    await rm(at('show_chapters.ismt'));
    await served(async (url) => expect(await told(await find(url), 'video', 0n)).toEqual([]));
  });

  it('have a sparse fragment’s payload', async () => {
    await packageFilm({ events: [['quiz', [{ time: 4, text: 'show' }]]] });
    const event = await served(async (url) => eventAt(await find(url), 'quiz', 40_000_000n));
    expect(event).toMatchObject({ start: 4, end: 4, text: 'show' });
  });
});

describe('reading text files', () => {
  it.each([
    ['hours', '01:00:00.250 --> 01:00:01.000', 36_002_500_000n, 36_010_000_000n],
    ['no hours', '59:59.000 --> 60:00.000', 35_990_000_000n, 36_000_000_000n],
    ['a comma', '00:00:00,5 --> 00:00:01,000', 5_000_000n, 10_000_000n],
  ])('takes times with %s', async (_, timing, start, end) => {
    await writeFile(at('a.vtt'), `${timing}\nx\n`);
    expect(await readTimedText(at('a.vtt'))).toMatchObject([{ start, end }]);
  });

  it('gives texts in order of start, on one line where that is asked for', async () => {
    await writeFile(at('a.srt'), '00:00:05,0 --> 00:00:06,0\nb\nc\n\n00:00:01,0 --> 00:00:02,0\na\n');
    expect((await readTimedText(at('a.srt'))).map(plainText)).toEqual(['a', 'b c']);
  });
});
