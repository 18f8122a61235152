import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChannelOptions } from '../../../../demo/origin/live/channel.ts';
import { packagePresentation } from '../../../../demo/origin/package.ts';
import { createOrigin } from '../../../../demo/origin/server.ts';
import { childTracksOf } from '../../../../src/text/events/child-track.ts';
import { makeFilm } from '../made-film.ts';
import { askText, cuesOf, embeddedOf, eventAt, findTitle, streamOf } from '../read-text.ts';

const PATH = '/live/channel.isml';

const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

const SUBTITLES = `WEBVTT

00:01.000 --> 00:02.000
First

00:03.500 --> 00:05.000
Across a cut
`;

interface Source {
  readonly subtitles?: string;
  readonly events?: readonly object[];
}

/** A film of 10 s with a key frame each 2 s. */
async function makeSource({ subtitles, events }: Source): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'live-text-'));
  cleaning.push(() => rm(folder, { recursive: true, force: true }));
  const at = (file: string) => join(folder, file);
  await makeFilm(at('a.mp4'), { rate: [25, 1], pictures: 250, keyEvery: 50 });
  await writeFile(at('en.vtt'), subtitles ?? '');
  await writeFile(at('quiz.json'), JSON.stringify(events ?? []));
  await packagePresentation({
    videos: [at('a.mp4')],
    audio: [],
    folder,
    name: 'show',
    fragmentSeconds: 2,
    text: {
      text: subtitles === undefined ? [] : [{ language: 'en', path: at('en.vtt') }],
      events: events === undefined ? [] : [{ name: 'quiz', path: at('quiz.json') }],
    },
    report: () => {},
  });
  return at('show.ism');
}

/** A channel that has been on the air for so many seconds; its clock stands until it is moved. */
async function channel(seconds: number, source: Source, own: Partial<ChannelOptions> = {}) {
  let now = 1_000_000;
  const origin = createOrigin({
    live: [{ path: PATH, source: await makeSource(source), history: seconds, now: () => now, ...own }],
  });
  cleaning.push(() => origin.close());
  const url = await origin.listen();
  return {
    pass: (more: number) => {
      now += more * 1000;
    },
    find: () => findTitle(url, PATH),
  };
}

const inTicks = (seconds: number) => BigInt(seconds * 10_000_000);
const startsOf = (cues: readonly { readonly start: number }[]) => cues.map(({ start }) => start);

describe('a channel of a source with subtitles', () => {
  it('has them round after round, as far as the picture goes', async () => {
    const { find } = await channel(24, { subtitles: SUBTITLES });
    const title = await find();
    expect([...streamOf(title, 'text_en').chunks]).toEqual([...streamOf(title, 'video').chunks]);
    const { cues } = await cuesOf(title, 'text_en');
    expect(cues.map(({ start, end, text }) => [start, end, text])).toEqual([
      [1, 2, 'First'],
      [3.5, 5, 'Across a cut'],
      [11, 12, 'First'],
      [13.5, 15, 'Across a cut'],
    ]);
  });

  it('has them on every epoch', async () => {
    const { find } = await channel(24, { subtitles: SUBTITLES }, { epoch: 'dotnet' });
    const { cues } = await cuesOf(await find(), 'text_en');
    expect(startsOf(cues)).toEqual([1, 3.5, 11, 13.5]);
  });
});

