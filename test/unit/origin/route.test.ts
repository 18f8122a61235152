import { expect, test } from 'vitest';
import { routeOf } from '../../../demo/origin/route.ts';

const base = {
  type: 'fragment',
  presentation: '/a/film.ism',
  noun: 'fragments',
  bitrate: 500_000,
  attributes: [],
  stream: 'video',
  time: 20_000_000n,
};

test.each([
  { path: '/film.ism/Manifest', route: { type: 'manifest', presentation: '/film.ism' } },
  { path: '/FILM.ISM/manifest', route: { type: 'manifest', presentation: '/FILM.ISM' } },
  { path: '/live.isml/Manifest', route: { type: 'manifest', presentation: '/live.isml' } },
  { path: '/a/film.ism/QualityLevels(500000)/Fragments(video=20000000)', route: base },
  { path: '/a/film.ism/qualitylevels(500000)/fragments(video=20000000)', route: base },
  {
    path: '/a/film.ism/QualityLevels(500000)/FragmentInfo(video=20000000)',
    route: { ...base, noun: 'fragmentinfo' },
  },
  {
    path: '/a/film.ism/QualityLevels(500000)/KeyFrames(video=20000000)',
    route: { ...base, noun: 'keyframes' },
  },
  {
    path: '/a/film.ism/QualityLevels(500000)/RawFragments(video=20000000)',
    route: { ...base, noun: 'rawfragments' },
  },
  {
    path: '/a/film.ism/QualityLevels(500000,cameraAngle=2, lang=en)/Fragments(video=20000000)',
    route: { ...base, attributes: ['cameraAngle=2', 'lang=en'] },
  },
  {
    path: '/a/film.ism/QualityLevels(500000)/Fragments(video=18446744073709551615)',
    route: { ...base, time: 18_446_744_073_709_551_615n },
  },
  { path: '/page.html', route: undefined },
])('$path', ({ path, route }) => {
  expect(routeOf(path)).toEqual(route);
});

test.each([
  '/a/film.ism/QualityLevels(x)/Fragments(video=0)',
  '/a/film.ism/QualityLevels(-1)/Fragments(video=0)',
  '/a/film.ism/QualityLevels(1)/Fragments(video)',
  '/a/film.ism/QualityLevels(1)/Fragments(video=-5)',
  '/a/film.ism/QualityLevels(1)/Fragments(=5)',
  '/a/film.ism/QualityLevels(1)',
])('%s is malformed', (path) => {
  expect(routeOf(path)?.type).toBe('malformed');
});
