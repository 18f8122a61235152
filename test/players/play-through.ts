import { SAMPLE } from '../../demo/sample/strip.ts';
import { expect, frameAt, type PeerPage } from './peer.ts';

/** Plays the sample from its start, changes level, seeks, and goes on to the end; the picture is right all along. */
export async function playThrough(page: PeerPage): Promise<void> {
  await page.until(() => peer.pictures.some(({ level }) => level === 0), undefined);
  await page.evaluate(() => peer.setLevel(-1));
  await page.until(() => peer.pictures.at(-1)?.level === 5 && peer.video.videoHeight === 1080, undefined);
  const picture = await page.seek(15);
  expect(picture.frame).toBe(frameAt(picture.mediaTime));
  await page.seek(27.5);
  await page.until(() => peer.video.ended, undefined);
  const pictures = await page.evaluate(() => peer.pictures);
  const wrong = pictures.filter(
    ({ frame, mediaTime }) => frame === undefined || Math.abs(frame - mediaTime * 25) > 1,
  );
  expect(wrong).toEqual([]);
  // A machine that is busy may leave the last few out.
  expect(pictures.at(-1)?.frame).toBeGreaterThan(SAMPLE.frames - 12);
}
