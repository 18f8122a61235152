import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type PlayerPage, test } from './fixtures.ts';
import { apart } from './together.ts';

const MANIFEST = readFileSync(join(import.meta.dirname, '../../demo/sample/sample.ismc'), 'utf8');
const FRAMES_PER_SECOND = 25;

/** Seconds of the sample, and the bitrates that the clip lists. They end in the midst of chunks with reordered pictures. */
const CLIPS = [
  { begin: 20, end: 25.4, bitrates: ['207815', '418105'] },
  { begin: 0, end: 4.72, bitrates: ['57019', '295341'] },
  { begin: 10, end: 15.2, bitrates: ['207815'] },
] as const;

const COMPOSITE = `<SmoothStreamingMedia MajorVersion="1" MinorVersion="0" Duration="9">${CLIPS.map(
  ({ begin, end, bitrates }) => {
    const streams = MANIFEST.slice(MANIFEST.indexOf('<StreamIndex'), MANIFEST.lastIndexOf('</'));
    const listed = streams
      .replace(/ QualityLevels="\d"/g, '')
      .replace(/.*<QualityLevel .*Bitrate="(\d+)" FourCC="H264".*\n/g, (level, bitrate) =>
        bitrates.some((wanted) => wanted === bitrate) ? level : '',
      );
    return `<Clip Url="sample.ism/Manifest" ClipBegin="${begin}0000000" ClipEnd="${Math.round(end * 1e7)}">${listed}</Clip>`;
  },
).join('')}</SmoothStreamingMedia>`;

/** Start of each clip, in seconds. */
const JOINTS = CLIPS.map((_, index) =>
  CLIPS.slice(0, index).reduce((sum, { begin, end }) => sum + end - begin, 0),
);
const DURATION = CLIPS.reduce((sum, { begin, end }) => sum + end - begin, 0);

/** The position in the sample that is shown at a position of the whole. */
function sampleTime(time: number): number {
  const index = JOINTS.findLastIndex((joint) => joint <= time + 1e-4);
  return (CLIPS[index]?.begin ?? 0) + time - (JOINTS[index] ?? 0);
}
const frameAt = (time: number) => Math.floor(sampleTime(time) * FRAMES_PER_SECOND + 1e-3);

async function loadComposite(player: PlayerPage): Promise<void> {
  await player.page.route('**/presentations/joined.csm', (route) => route.fulfill({ body: COMPOSITE }));
  expect(await player.load('/presentations/joined.csm')).toBeUndefined();
}

test('a composite manifest plays through its joints, at any quality, with sound and picture together', async ({
  player,
}) => {
  await loadComposite(player);
  await player.evaluate(() => hear());
  await player.play();
  await player.until(() => video.currentTime > 2.6);
  await player.evaluate(() => smooth.setQuality(418_105, { switch: 'now' }));
  await player.until(() => video.currentTime > 8);
  await player.evaluate(() => smooth.setQuality(207_815, { switch: 'now' }));
  await player.until(() => video.ended);

  const seen = await player.evaluate(() => ({
    pictures,
    heard: beeps.map(({ at }) => at),
    duration: video.duration,
  }));
  expect(seen.duration).toBeCloseTo(DURATION, 1);
  expect(await player.stalls()).toEqual([]);
  expect(await player.events('error')).toEqual([]);
  expect(await player.events('warning')).toEqual([]);
  const read = seen.pictures.filter(({ frame }) => frame !== undefined);
  // A busy page may already see the next picture when it is notified of this one.
  const off = read.filter(({ mediaTime, frame }) =>
    [-1, 0, 1, 2].every((ahead) => frame !== frameAt(mediaTime + ahead / FRAMES_PER_SECOND)),
  );
  expect(off).toEqual([]);
  const levels = JOINTS.map((joint, index) =>
    read.filter(({ mediaTime }) => mediaTime >= joint && mediaTime < (JOINTS[index + 1] ?? DURATION)),
  ).map((pictures) => [...new Set(pictures.map(({ level }) => level))].sort());
  console.log(`levels seen in each clip: ${JSON.stringify(levels)}`);
  // Each of the first two has two levels, and both are seen; the third has one.
  expect(levels.map(({ length }) => length)).toEqual([2, 2, 1]);

  const distances = apart(seen.heard, seen.pictures);
  console.log(`sound and picture apart, in ms: ${distances.map((ms) => ms.toFixed(0)).join(' ')}`);
  expect(distances.length).toBeGreaterThanOrEqual(12);
  expect(distances.filter((ms) => !(ms <= 40))).toEqual([]);
});

test('clips are joined without a hole, and sought in to the frame', async ({ player }) => {
  await loadComposite(player);
  await player.evaluate(() => smooth.setQuality(418_105));
  await player.page.waitForFunction(
    (end) =>
      (smooth.getStats().bufferAhead.video ?? 0) > end - 0.1 &&
      (smooth.getStats().bufferAhead.audio ?? 0) > end - 0.1,
    DURATION,
  );
  const holes = await player.evaluate(() => video.buffered.length - 1);
  expect(holes).toBe(0);
  for (const time of [12.5, 7, 2, 5.38, 5.42, 10.1, 10.14, DURATION - 0.02]) {
    const { frame } = await player.evaluate((to) => seekTo(to), time);
    expect([time, frame]).toEqual([time, frameAt(time)]);
  }
});
