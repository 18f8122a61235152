import { expect, it } from 'vitest';
import { routeOf } from '../../../../demo/origin/route.ts';

const read = (rest: string) => {
  const route = routeOf(`/a/film.ism/${rest}`);
  if (route?.type !== 'format') return route?.type;
  expect(route.presentation).toBe('/a/film.ism');
  const { request } = route;
  const parameters = 'parameters' in request ? Object.fromEntries(request.parameters) : {};
  return { ...request, parameters };
};

it.each([
  ['Manifest(format=m3u8-cmaf)', { kind: 'multivariant' }],
  ['manifest(Format=M3U8-CMAF)', { kind: 'multivariant' }],
  ['Manifest(format=m3u8-aapl)', { kind: 'multivariant' }],
  ['Manifest(format=m3u8-aapl-v3,audio-only=false)', { kind: 'multivariant' }],
  ['Manifest(format=m3u8-cmaf).m3u8', { kind: 'multivariant' }],
  ['Manifest(format=mpd-time-cmaf)', { kind: 'mpd' }],
  ['Manifest(format=mpd-time-csf).mpd', { kind: 'mpd' }],
  [
    'Manifest(format=mpd-time-csf, filter=a;b)',
    { kind: 'mpd', parameters: { format: 'mpd-time-csf', filter: 'a;b' } },
  ],
  ['Manifest(filter=low)', { kind: 'smooth', parameters: { filter: 'low' } }],
  ['Manifest(encryption=cenc)', { kind: 'smooth' }],
  ['Manifest(format=chapters).json', { kind: 'chapters' }],
  [
    'QualityLevels(514369)/Manifest(video,format=m3u8-aapl)',
    { kind: 'playlist', level: '514369', stream: 'video', isKeyFrames: false },
  ],
  [
    'QualityLevels(1)/Manifest(video,format=m3u8-cmaf,type=keyframes).m3u8',
    { kind: 'playlist', isKeyFrames: true },
  ],
  [
    'QualityLevels(1)/Manifest(v,format=m3u8-cmaf,startTime=2021-03-05T04:25:00.000Z)',
    { kind: 'playlist', parameters: { format: 'm3u8-cmaf', starttime: '2021-03-05T04:25:00.000Z' } },
  ],
  [
    'QualityLevels(1)/Fragments(video=143039375031270,format=m3u8-aapl)',
    { kind: 'segment', form: 'cmaf', time: 143039375031270n, isKeyFrames: false },
  ],
  ['QualityLevels(1)/Fragments(video=i,format=mpd-time-csf)', { kind: 'segment', time: 'init' }],
  [
    'qualitylevels(1)/fragments(video=I,format=mpd-time-csf,encryption=cenc)',
    { kind: 'segment', time: 'init' },
  ],
  ['QualityLevels(1)/Fragments(video=7,format=cmaf).m4s', { kind: 'segment', form: 'cmaf', time: 7n }],
  ['QualityLevels(1)/KeyFrames(video=7,format=cmaf).m4s', { kind: 'segment', isKeyFrames: true }],
  ['QualityLevels(1)/Fragments(subs=7,format=vtt).vtt', { kind: 'segment', form: 'vtt' }],
  ['QualityLevels(1)/Fragments(strip=7,format=jpeg).jpg', { kind: 'segment', form: 'jpeg' }],
])('%s is understood', (rest, expected) => {
  expect(read(rest)).toMatchObject(expected);
});

it.each([
  'Manifest(format=f4m-f4f)',
  'Manifest(format=m3u8-cmaf,what=1)',
  'Manifest(what)',
  'Manifest(format=m3u8-cmaf,encryption=cbcs-aapl)',
  'Manifest(format=mpd-time-cmaf,encryption=cbc)',
  'QualityLevels(1)/Manifest(video,format=mpd-time-csf)',
  'QualityLevels(1)/Manifest(,format=m3u8-cmaf)',
  'QualityLevels(1)/Fragments(video=7,format=none)',
  'QualityLevels(1)/Fragments(video=x,format=cmaf)',
  'QualityLevels(1)/Fragments(video=7,format=cmaf,more=1)',
])('%s is refused, never half understood', (rest) => {
  expect(read(rest)).toBe('malformed');
});

it.each(['Manifest', 'QualityLevels(1)/Fragments(video=7)', 'QualityLevels(1,a=b)/FragmentInfo(video=7)'])(
  '%s stays what it is in Smooth',
  (rest) => {
    expect(read(rest)).toMatch(/^(manifest|fragment)$/);
  },
);
