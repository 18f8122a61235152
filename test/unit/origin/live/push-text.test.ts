import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOrigin } from '../../../../demo/origin/server.ts';
import { childTracksOf } from '../../../../src/text/events/child-track.ts';
import { ask } from '../ask.ts';
import { readFileNames } from '../read-presentation.ts';
import { askText, cuesOf, embeddedOf, eventAt, findTitle, streamOf } from '../read-text.ts';
import { END_OF_STREAM, type PushedTrack, Pusher, textTrackOf, trackOf, until } from './pusher.ts';

const SAMPLE = join(import.meta.dirname, '../../../../demo/sample');
const PATH = '/live/event.isml';

const VIDEO = { kind: 'video', trackId: 6, bitrate: 57_019, params: { FourCC: 'H264' } } as const;
const SPARSE = { trackName: 'quiz', parentTrackName: 'video', Subtype: 'DATA', manifestOutput: 'true' };
const quiz = (more: Record<string, string> = {}) =>
  textTrackOf({ kind: 'textstream', trackId: 20, bitrate: 1000, params: { ...SPARSE, ...more } });
const captions = textTrackOf({
  kind: 'textstream',
  trackId: 21,
  bitrate: 2000,
  params: { trackName: 'text_en', Subtype: 'SUBT', systemLanguage: 'en', FourCC: 'TTML' },
});
const document = (text: string) =>
  `<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="0s" end="1s">${text}</p></div></body></tt>`;

let video: PushedTrack;
beforeAll(async () => {
  const names = await readFileNames(SAMPLE, 'sample');
  video = await trackOf(join(SAMPLE, names[5] ?? ''), VIDEO);
});

const cleaning: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleaning.splice(0).reverse()) await clean();
});

/** A publishing point that has the first fragments of the picture, and waits for more of it. */
async function point(fragments: number) {
  const archive = await mkdtemp(join(tmpdir(), 'origin-push-text-'));
  cleaning.push(() => rm(archive, { recursive: true, force: true }));
  const origin = createOrigin({
    control: true,
    publish: [{ path: PATH, archive, lookAhead: 0 }],
    presentations: { '/archive': archive },
  });
  cleaning.push(() => origin.close());
  const url = await origin.listen();
  const state = async () => JSON.parse(`${(await ask(url, '/control/live')).body}`)[0];
  const push = (id: string) => new Pusher(url, `${PATH}/Streams(${id})`);
  const encoder = push('video');
  encoder.write(video.header, ...video.fragments.slice(0, fragments));
  const point = {
    url,
    archive,
    state,
    push,
    stop: () => origin.shutDown(1),
    encoder,
    find: () => findTitle(url, PATH),
    reaches: (name: string, seconds: number) =>
      until(async () =>
        (await state()).streams.some(
          (stream: { name: string; newest?: string }) =>
            stream.name === name && stream.newest === `${seconds * 1e7}`,
        ),
      ),
  };
  await point.reaches('video', (fragments - 1) * 2);
  return point;
}

