import { expect, it } from 'vitest';
import { hlsUrlOf } from '../../../src/ui/native-source.ts';

it.each([
  ['https://host/film.ism/Manifest', 'https://host/film.ism/Manifest(format=m3u8-cmaf)'],
  [
    'https://host/a/film.isml/manifest?token=1',
    'https://host/a/film.isml/Manifest(format=m3u8-cmaf)?token=1',
  ],
  [
    'https://host/film.ism/Manifest(filter=mobile)',
    'https://host/film.ism/Manifest(filter=mobile,format=m3u8-cmaf)',
  ],
  ['https://host/a%20b.ism/Manifest()', 'https://host/a%20b.ism/Manifest(format=m3u8-cmaf)'],
  ['https://host/film.ism/Manifest(format=mpd-time-cmaf)', undefined],
  ['https://host/film.ism/Manifest(filter=x, Format=m3u8-aapl)', undefined],
  ['https://host/client-manifest.xml', undefined],
  ['https://host/film.ism/', undefined],
  ['film.ism/Manifest', undefined],
  ['', undefined],
])('the HLS of %j is %j', (manifest, hls) => {
  expect(hlsUrlOf(manifest)).toBe(hls);
});
