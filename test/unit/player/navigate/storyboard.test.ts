import { expect, test } from 'vitest';
import { parseStoryboard } from '../../../../src/player/navigate/storyboard.ts';

const BASE = 'https://host/vod/thumbs/board.vtt';

test('cues are pictures, or parts of one, relative to the file', () => {
  const text = `WEBVTT

1
00:00.000 --> 00:10.000
sheet.jpg#xywh=0,0,160,90

00:00:10.000 --> 00:00:20.000 line:0
sheet.jpg#xywh=pixel:160,0,160,90

01:00:20,500 --> 01:00:30.000
../other.png?token=a&b=c#xywh=percent:50,50,50,50

01:00:30.000 --> 01:00:40.000
https://cdn/whole.webp
`;
  expect(parseStoryboard(text, BASE)).toEqual([
    {
      start: 0,
      end: 10,
      url: 'https://host/vod/thumbs/sheet.jpg',
      part: { unit: 'pixel', x: 0, y: 0, width: 160, height: 90 },
    },
    {
      start: 10,
      end: 20,
      url: 'https://host/vod/thumbs/sheet.jpg',
      part: { unit: 'pixel', x: 160, y: 0, width: 160, height: 90 },
    },
    {
      start: 3620.5,
      end: 3630,
      url: 'https://host/vod/other.png?token=a&b=c',
      part: { unit: 'percent', x: 50, y: 50, width: 50, height: 50 },
    },
    { start: 3630, end: 3640, url: 'https://cdn/whole.webp', part: undefined },
  ]);
});

test.each([
  ['a script', '00:00.000 --> 00:10.000\njavascript:alert(1)'],
  ['data', '00:00.000 --> 00:10.000\ndata:image/png;base64,AAAA'],
  ['a part without size', '00:00.000 --> 00:10.000\na.jpg#xywh=0,0,0,90'],
  ['an end before its start', '00:10.000 --> 00:05.000\na.jpg'],
  ['no target', '00:00.000 --> 00:10.000\n\na.jpg'],
  ['no address', '00:00.000 --> 00:10.000\nhttps://[bad'],
  ['no WebVTT', '<html>'],
])('%s is left out', (_, text) => {
  expect(parseStoryboard(text, BASE)).toEqual([]);
});

test('line ends of any kind, and a byte order mark', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const text = ['\ufeffWEBVTT', '', '00:01.000 --> 00:02.000', 'a.jpg', ''].join(end);
    expect(parseStoryboard(text, BASE).map(({ url }) => url)).toEqual(['https://host/vod/thumbs/a.jpg']);
  }
});