describe('messages that are pushed', () => {
  it('are in the manifest at once, with what they say, and are told of by their parent', async () => {
    const { push, find, reaches } = await point(4);
    const track = quiz({ Scheme: 'urn:example:quiz' });
    const connection = push('quiz');
    connection.write(track.header, track.fragment(1, 0, 'one'), track.fragment(5, 2, 'five'));
    await reaches('quiz', 5);
    const title = await find();
    expect(embeddedOf(title, 'quiz').map(({ start, end, text }) => [start, end, text])).toEqual([
      [1, 1, 'one'],
      [5, 7, 'five'],
    ]);
    const stream = streamOf(title, 'quiz');
    expect(stream).toMatchObject({ subtype: 'DATA', parent: 'video' });
    expect(stream.levels[0].customAttributes).toEqual([{ name: 'Scheme', value: 'urn:example:quiz' }]);
    expect(await eventAt(title, 'quiz', 50_000_000n)).toMatchObject({ start: 5, text: 'five' });
    const told = async (name: string, time: bigint) => {
      const { headers } = await askText(title, streamOf(title, name), time);
      return [...childTracksOf({ contentType: headers['content-type'] })];
    };
    expect(await told('video', 40_000_000n)).toEqual([['quiz', 10_000_000n]]);
    expect(await told('quiz', 50_000_000n)).toEqual([['quiz', 10_000_000n]]);
  });

  it('may come late, twice and out of order; of two at one time the later counts', async () => {
    const { push, find, reaches } = await point(2);
    const track = quiz();
    const connection = push('quiz');
    connection.write(track.header, track.fragment(3, 0, 'three'), track.fragment(3, 0, 'three'));
    await reaches('quiz', 3);
    const before = await askText(await find(), streamOf(await find(), 'quiz'), 30_000_000n);
    connection.write(
      track.fragment(1, 0, 'one'),
      track.fragment(3, 0, 'THREE'),
      track.fragment(4, 0, 'four'),
    );
    await reaches('quiz', 4);
    const title = await find();
    expect(embeddedOf(title, 'quiz').map(({ start, text }) => [start, text])).toEqual([
      [1, 'one'],
      [3, 'THREE'],
      [4, 'four'],
    ]);
    const after = await askText(title, streamOf(title, 'quiz'), 30_000_000n);
    expect(after.body.toString('latin1')).toContain('THREE');
    expect(after.headers.etag).not.toBe(before.headers.etag);
  });

  it('are there again when the origin starts again, the later of two at one time', async () => {
    const { archive, push, reaches, stop } = await point(2);
    const track = quiz({ Scheme: 'urn:example:quiz' });
    push('quiz').write(
      track.header,
      track.fragment(1, 2, 'one'),
      track.fragment(2, 0, 'two'),
      track.fragment(1, 2, 'ONE'),
      track.fragment(3, 0, 'three'),
    );
    await reaches('quiz', 3);
    await stop();
    const second = createOrigin({ publish: [{ path: PATH, archive, lookAhead: 0 }] });
    cleaning.push(() => second.close());
    const title = await findTitle(await second.listen(), PATH);
    expect(embeddedOf(title, 'quiz').map(({ start, end, text }) => [start, end, text])).toEqual([
      [1, 3, 'ONE'],
      [2, 2, 'two'],
      [3, 3, 'three'],
    ]);
    expect(await eventAt(title, 'quiz', 10_000_000n)).toMatchObject({ text: 'ONE' });
    expect(streamOf(title, 'quiz').levels[0].customAttributes).toEqual([
      { name: 'Scheme', value: 'urn:example:quiz' },
    ]);
  });

  it('stay out of the manifest where the encoder doesn’t want them there', async () => {
    const { push, find, reaches } = await point(2);
    const track = quiz({ manifestOutput: 'false' });
    push('quiz').write(track.header, track.fragment(3, 0, 'three'));
    await reaches('quiz', 3);
    const title = await find();
    expect(embeddedOf(title, 'quiz')).toEqual([]);
    expect(await eventAt(title, 'quiz', 30_000_000n)).toMatchObject({ text: 'three' });
  });

  it('begin no other event, and do not keep the picture from beginning one', async () => {
    const { push, encoder, find, reaches, state } = await point(8);
    const track = quiz();
    const connection = push('quiz');
    connection.write(track.header, track.fragment(14, 0, 'late'));
    await reaches('quiz', 14);
    const { presentation } = await state();
    for (const one of [encoder, connection]) one.break();
    await until(async () => (await state()).state === 'stopped');
    const again = push('quiz');
    again.write(track.header, track.fragment(0, 0, 'early'), track.fragment(15, 0, 'later'));
    await reaches('quiz', 15);
    expect((await state()).presentation).toBe(presentation);
    expect(embeddedOf(await find(), 'quiz')).toHaveLength(3);
    const restarted = push('video');
    restarted.write(video.header, video.fragments[0] ?? Buffer.of());
    await until(async () => (await state()).presentation !== presentation);
  });
});

describe('captions that are pushed', () => {
  it('are a stream beside the others', async () => {
    const { push, find, reaches } = await point(4);
    push('text').write(
      captions.header,
      captions.fragment(0, 2, document('One')),
      captions.fragment(2, 4, document('Two')),
    );
    await reaches('text_en', 2);
    const title = await find();
    expect(streamOf(title, 'text_en')).toMatchObject({ language: 'en', subtype: 'SUBT' });
    const { cues } = await cuesOf(title, 'text_en');
    expect(cues.map(({ start, end, text }) => [start, end, text])).toEqual([
      [0, 1, 'One'],
      [2, 3, 'Two'],
    ]);
  });
});

describe('the end of an event with text', () => {
  it('is that of picture and sound, and its archive has the text', async () => {
    const { url, archive, push, encoder, reaches, state } = await point(4);
    const track = quiz({ Scheme: 'urn:example:quiz' });
    push('quiz').write(track.header, track.fragment(1, 0, 'one'), track.fragment(7, 0, 'seven'));
    push('text').write(captions.header, captions.fragment(0, 2, document('One')));
    await reaches('quiz', 7);
    await reaches('text_en', 0);
    encoder.write(END_OF_STREAM);
    await until(async () => (await state()).state === 'ended');
    const { presentation } = await state();
    const title = await findTitle(url, `/archive/${presentation}`);
    expect(Number(title.presentation.duration)).toBe(80_000_000);
    expect(embeddedOf(title, 'quiz').map(({ start, text }) => [start, text])).toEqual([
      [1, 'one'],
      [7, 'seven'],
    ]);
    expect(await eventAt(title, 'quiz', 70_000_000n)).toMatchObject({ text: 'seven' });
    expect((await cuesOf(title, 'text_en')).cues.map(({ text }) => text)).toEqual(['One']);
    const { headers } = await askText(title, streamOf(title, 'video'), 60_000_000n);
    expect([...childTracksOf({ contentType: headers['content-type'] })]).toEqual([['quiz', 10_000_000n]]);
    expect((await readdir(archive)).filter((file) => file.endsWith('.ismt'))).toHaveLength(2);
  });
});