describe('a channel of a source with events', () => {
  const QUIZ = [
    { time: 1, text: 'one' },
    { time: 7, duration: 1, text: 'seven' },
  ];

  it('has them round after round, in the manifest and as fragments', async () => {
    const { find } = await channel(24, { events: QUIZ });
    const title = await find();
    expect(embeddedOf(title, 'quiz').map(({ start, end, text }) => [start, end, text])).toEqual([
      [1, 1, 'one'],
      [7, 8, 'seven'],
      [11, 11, 'one'],
      [17, 18, 'seven'],
      [21, 21, 'one'],
      [27, 28, 'seven'],
    ]);
    expect(await eventAt(title, 'quiz', inTicks(11))).toMatchObject({ start: 11, text: 'one' });
  });

  it('has each four seconds ahead of its time', async () => {
    const { find, pass } = await channel(12.9, { events: QUIZ });
    expect(startsOf(embeddedOf(await find(), 'quiz'))).toEqual([1, 7, 11]);
    pass(0.1);
    expect(startsOf(embeddedOf(await find(), 'quiz'))).toEqual([1, 7, 11, 17]);
  });

  it('tells of them with the parent’s fragments, and of the one before with each', async () => {
    const { find } = await channel(24, { events: QUIZ });
    const title = await find();
    const told = async (name: string, seconds: number) => {
      const { headers } = await askText(title, streamOf(title, name), inTicks(seconds));
      return childTracksOf({ contentType: headers['content-type'] }).get('quiz');
    };
    expect(await told('video', 0)).toBeUndefined();
    expect(await told('video', 2)).toBe(inTicks(1));
    expect(await told('video', 16)).toBe(inTicks(11));
    expect(await told('quiz', 11)).toBe(inTicks(7));
    expect(await told('quiz', 1)).toBeUndefined();
  });

  it('forgets what lies behind the window of the picture', async () => {
    const { find, pass } = await channel(24, { events: QUIZ }, { windowSeconds: 10 });
    pass(10);
    const title = await find();
    const [first] = [...streamOf(title, 'video').chunks];
    expect([...streamOf(title, 'quiz').chunks].map(({ start }) => Number(start) / 1e7)).toEqual([
      21, 27, 31, 37,
    ]);
    expect(Number(first?.start) / 1e7).toBe(20);
    await expect(eventAt(title, 'quiz', inTicks(11))).rejects.toThrow('410');
  });

  it('leaves out what comes after the film', async () => {
    const { find } = await channel(24, { events: [...QUIZ, { time: 60, text: 'too late' }] });
    expect(startsOf(embeddedOf(await find(), 'quiz'))).toEqual([1, 7, 11, 17, 21, 27]);
    const alone = await channel(24, { events: [{ time: 60, text: 'too late' }] });
    expect((await alone.find()).presentation.streams.map(({ name }) => name)).toEqual(['video']);
  });

  it('has no more of them when its encoder stops', async () => {
    const { find, pass } = await channel(12, { events: QUIZ }, { faults: [{ type: 'stop' }] });
    pass(20);
    expect(startsOf(embeddedOf(await find(), 'quiz'))).toEqual([1, 7, 11]);
  });
});

describe('a channel whose text is made up', () => {
  it('has captions that tell how long it has been on the air', async () => {
    const { find } = await channel(3610, {}, { text: { captions: ['en', 'fr'] }, windowSeconds: 10 });
    const title = await find();
    const { cues, repairs } = await cuesOf(title, 'text_fr');
    expect(streamOf(title, 'text_fr').language).toBe('fr');
    expect(repairs).toEqual([]);
    const [first] = cues;
    expect([Number(first?.end) - Number(first?.start), first?.text]).toEqual([
      1,
      'fr: on the air for 00:59:56',
    ]);
    expect(cues.at(-1)?.text).toBe('fr: on the air for 01:00:05');
  });

  it('has breaks as splice messages, each ahead of its time', async () => {
    const { find, pass } = await channel(55, {}, { text: { adBreaks: { every: 30, seconds: 5 } } });
    const [first, ...others] = embeddedOf(await find(), 'scte35');
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      start: 30,
      end: 35,
      scte35: {
        crcValid: true,
        command: { eventId: 1, outOfNetwork: true, pts: 2_700_000, duration: 450_000, autoReturn: true },
      },
    });
    pass(1);
    const title = await find();
    expect(startsOf(embeddedOf(title, 'scte35'))).toEqual([30, 60]);
    expect((await eventAt(title, 'scte35', inTicks(60)))?.scte35?.command.eventId).toBe(2);
  });
});
