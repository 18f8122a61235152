import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import { readTextFragment } from '../../../src/text/fragment/read-text-fragment.ts';
import { box, buildFragment, type FragmentSpec, u8, u32 } from '../../support/fragment-builder.ts';
import { finish, secondsOf, told, ttml } from '../../support/text.ts';

const SECOND = 10_000_000;
const document = (text: string, times = 'begin="0s" end="1s"') => ttml(`<div><p ${times}>${text}</p></div>`);
const A = document('a');
const B = document('b');

/** A fragment of samples with these contents, each lasting a second unless told otherwise. */
function fragment(
  samples: readonly (string | Buffer)[],
  spec: Partial<FragmentSpec> & { sizes?: number[]; durations?: number[] } = {},
) {
  const bytes = samples.map((sample) => Buffer.from(sample));
  const { sizes, durations, ...rest } = spec;
  return buildFragment({
    runs: [
      {
        samples: bytes.map(({ length }, at) => ({
          size: sizes?.[at] ?? length,
          duration: durations?.[at] ?? SECOND,
        })),
      },
    ],
    payload: Buffer.concat(bytes),
    ...rest,
  });
}

function read(bytes: Uint8Array, { start = 0n, duration = 2 } = {}) {
  const { documents, repairs, problem } = finish(
    readTextFragment(new Uint8Array(bytes), {
      timescale: timescale(SECOND),
      start: ticks(start),
      duration: ticks(duration * SECOND),
      origin: ticks(0),
    }),
  );
  return {
    documents: documents.map(({ cues, offset }) => [secondsOf(offset), ...told(cues)].join(' | ')),
    repairs: repairs.map(({ kind }) => kind),
    problem,
  };
}

test.each<[name: string, bytes: Uint8Array, documents: string[], repairs?: string[]]>([
  ['one sample', fragment([A]), ['0 | 0-1 a']],
  ['two samples, each from its own zero', fragment([A, B]), ['0 | 0-1 a', '1 | 0-1 b']],
  ['a size that is too short', fragment([A], { sizes: [10] }), ['0 | 0-1 a'], ['sample-sizes']],
  [
    'two samples of which the sizes are wrong: by their beginnings',
    fragment([A, B], { sizes: [5, 5] }),
    ['0 | 0-1 a', '0 | 0-1 b'],
    ['sample-sizes', 'several-documents'],
  ],
  ['two documents in a sample', fragment([A + B]), ['0 | 0-1 a', '0 | 0-1 b'], ['several-documents']],
  ['NULs behind the document', fragment([`${A}\0\0\0`]), ['0 | 0-1 a']],
  ['UTF-16', fragment([Buffer.from(`\ufeff${A.replace('utf-8', 'utf-16')}`, 'utf16le')]), ['0 | 0-1 a']],
  ['no samples, and nothing in mdat', fragment([], {}), []],
  ['white space', fragment([' \n ']), []],
  ['a document without a paragraph', fragment([ttml('<div/>')]), ['0']],
  [
    'several mdat',
    Buffer.concat([fragment([A.slice(0, 40)]), box('mdat', Buffer.from(A.slice(40)))]),
    ['0 | 0-1 a'],
    ['sample-sizes'],
  ],
  [
    'two fragments in one response',
    Buffer.concat([fragment([A]), fragment([B])]),
    ['0 | 0-1 a', '1 | 0-1 b'],
  ],
  ['mdat alone', box('mdat', Buffer.from(A)), ['0 | 0-1 a']],
  [
    'moof that can\u2019t be read',
    Buffer.concat([box('moof', Buffer.from('nonsense')), box('mdat', Buffer.from(A))]),
    ['0 | 0-1 a'],
  ],
  ['bytes before it that are no box', Buffer.concat([Buffer.from('\r\n'), fragment([A])]), ['0 | 0-1 a']],
  [
    'a document type that declares nothing',
    fragment([`<!DOCTYPE tt SYSTEM "ttaf1.dtd">${A}`]),
    ['0 | 0-1 a'],
  ],
  ['words before the document', fragment([`Warning: no cache\n${A}`]), ['0 | 0-1 a']],
  [
    'SubRip with line breaks that were converted twice',
    fragment(['1\r\r\n00:00:00,000 --> 00:00:01,000\r\r\na\r\r\n']),
    ['0 | 0-1 a'],
  ],
  ['SubRip without hours', fragment(['1\n00:00,000 --> 00:01,500\na']), ['0 | 0-1.5 a']],
  ['SubRip in whole seconds', fragment(['1\n00:00:00 --> 00:00:01\na']), ['0 | 0-1 a']],
  [
    'WebVTT without its first line',
    fragment(['00:00.000 --> 00:01.000\na\n\n00:01.000 --> 00:02.000\nb']),
    ['0 | 0-1 a | 1-2 b'],
  ],
  ['boxes before it', Buffer.concat([box('styp', u32(0)), fragment([A])]), ['0 | 0-1 a']],
  ['a document without boxes', Buffer.from(A), ['0 | 0-1 a']],
  ['WebVTT in mdat', fragment(['WEBVTT\n\n00:00.000 --> 00:01.000\nx']), ['0 | 0-1 x']],
  ['WebVTT without boxes', Buffer.from('WEBVTT\n\n00:00.000 --> 00:01.000\nx'), ['0 | 0-1 x']],
  ['SubRip without boxes', Buffer.from('1\n00:00:00,000 --> 00:00:01,000\nx'), ['0 | 0-1 x']],
])('%s', (_, bytes, documents, repairs = []) => {
  expect(read(bytes)).toEqual({ documents, repairs, problem: undefined });
});

