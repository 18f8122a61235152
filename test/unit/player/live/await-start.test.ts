import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SmoothError } from '../../../../src/base/errors.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import { awaitStart } from '../../../../src/player/live/await-start.ts';
import type { Title } from '../../../../src/player/title/title.ts';

const CHUNK = '<c t="160000000" d="20000000"/>';
const AVC = '0000000167640032ACD980780227E5C044000003000400000300C83C60C6680000000168E9784CB22C';

/** A live title with so much of picture and sound. */
function titleOf(picture: string, sound: string): Title {
  const presentation =
    parseManifest(`<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" IsLive="TRUE" Duration="0">
    <StreamIndex Type="video" Url="Q({bitrate})/F(video={start time})"><QualityLevel Bitrate="1000" FourCC="H264" MaxWidth="2" MaxHeight="2" CodecPrivateData="${AVC}"/>${picture}</StreamIndex>
    <StreamIndex Type="audio" Url="Q({bitrate})/F(audio={start time})"><QualityLevel Bitrate="100" FourCC="AACL" SamplingRate="48000" Channels="2" CodecPrivateData="1190"/>${sound}</StreamIndex>
  </SmoothStreamingMedia>`);
  return {
    presentation,
    url: '',
    hosts: undefined,
    trust: { origins: [], headers: undefined },
    transfer: { bytes: 1, firstByteMs: 1, bodyMs: 1 },
  };
}

const NOTHING = titleOf('', '');
const PICTURE = titleOf(CHUNK, '');
const BOTH = titleOf(CHUNK, CHUNK);

/** Which of the titles it begins with, and after how many seconds. */
async function begun(titles: readonly Title[]) {
  const warnings: SmoothError[] = [];
  let asked = 0;
  const reload = async () => {
    asked += 1;
    return titles[Math.min(asked, titles.length - 1)] as Title;
  };
  const from = performance.now();
  const starting = awaitStart(
    titles[0] as Title,
    { reload, warn: (error) => warnings.push(error) },
    new AbortController().signal,
  );
  await vi.advanceTimersByTimeAsync(60_000);
  const found = await Promise.race([starting, Promise.resolve(undefined)]);
  const index = titles.findIndex(({ presentation }) => presentation === found?.presentation);
  return { index, asked, codes: warnings.map(({ code }) => code), from };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  { name: 'one that runs begins at once', titles: [BOTH], index: 0, asked: 0 },
  { name: 'one without fragments is waited for', titles: [NOTHING, NOTHING, BOTH], index: 2, asked: 2 },
  { name: 'sound may come later', titles: [PICTURE, PICTURE, BOTH], index: 2, asked: 2 },
  { name: 'and is done without in the end', titles: [PICTURE], index: 0, asked: 5 },
  { name: 'nothing is waited for without end', titles: [NOTHING], index: -1, asked: 29 },
])('$name', async ({ titles, index, asked }) => {
  const found = await begun(titles);
  expect(found.index).toBe(index);
  expect(Math.abs(found.asked - asked)).toBeLessThan(2);
  expect(found.codes).toEqual(asked > 0 ? ['live-not-begun'] : []);
});
