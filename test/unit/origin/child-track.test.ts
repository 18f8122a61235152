import { expect, it } from 'vitest';
import { withChildTracks } from '../../../demo/origin/child-track.ts';
import { childTracksOf } from '../../../src/text/events/child-track.ts';

it.each<[string, [string, bigint][]]>([
  ['one stream', [['events', 1_230_000_000n]]],
  [
    'several',
    [
      ['events', 0n],
      ['ad markers', 18_446_744_073_709_551_615n],
    ],
  ],
])('a content type names the newest fragments of sparse streams: %s', (_, tracks) => {
  const contentType = withChildTracks('video/mp4', new Map(tracks));
  expect(contentType).toMatch(/^video\/mp4;ChildTrack="/);
  expect([...childTracksOf({ contentType })]).toEqual(tracks);
});

it('a content type stays as it is where there is nothing to tell', () => {
  expect(withChildTracks('video/mp4', new Map())).toBe('video/mp4');
});

it.each(['a"b', 'a,b', 'a;b', 'a=b', 'événements', 'a\r\nX: y'])(
  'a stream whose name would break the header is not told of: %j',
  (name) => {
    expect(withChildTracks('video/mp4', new Map([[name, 1n]]))).toBe('video/mp4');
    expect(
      withChildTracks(
        'video/mp4',
        new Map([
          [name, 1n],
          ['b', 2n],
        ]),
      ),
    ).toBe('video/mp4;ChildTrack="b=2"');
  },
);