test.each<[name: string, bytes: Uint8Array, problem: string]>([
  ['a web page', Buffer.from('<!DOCTYPE html><html><body>x</body></html>'), 'unreadable'],
  ['words', Buffer.from('Service unavailable'), 'unreadable'],
  ['something else in mdat', fragment([Buffer.alloc(100, 0xa7)]), 'unreadable'],
  [
    'a document type that declares something',
    fragment([`<!DOCTYPE tt [<!ENTITY a "b">]>${A}`]),
    'unreadable',
  ],
  [
    'encrypted samples',
    fragment([Buffer.alloc(100, 0xa7)], { extra: [box('senc', u32(0, 1), Buffer.alloc(8))] }),
    'encrypted',
  ],
])('%s: nothing to show, and no error', (_, bytes, problem) => {
  const result = read(bytes);
  expect(result).toMatchObject({ documents: [], problem });
  expect(result.repairs.includes('unreadable')).toBe(problem === 'unreadable');
});

test('boxes of encryption around clear text change nothing', () => {
  const extra = [box('senc', u32(0, 1), Buffer.alloc(8))];
  expect(read(fragment([A], { extra })).documents).toEqual(['0 | 0-1 a']);
});

test('ticks without a rate are 100 ns where nothing else puts them into the chunk', () => {
  const bytes = fragment([document('x', 'begin="5000000t" end="15000000t"')]);
  expect(read(bytes, { start: BigInt(60 * SECOND) })).toMatchObject({
    documents: ['0 | 0.5-1.5 x'],
    repairs: ['tick-rate'],
  });
  const absolute = fragment([document('x', 'begin="605000000t" end="615000000t"')]);
  expect(read(absolute, { start: BigInt(60 * SECOND) })).toMatchObject({ documents: ['0 | 60.5-61.5 x'] });
  const unitless = fragment([document('x', 'begin="5000000" end="15000000"')]);
  expect(read(unitless, { start: BigInt(60 * SECOND) })).toMatchObject({ documents: ['0 | 0.5-1.5 x'] });
  const ofTitle = fragment([document('x', 'begin="9000000000t" end="9010000000t"')]);
  expect(read(ofTitle, { start: BigInt(60 * SECOND) })).toMatchObject({ documents: ['0 | 900-901 x'] });
  expect(read(fragment([document('x', 'begin="1t" end="2t"')]))).toMatchObject({
    documents: ['0 | 1-2 x'],
    repairs: [],
  });
});

test('subsamples: the document, then its images', () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  const text = ttml('<div begin="0s" end="1s" smpte:backgroundImage="urn:mpeg:14496-30:subs:1"/>', {
    attributes: 'xmlns:smpte="http://www.smpte-ra.org/schemas/2052-1/2010/smpte-tt"',
  });
  const sizes = [Buffer.byteLength(text), png.length];
  const rest = u8(0, 0, 0, 0, 0, 0);
  const subs = box('subs', u32(0x01000000, 1, 1), u8(0, 2), ...sizes.flatMap((size) => [u32(size), rest]));
  const { documents } = finish(
    readTextFragment(new Uint8Array(fragment([Buffer.concat([Buffer.from(text), png])], { extra: [subs] })), {
      timescale: timescale(SECOND),
      start: ticks(0),
      duration: ticks(2 * SECOND),
      origin: ticks(0),
    }),
  );
  expect(documents[0]?.cues).toMatchObject([{ text: '', image: { width: 1, height: 1 } }]);
});

