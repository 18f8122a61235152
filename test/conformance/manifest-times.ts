import { type Asked, type Case, plays, swap } from './case.ts';
import { rescaled } from './fragment-tools.ts';

const VIDEO = /(Fragments\(video=[\s\S]*?)(<c [\s\S]*?)( {2}<\/StreamIndex>)/;
const AUDIO = /(Fragments\(audio_en=[\s\S]*?)(<c [\s\S]*?)( {2}<\/StreamIndex>)/;

/** Puts other chunks in the place of a stream's own. */
const chunks = (stream: RegExp, list: string) => (clean: string) => swap(clean, stream, `$1${list}$3`);

/** Times that are to be divided or shifted before they are those of the clean title. */
const at =
  (back: (time: bigint, stream: string) => bigint) =>
  ({ fragment }: Asked) =>
    fragment && { ...fragment, time: back(fragment.time, fragment.stream) };

/** The clean title's own times are few: what is asked for may be a little off. */
const NEAR = [0n, 20_000_000n, 20_053_333n] as const;
const nearest = (time: bigint, stream: string): bigint => {
  const own = stream === 'video' ? NEAR.slice(0, 2) : [NEAR[0], NEAR[2]];
  return own.find((known) => (known > time ? known - time : time - known) < 20_000n) ?? -1n;
};

/** Multiplies every time of the manifest. */
const scaled = (clean: string, factor: (ticks: number) => bigint) =>
  clean.replace(/ (t|d|Duration)="(\d+)"/g, (_, name, ticks) => ` ${name}="${factor(Number(ticks))}"`);

const scales = [
  { scale: 1000n, name: 'milliseconds' },
  { scale: 90_000n, name: '90,000 a second' },
  { scale: 48_000n, name: '48,000 a second' },
  { scale: 1_000_000_000n, name: 'nanoseconds' },
] as const;

const toScale = (scale: bigint) => (ticks: number) => BigInt(Math.round((ticks * Number(scale)) / 1e7));
const fromScale = (scale: bigint) => (time: bigint, stream: string) =>
  nearest((time * 10_000_000n) / scale, stream);

const rescale = (scale: bigint) => (clean: Buffer) => rescaled(clean, Number(scale) / 1e7);

/** From the year 1 to 2026, in ticks. */
const YEAR_ONE = 639_000_000_000_000_000n;
const UNIX = 17_900_000_000_000_001n;

const shifted = (by: bigint) => (clean: string) =>
  clean.replace(/ t="(\d+)"/g, (_, ticks) => ` t="${BigInt(ticks) + by}"`);

/** When chunks are: every rule for `c`, every clock. [MS-SSTR] 2.2.2.6, 3.1.5.1. */
export const MANIFEST_TIMES: readonly Case[] = [
  {
    name: 'durations alone',
    place: '[MS-SSTR] 2.2.2.6',
    manifest: (clean) => clean.replace(/<c t="\d+" /g, '<c '),
    expect: plays(),
  },
  {
    name: 'the first time, then durations, with ordinals',
    place: 'nginx-vod',
    manifest: chunks(VIDEO, '<c n="0" t="0" d="20000000"/><c n="1" d="20000000"/>'),
    expect: plays(),
  },
  {
    name: 'times alone, the last without a duration',
    place: '[MS-SSTR] 3.1.5.1; IIS live',
    manifest: chunks(VIDEO, '<c t="0"/><c t="20000000"/>'),
    expect: plays(),
  },
  {
    name: 'repeats: r counts the first as well',
    place: '[MS-SSTR] 2.2.2.6',
    manifest: (clean) =>
      swap(chunks(VIDEO, '<c t="0" d="20000000" r="2"/>')(clean), 'MinorVersion="0"', 'MinorVersion="2"'),
    expect: plays(),
  },
  {
    name: 'repeats under version 2.0',
    place: '[MS-SSTR] 2.2.2.6; packagers that don’t care',
    manifest: chunks(VIDEO, '<c d="20000000" r="2"/>'),
    expect: plays(),
  },
  {
    name: 'r="1" and r="0" are one chunk each',
    place: '[MS-SSTR] 2.2.2.6',
    manifest: chunks(VIDEO, '<c t="0" d="20000000" r="1"/><c d="20000000" r="0"/>'),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  {
    name: 'chunks that overlap by two ticks',
    place: 'rounding; [MS-SSTR] 3.1.5.1',
    manifest: chunks(VIDEO, '<c t="0" d="20000002"/><c t="20000000" d="20000000"/>'),
    expect: plays(),
  },
  {
    name: 'a hair’s breadth between chunks',
    place: 'rounding; [MS-SSTR] 3.1.5.1',
    manifest: chunks(VIDEO, '<c t="0" d="19999998"/><c t="20000000" d="20000000"/>'),
    expect: plays(),
  },
  {
    name: 'a chunk that goes back in time',
    place: '[MS-SSTR] 2.2.2.6: forbidden',
    manifest: chunks(VIDEO, '<c t="0" d="20000000"/><c t="20000000" d="20000000"/><c t="10000000" d="5"/>'),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'the same chunk twice',
    place: 'encoder failover',
    manifest: chunks(VIDEO, '<c t="0" d="20000000"/><c t="0" d="20000000"/><c t="20000000" d="20000000"/>'),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'an entry that says nothing',
    place: '[MS-SSTR] 2.2.2.6',
    manifest: chunks(VIDEO, '<c t="0" d="20000000"/><c t="20000000" d="20000000"/><c/>'),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'a repeat of a chunk without duration',
    place: '[MS-SSTR] 2.2.2.6: forbidden',
    manifest: chunks(VIDEO, '<c t="0" d="20000000"/><c t="20000000" d="20000000"/><c r="3"/>'),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'one chunk of no duration: as long as the presentation',
    place: '[MS-SSTR] 3.1.5.1',
    manifest: (clean) =>
      swap(
        chunks(AUDIO, '<c t="0"/>')(chunks(VIDEO, '<c/>')(clean)),
        'Duration="40000000"',
        'Duration="20000000"',
      ).replace(/Chunks="2"/g, 'Chunks="1"'),
    expect: plays({ frames: [0, 49] }),
  },
  {
    name: 'IsLive="False" of a title with a window and look-ahead',
    place: '[MS-SSTR] 2.2.2.1: booleans in any case',
    manifest: (clean) =>
      swap(
        clean,
        'TimeScale="10000000"',
        'IsLive="False" LookAheadFragmentCount="2" DVRWindowLength="0" CanSeek="FALSE" TimeScale="10000000"',
      ),
    expect: plays(),
  },
  ...['', '-20000000', '18446744073689551616', '36000000000'].map(
    (d): Case => ({
      name: `a last chunk that lasts "${d}"`,
      place: '[MS-SSTR] 3.1.5.1; archives of live events',
      manifest: chunks(VIDEO, `<c t="0" d="20000000"/><c t="20000000" d="${d}"/>`),
      expect: plays({ warnings: ['manifest-mended'] }),
    }),
  ),
  {
    name: 'numbers that are none',
    place: '[MS-SSTR] 2.2.2.6',
    manifest: chunks(VIDEO, '<c t="0" d="20000000"/><c t="soon" d="long"/><c t="20000000" d="20000000"/>'),
    expect: plays({ warnings: ['manifest-part-left-out'] }),
  },
  {
    name: 'counts that lie',
    place: 'IIS live writes 0',
    manifest: (clean) =>
      clean.replace(/Chunks="2"/g, 'Chunks="0"').replace(/QualityLevels="\d"/g, 'QualityLevels="9"'),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  {
    name: 'no duration',
    place: '[MS-SSTR] 3.1.5.1',
    manifest: (clean) => swap(clean, ' Duration="40000000"', ''),
    expect: plays(),
  },
  {
    name: 'a duration of 0',
    place: '[MS-SSTR] 2.2.2.1',
    manifest: (clean) => swap(clean, 'Duration="40000000"', 'Duration="0"'),
    expect: plays(),
  },
  {
    name: 'a duration of an hour',
    place: 'estimates that stay',
    manifest: (clean) => swap(clean, 'Duration="40000000"', 'Duration="36000000000"'),
    expect: plays(),
  },
  {
    name: 'no time scale',
    place: '[MS-SSTR] 2.2.2.1: 10,000,000',
    manifest: (clean) => swap(clean, ' TimeScale="10000000"', ''),
    expect: plays(),
  },
  ...scales.map(
    ({ scale, name }): Case => ({
      name: `a clock of ${name}`,
      place: '[MS-SSTR] 2.2.2.1',
      manifest: (clean) =>
        swap(scaled(clean, toScale(scale)), 'TimeScale="10000000"', `TimeScale="${scale}"`),
      fragment: rescale(scale),
      locate: at(fromScale(scale)),
      expect: plays(),
    }),
  ),
  {
    name: 'each stream with a clock of its own',
    place: '[MS-SSTR] 2.2.2.3',
    manifest: (clean) =>
      swap(
        swap(clean, AUDIO, '$1<c t="0" d="96256"/><c t="96256" d="96256"/>$3'),
        'Type="audio"',
        'Type="audio" TimeScale="48000"',
      ),
    fragment: (clean, asked) => (asked.stream === 'video' ? clean : rescale(48_000n)(clean)),
    locate: at((time, stream) => (stream === 'video' ? time : fromScale(48_000n)(time, stream))),
    expect: plays(),
  },
  ...[
    { name: 'six seconds', by: 60_000_000n },
    { name: '1970', by: UNIX },
    { name: 'the year 1', by: YEAR_ONE },
  ].map(
    ({ name, by }): Case => ({
      name: `times that count from ${name}`,
      place: '[MS-SSTR] 2.2.2.6; live archives',
      manifest: shifted(by),
      locate: at((time) => time - by),
      expect: plays(),
    }),
  ),
  {
    name: 'the sound begins a quarter of a second later',
    place: '[MS-SSTR] 3.1.5.1',
    manifest: chunks(AUDIO, '<c t="2500000" d="20053333"/><c t="22553333" d="20053333"/>'),
    locate: at((time, stream) => (stream === 'video' ? time : time - 2_500_000n)),
    // The first picture may be on screen until playback is where there is sound.
    expect: plays({ zero: 0, duration: 4.26, bridges: ['silence', 'picture-held'] }),
  },
  ...['-213333', '18446744073709338283'].map(
    (below): Case => ({
      name: `the sound begins at ${below}`,
      place: 'FFmpeg; priming of AAC',
      manifest: chunks(AUDIO, `<c t="${below}" d="20053333"/><c t="19840000" d="20053333"/>`),
      locate: at((time, stream) =>
        stream === 'video' ? time : time === BigInt(below) ? 0n : time + 213_333n,
      ),
      expect: plays({ warnings: ['manifest-mended'] }),
    }),
  ),
  {
    name: 'all begins below 0',
    place: 'packagers that take edit lists for times',
    manifest: shifted(-800_000n),
    locate: at((time) => time + 800_000n),
    expect: plays({ warnings: ['manifest-mended'] }),
  },
  ...[
    { name: 'an hour', by: 36_000_000_000n },
    { name: 'since 1970', by: UNIX },
  ].map(
    ({ name, by }): Case => ({
      name: `the sound counts from another epoch: ${name}`,
      place: 'encoders that start their streams apart',
      manifest: chunks(AUDIO, `<c t="${by}" d="20053333"/><c t="${by + 20_053_333n}" d="20053333"/>`),
      locate: at((time, stream) => (stream === 'video' ? time : time - by)),
      expect: plays({ warnings: ['manifest-mended'] }),
    }),
  ),
  {
    name: 'sizes of fragments',
    place: 'IIS: f with i and s',
    manifest: chunks(
      VIDEO,
      '<c t="0" d="20000000"><f i="0" s="24" q="9000"/><f i="1" s="15"/></c><c d="20000000"><f s="12"/></c>',
    ),
    expect: plays(),
  },
];
