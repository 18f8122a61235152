import { expect, type PlayerPage, SAMPLE, test } from './fixtures.ts';

const FRAMES_PER_SECOND = 25;

/** Seconds of the sample, whose fragments begin every two seconds. Clips begin and end anywhere. */
const CLIPS = [
  { in: 21.2, out: 25.4 },
  { in: 4, out: 7.72 },
  { in: 13.52, out: 16 },
  { in: 13.96, out: 14.48 },
  { in: 3.04, out: 4.2 },
] as const;
const lengthOf = ({ in: from, out }: (typeof CLIPS)[number]) => out - from;
const JOINTS = CLIPS.map((_, index) => CLIPS.slice(0, index).reduce((sum, clip) => sum + lengthOf(clip), 0));
const DURATION = CLIPS.reduce((sum, clip) => sum + lengthOf(clip), 0);

/** The frame of the sample that is shown at a moment of the whole. */
function frameAt(time: number): number {
  const index = JOINTS.findLastIndex((joint) => joint <= time + 1e-4);
  return Math.floor(((CLIPS[index]?.in ?? 0) + time - (JOINTS[index] ?? 0)) * FRAMES_PER_SECOND + 1e-3);
}

const loadClips = (player: PlayerPage) =>
  player.evaluate(
    ([url, clips]) =>
      smooth.load({ clips: clips.map((clip) => ({ url, ...clip })) }).then(
        () => undefined,
        (error: { code: string }) => error.code,
      ),
    [player.url + SAMPLE, CLIPS] as const,
  );

/** Either side of each seam, forwards and backwards. */
const LOOKS = [
  ...JOINTS.slice(1).flatMap((joint) => [joint - 0.02, joint + 0.02]),
  ...JOINTS.slice(1).flatMap((joint) => [joint + 0.06, joint - 0.06]),
  0,
  0.02,
  1.5,
  DURATION - 0.02,
];

async function expectFrames(player: PlayerPage): Promise<void> {
  for (const time of LOOKS) {
    const { frame } = await player.evaluate((to) => seekTo(to), time);
    expect.soft([time, frame]).toEqual([time, frameAt(time)]);
  }
}

test('clips are joined to the frame, and saved as one that plays the same', async ({ player }) => {
  expect(await loadClips(player)).toBeUndefined();
  await player.until(() => video.readyState > 0);
  expect(await player.evaluate(() => video.duration)).toBeCloseTo(DURATION, 2);
  await player.evaluate(() => smooth.setQuality('480p'));
  await expectFrames(player);
  expect(await player.events('warning')).toEqual([]);

  const saved = await player.evaluate(
    async ([url, clips]) =>
      (await smooth.exportClips({ clips: clips.map((clip) => ({ url, ...clip })) })).text(),
    [player.url + SAMPLE, CLIPS] as const,
  );
  await player.page.route('**/saved.csm', (route) => route.fulfill({ body: saved }));
  expect(await player.load('/saved.csm')).toBeUndefined();
  await player.until(() => video.readyState > 0);
  expect(await player.evaluate(() => video.duration)).toBeCloseTo(DURATION, 2);
  await player.evaluate(() => smooth.setQuality('480p'));
  await expectFrames(player);
  expect(await player.events('warning')).toEqual([]);
  expect(await player.events('error')).toEqual([]);
});

test('clips play through their seams without a hole, a stall or a wrong picture', async ({ player }) => {
  expect(await loadClips(player)).toBeUndefined();
  await player.play();
  await player.until(() => video.ended);
  expect(await player.events('stall')).toEqual([]);
  expect(await player.events('error')).toEqual([]);
  expect(await player.evaluate(() => video.buffered.length)).toBe(1);
  const seen = await player.evaluate(() => pictures);
  const read = seen.filter(({ frame }) => frame !== undefined);
  expect(read.length).toBeGreaterThan(DURATION * 10);
  // In the millisecond before a seam are pictures that others depend on. One may be drawn if they are decoded slowly.
  const isKept = (time: number) => JOINTS.some((joint) => time < joint && time > joint - 1.1e-3);
  // A busy page looks at the next pictures already when it is told of this one.
  const off = read
    .filter(({ mediaTime }) => !isKept(mediaTime))
    .filter(({ mediaTime, frame }) =>
      [-1, 0, 1, 2].every((ahead) => frame !== frameAt(mediaTime + ahead / FRAMES_PER_SECOND)),
    );
  expect(off).toEqual([]);
});

test('clips that make no sense are rejected', async ({ player }) => {
  const codes = await player.evaluate(async (url) => {
    const load = (clips: readonly { url: string; in?: number; out?: number; inn?: number }[]) =>
      smooth.load({ clips }).then(
        () => 'loaded',
        (error: { code: string }) => error.code,
      );
    return [
      await load([]),
      await load([{ url, in: 5, out: 5 }]),
      await load([{ url, in: -1 }]),
      await load([{ url, in: 400 }]),
      await load([{ url, inn: 2 }]),
      await load([{ url, out: 2 }]),
    ];
  }, player.url + SAMPLE);
  expect(codes).toEqual([...Array.from({ length: 5 }, () => 'option-invalid'), 'loaded']);
});