describe('WebVTT in boxes', () => {
  const cue = (text: string, settings?: string) =>
    box('vttc', ...(settings ? [box('sttg', Buffer.from(settings))] : []), box('payl', Buffer.from(text)));
  const gap = box('vtte');

  test.each<[name: string, samples: Buffer[], cues: string]>([
    ['times are those of samples', [gap, cue('a'), gap], '0 | 1-2 a'],
    ['a cue goes on in the next sample', [cue('a'), cue('a'), cue('b')], '0 | 0-2 a | 2-3 b'],
    ['two at once', [cue('a'), Buffer.concat([cue('a'), cue('b')]), cue('b')], '0 | 0-2 a | 1-3 b'],
    ['blank lines around the text', [cue('\na\r\n\r\n'), cue('a')], '0 | 0-2 a'],
    ['after a gap it is another', [cue('a'), gap, cue('a')], '0 | 0-1 a | 2-3 a'],
    ['notes', [Buffer.concat([box('vtta', Buffer.from('note')), cue('a')])], '0 | 0-1 a'],
    ['nothing', [gap], '0'],
    ['a box that is cut', [Buffer.concat([cue('a'), u32(50), Buffer.from('vttc')])], '0 | 0-1 a'],
  ])('%s', (_, samples, cues) => {
    expect(read(fragment(samples), { duration: samples.length })).toMatchObject({
      documents: [cues],
      problem: undefined,
    });
  });

  test('settings and tags', () => {
    const { documents } = finish(
      readTextFragment(new Uint8Array(fragment([cue('<c.magenta>x</c>', 'align:left line:50%')])), {
        timescale: timescale(SECOND),
        start: ticks(0),
        duration: ticks(SECOND),
        origin: ticks(0),
      }),
    );
    expect(documents[0]?.cues[0]).toMatchObject({
      text: 'x',
      paragraph: { align: 'left' },
      region: { top: 0.5 },
      runs: [{ style: { color: { red: 255, green: 0, blue: 255 } } }],
    });
  });

  test('samples on another clock than the stream\u2019s share out the chunk', () => {
    const durations = [500, 1500];
    expect(read(fragment([cue('a'), cue('b')], { durations })).documents).toEqual(['0 | 0-0.5 a | 0.5-2 b']);
  });
});

test('every byte cut off, and every byte changed: no error, and no cue that is none', () => {
  const whole = fragment([A, B]);
  for (let length = 0; length < whole.length; length++) {
    for (const cue of read(whole.subarray(0, length)).documents) expect(cue).toMatch(/^[01](?: \| |$)/);
    const changed = Buffer.from(whole);
    changed[length] = (changed[length] ?? 0) ^ 0x5a;
    expect(read(changed).documents.length).toBeLessThanOrEqual(2);
  }
});

test('a fragment of more than 1 MiB is cut off', () => {
  const many = Array.from(
    { length: 20_000 },
    (_, at) => `<p begin="${at}ms" end="${at + 1}ms">${'x'.repeat(40)}</p>`,
  ).join('');
  expect(read(fragment([ttml(`<div>${many}</div>`)])).repairs).toEqual(expect.arrayContaining(['cut-off']));
});

const ISMT = fileURLToPath(
  new URL('../../../../shared/corpus/fragments/mp4ff-text-ismt.mp4', import.meta.url),
);
if (!existsSync(ISMT)) console.info(`corpus test skipped: corpus not present at ${ISMT}`);

test.skipIf(!existsSync(ISMT))(
  'an .ismt of Unified: the samples\u2019 times are the cues\u2019, gaps are gaps',
  () => {
    const { documents } = finish(
      readTextFragment(new Uint8Array(readFileSync(ISMT)), {
        timescale: timescale(1000),
        start: ticks(0),
        duration: ticks(20_000),
        origin: ticks(0),
      }),
    );
    expect(documents.flatMap(({ cues }) => told(cues))).toEqual([
      '0-6.64 ...',
      '6.96-10.88 -Tout, tout, tout pourri,/tout, tout, tout plaplat,',
      "11.2-14.36 Chien Pourri et Chaplapla,/c'est moi, le chien, toi, le chat.",
      '14.68-20 Un ami, une poubelle,/et pour nous, la vie est belle.',
    ]);
  },
);
