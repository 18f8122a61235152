import { expect, test } from 'vitest';
import { findQuality } from '../../../src/player/find-quality.ts';
import { qualitiesOf } from '../../../src/player/tracks.ts';

const level = (bitrate: number, height: number) => ({
  index: 0,
  bitrate,
  height,
  width: (height * 16) / 9,
  fourCC: 'H264',
  codec: 'avc1.64001F',
  codecPrivateData: new Uint8Array(),
  nalUnitLength: 4,
  customAttributes: [],
});
const qualities = qualitiesOf([
  level(300_000, 360),
  level(800_000, 720),
  level(2_400_000, 720),
  level(5_000_000, 1080),
]);

test('labels say the height, and the bitrate where heights repeat', () => {
  expect(qualities.map(({ label }) => label)).toEqual([
    '360p',
    '720p 800 kbit/s',
    '720p 2.4 Mbit/s',
    '1080p',
  ]);
});

test.each([
  { wish: 5_000_000, found: 3 },
  { wish: 2_500_000, found: 2 },
  { wish: 100, found: 0 },
  { wish: '720p', found: 2 },
  { wish: '1080', found: 3 },
  { wish: '900p', found: 2 },
  { wish: '144p', found: 0 },
  { wish: '720p 800 kbit/s', found: 1 },
  { wish: qualities[1] ?? '', found: 1 },
  { wish: -5, found: undefined },
  { wish: 'best', found: undefined },
])('$wish is quality $found', ({ wish, found }) => {
  expect(findQuality(wish, qualities)?.index).toBe(found);
});

test.each([null, undefined, {}, true])('%s is no quality', (wish) => {
  expect(findQuality(wish as unknown as string, qualities)).toBeUndefined();
});
