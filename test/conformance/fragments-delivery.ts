import { gzipSync } from 'node:zlib';
import { type Case, plays, waits } from './case.ts';
import { box, fullBox, open, words, write } from './fragment-tools.ts';

type Asked = Parameters<NonNullable<Case['fragment']>>[1];

/** The second fragment of a stream alone is another. */
const second =
  (stream: string, change: (clean: Buffer) => Buffer | undefined) => (clean: Buffer, asked: Asked) =>
    asked.stream === stream && asked.time > 0n ? change(clean) : clean;

const EMPTY = [
  {
    name: 'without samples',
    bytes: () => write({ samples: [], payload: Buffer.alloc(0) }),
  },
  {
    name: 'without runs, nor mdat',
    bytes: () => box('moof', fullBox('mfhd', 0, 0, words(1)), box('traf', fullBox('tfhd', 0, 0, words(1)))),
  },
  {
    name: 'with an mdat of 8 bytes',
    bytes: (clean: Buffer) => write({ ...open(clean), payload: Buffer.alloc(0) }),
  },
] as const;

const PAGE = Buffer.from('<!DOCTYPE html><html><body>Please log in</body></html>');
const LOST = ['fragment-malformed', 'fragment-skipped'] as const;

/** What comes instead of a fragment, and how. */
export const FRAGMENTS_DELIVERY: readonly Case[] = [
  ...EMPTY.flatMap(({ name, bytes }): readonly Case[] => [
    {
      name: `sound ${name}`,
      place: '[MS-SSTR] 2.2.4; gaps',
      fragment: second('audio_en', bytes),
      expect: plays({ bridges: ['silence'] }),
    },
    {
      name: `a picture ${name}`,
      place: '[MS-SSTR] 2.2.4; gaps',
      fragment: second('video', bytes),
      expect: plays({ frames: [0, 49], duration: 4, bridges: ['picture-held'] }),
    },
  ]),
  {
    name: 'no bytes at all for the sound',
    place: 'RFC 9110, 15.3.5; caches',
    fragment: second('audio_en', () => Buffer.alloc(0)),
    expect: plays({ skips: 1, warnings: LOST, bridges: ['silence'] }),
  },
  {
    name: 'a page of HTML in the place of a picture',
    place: 'proxies that want a login',
    fragment: second('video', () => PAGE),
    expect: plays({
      frames: [0, 49],
      duration: 4,
      skips: 1,
      warnings: ['fragment-lowered', ...LOST],
      bridges: ['picture-held'],
    }),
  },
  {
    name: 'a page of HTML in the place of every picture',
    place: 'proxies that want a login',
    fragment: (clean, { stream }) => (stream === 'video' ? PAGE : clean),
    // For two minutes; the simulated outages show that it fails then.
    expect: waits,
  },
  {
    name: 'sound in the place of a picture',
    place: 'caches that mix up their keys',
    locate: ({ fragment }) =>
      fragment?.stream === 'video' && fragment.time > 0n
        ? { stream: 'audio_en', bitrate: 9871, time: 20_053_333n }
        : fragment,
    expect: plays({
      frames: [0, 49],
      duration: 4,
      skips: 1,
      warnings: ['fragment-skipped', 'media-append'],
      bridges: ['picture-held'],
    }),
  },
  {
    name: 'pictures in the place of sound',
    place: 'caches that mix up their keys',
    locate: ({ fragment }) =>
      fragment?.stream === 'audio_en' && fragment.time > 0n
        ? { stream: 'video', bitrate: 57019, time: 20_000_000n }
        : fragment,
    expect: plays({ skips: 1, warnings: ['fragment-skipped', 'media-decode'], bridges: ['silence'] }),
  },
  {
    name: 'a fragment cut short',
    place: 'RFC 9112, 8',
    fragment: second('video', (clean) => clean.subarray(0, 5000)),
    expect: plays({
      frames: [0, 49],
      duration: 4,
      skips: 1,
      warnings: ['fragment-lowered', ...LOST],
      bridges: ['picture-held'],
    }),
  },
  {
    name: 'an answer without content for the sound',
    place: 'RFC 9110, 15.3.5',
    rules: (folder) => [
      {
        match: { url: `${folder}QualityLevels(9871)/Fragments(audio_en=20053333)` },
        effect: { type: 'status', status: 204 },
      },
    ],
    expect: plays({ skips: 1, warnings: LOST, bridges: ['silence'] }),
  },
  {
    name: 'no lengths: everything in chunks',
    place: 'RFC 9112, 7.1',
    rules: (folder) => [
      { match: { url: folder }, effect: { type: 'cut', afterShare: 1, withLength: false } },
    ],
    expect: plays(),
  },
  {
    name: 'lengths that lie: each first answer breaks off in its midst',
    place: 'RFC 9112, 8',
    rules: (folder) =>
      ['Manifest', 'QualityLevels(91797)/Fragments(video=20000000)', 'QualityLevels(9871)'].map((path) => ({
        match: { url: folder + path, count: 1 },
        effect: { type: 'cut', afterShare: 0.5 },
      })),
    expect: plays({ warnings: ['network-truncated'] }),
  },
  {
    name: 'a manifest that has moved, and its fragments with it',
    place: 'RFC 9110, 15.4.3; RFC 3986, 5.1.3',
    url: 'old/Manifest?token=a/b',
    fragment: () => undefined,
    rules: (folder) => [
      {
        match: { url: `${folder}old/Manifest` },
        effect: { type: 'redirect', to: '../../clean.ism/Manifest?x=/y' },
      },
    ],
    expect: plays(),
  },
  {
    name: 'a manifest that has moved to another host',
    place: 'CDNs that send viewers on',
    fragment: () => undefined,
    rules: (folder, elsewhere) => [
      {
        match: { url: `${folder}Manifest` },
        effect: { type: 'redirect', to: `${elsewhere}/case/clean.ism/Manifest` },
      },
    ],
    expect: plays(),
  },
  {
    name: 'fragments that have moved to another host',
    place: 'CDNs that send viewers on',
    fragment: (clean, { time }) => (time > 0n ? undefined : clean),
    rules: (folder, elsewhere) =>
      [
        'QualityLevels(91797)/Fragments(video=20000000)',
        'QualityLevels(57019)/Fragments(video=20000000)',
        'QualityLevels(9871)/Fragments(audio_en=20053333)',
      ].map((path) => ({
        match: { url: folder + path },
        effect: { type: 'redirect', to: `${elsewhere}/case/clean.ism/${path}` },
      })),
    expect: plays(),
  },
  {
    name: 'everything sent as text',
    place: 'servers that know no types',
    headers: { 'content-type': 'text/plain; charset=utf-16' },
    expect: plays(),
  },
  {
    name: 'everything compressed, and nothing says so',
    place: 'RFC 9110, 8.4: files that were compressed in advance',
    manifest: (clean) => gzipSync(clean),
    fragment: (clean) => gzipSync(clean),
    expect: plays(),
  },
  {
    name: 'everything compressed',
    place: 'RFC 9110, 8.4',
    headers: { 'content-encoding': 'gzip' },
    manifest: (clean) => gzipSync(clean),
    fragment: (clean) => gzipSync(clean),
    expect: plays(),
  },
];
