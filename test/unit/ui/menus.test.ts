import { expect, test } from 'vitest';
import type { AudioTrackInfo, Quality } from '../../../src/player/tracks.ts';
import { audioItems, trackForLanguage } from '../../../src/ui/audio-menu.ts';
import { qualityItems, qualityLabel } from '../../../src/ui/quality-menu.ts';
import { nextSpeed, speedItems } from '../../../src/ui/speed-menu.ts';
import { stringsFor } from '../../../src/ui/strings.ts';

const quality = (index: number, height: number, bitrate: number): Quality => ({
  index,
  height,
  bitrate,
  width: Math.round((height * 16) / 9),
  codec: 'avc1.64001F',
  label: height ? `${height}p` : '300 kbit/s',
});
const low = quality(0, 360, 700_000);
const high = quality(1, 720, 2_400_000);
const track = (id: string, language: string | undefined, label: string): AudioTrackInfo => ({
  id,
  language,
  label,
  codec: 'mp4a.40.2',
  channels: 2,
});

test('the quality menu has Auto on top, then the best first', () => {
  const items = qualityItems({ qualities: [low, high], chosen: 'auto', playing: low, auto: 'Auto' });
  expect(items.map(({ value, label, note, checked }) => [value, label, note, checked])).toEqual([
    ['auto', 'Auto', '360p', true],
    ['1', '720p', '2.4 Mbit/s', false],
    ['0', '360p', '700 kbit/s', false],
  ]);
});

test('a chosen quality is the one that is checked', () => {
  const items = qualityItems({ qualities: [low, high], chosen: high, playing: low, auto: 'Auto' });
  expect(items.filter(({ checked }) => checked).map(({ value }) => value)).toEqual(['1']);
});

test.each([
  { name: 'Auto says what plays', chosen: 'auto' as const, playing: high, label: 'Auto (720p)' },
  { name: 'Auto alone before anything plays', chosen: 'auto' as const, playing: undefined, label: 'Auto' },
  { name: 'a choice says itself', chosen: low, playing: high, label: '360p' },
  {
    name: 'the bitrate stands in for a height',
    chosen: quality(0, 0, 3e5),
    playing: undefined,
    label: '300 kbit/s',
  },
])('quality button: $name', ({ chosen, playing, label }) => {
  expect(qualityLabel({ chosen, playing, auto: 'Auto' })).toBe(label);
});

test('audio tracks that share a language are told apart by name', () => {
  const tracks = [
    track('main', 'en', 'English'),
    track('comments', 'en', 'English'),
    track('fr', 'fra', 'Français'),
  ];
  const items = audioItems(tracks, tracks[1]);
  expect(items.map(({ note, checked }) => [note, checked])).toEqual([
    ['main', false],
    ['comments', true],
    [undefined, false],
  ]);
});

test.each([
  { wanted: 'en', finds: 'one' },
  { wanted: 'fr', finds: 'two' },
  { wanted: 'fr-CA', finds: 'two' },
  { wanted: 'pt-br', finds: 'four' },
  { wanted: 'pt', finds: 'three' },
  { wanted: 'xx', finds: undefined },
])('audio for "$wanted": $finds', ({ wanted, finds }) => {
  const tracks = [
    track('zero', undefined, 'zero'),
    track('one', 'eng', 'English'),
    track('two', 'fra', 'Français'),
    track('three', 'pt-PT', 'Português'),
    track('four', 'pt-BR', 'Português'),
  ];
  expect(trackForLanguage(tracks, wanted)?.id).toBe(finds);
});

test('speeds are named and the one in force is checked', () => {
  expect(
    speedItems([0.5, 1, 1.25], 1.25, stringsFor('en')).map(({ label, checked }) => [label, checked]),
  ).toEqual([
    ['0.5×', false],
    ['Normal', false],
    ['1.25×', true],
  ]);
});

test.each([
  { current: 1, by: 1 as const, next: 1.5 },
  { current: 1.2, by: -1 as const, next: 1 },
  { current: 2, by: 1 as const, next: 2 },
  { current: 0.5, by: -1 as const, next: 0.5 },
])('from speed $current by $by: $next', ({ current, by, next }) => {
  expect(nextSpeed([0.5, 1, 1.5, 2], current, by)).toBe(next);
});
