import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { seconds, type Ticks, ticks, timescale } from '../../../src/base/time.ts';
import type { EmbeddedText } from '../../../src/manifest/presentation.ts';
import { readEmbeddedCaptions } from '../../../src/text/events/caption-actions.ts';
import { childTracksOf } from '../../../src/text/events/child-track.ts';
import { type EventCue, metadataText } from '../../../src/text/events/event-cue.ts';
import { addEvents, chaptersOf, dropBefore, EMPTY_LIST } from '../../../src/text/events/event-list.ts';
import { readPayload } from '../../../src/text/events/payload.ts';
import { embeddedEvents, fragmentEvents, type ReadEvent } from '../../../src/text/events/read-events.ts';
import {
  EMPTY_CHAIN,
  learnNewest,
  learnPrevious,
  type SparseChain,
} from '../../../src/text/events/sparse-chain.ts';
import { fromSeconds, NO_TIME } from '../../../src/text/moment.ts';
import { CueTimeline } from '../../../src/text/times/cue-timeline.ts';
import { buildFragment, u32 } from '../../support/fragment-builder.ts';
import { segment, signal } from '../../support/splice.ts';
import { finish, ttml } from '../../support/text.ts';

const SECOND = 10_000_000n;
const bytesOf = (text: string | Buffer) => new Uint8Array(Buffer.from(text));
const base64 = (data: string | Uint8Array) => Buffer.from(data).toString('base64');
/** splice_insert 1, out of the network, 60.293567 s, returning by itself. */
const OUT = bytesOf(
  Buffer.from('/DAvAAAAAAAA///wFAVIAACPf+/+c2nALv4AUsz1AAAAAAAKAAhDVUVJAAABNWLbowo=', 'base64'),
);

const xml = '<AdInsert id="1"/>';

describe('payloads', () => {
  const amsHeader = (message: string | Uint8Array) =>
    new Uint8Array(Buffer.concat([u32(1, 77, 5), Buffer.from(message)]));
  test.each<[name: string, bytes: Uint8Array, expected: object]>([
    ['SCTE-35', OUT, { data: OUT, scte35: { commandType: 5 } }],
    ['SCTE-35 that is cut: as it is', OUT.subarray(0, 20), { data: OUT.subarray(0, 20), isBroken: true }],
    ['XML', bytesOf(xml), { text: xml }],
    [
      'SCTE-35 in XML, whatever its scheme says',
      bytesOf(
        '<AcquiredSignal><SCTE35PointDescriptor><SpliceInsert spliceEventID="9" outOfNetworkIndicator="true"/></SCTE35PointDescriptor></AcquiredSignal>',
      ),
      { scte35: { command: { eventId: 9 } } },
    ],
    [
      'a header with id and time, then SCTE-35',
      amsHeader(OUT),
      { data: OUT, scte35: { commandType: 5 }, messageId: 77, delta: 5 },
    ],
    ['a header, then text', amsHeader('hello'), { text: 'hello', messageId: 77 }],
    ['base64 of SCTE-35', bytesOf(base64(OUT)), { data: OUT, scte35: { commandType: 5 } }],
    ['base64 of XML, with line breaks', bytesOf(base64(xml).replace(/(.{5})/g, '$1\r\n')), { text: xml }],
    ['base64 of a header', bytesOf(base64(amsHeader('hello'))), { text: 'hello', messageId: 77 }],
    ['text that could be base64 of nothing known', bytesOf('Chapter1'), { text: 'Chapter1' }],
    // These are base64 of `<` and other bytes, of a splice section's first byte, and of UTF-8 that is no XML.
    ...['PART ONE', 'PART TWO', 'PARADISE', 'PLAYLIST changed', '/DEFAULT/ads', 'PDMgaGVhcnRz'].map(
      (text): [string, Uint8Array, object] => [`text: ${text}`, bytesOf(text), { text }],
    ),
    ['base64 of XML in UTF-16', bytesOf(base64(Buffer.from(`\ufeff${xml}`, 'utf16le'))), { text: xml }],
    ['text', bytesOf('Chapter 1: é'), { text: 'Chapter 1: é' }],
    ['UTF-16', bytesOf(Buffer.from('\ufeffabc', 'utf16le')), { text: 'abc' }],
    ['bytes', bytesOf(Buffer.from([0xc3, 0x28, 0xff])), { data: bytesOf(Buffer.from([0xc3, 0x28, 0xff])) }],
    ['control characters are no text', bytesOf('a\0b'), { data: bytesOf('a\0b') }],
    ['nothing', new Uint8Array(), { text: '' }],
  ])('%s', (_, bytes, expected) => {
    const payload = readPayload(bytes);
    expect(payload).toMatchObject(expected);
    if (!('text' in expected) && !('scte35' in expected)) expect(payload.text).toBeUndefined();
  });
});

test.each<[pragma: string | null, contentType: string | null, expected: Record<string, bigint>]>([
  [null, 'video/mp4;ChildTrack="events=123"', { events: 123n }],
  [null, 'video/mp4; childtrack = "a=1,b=16800000000000001"', { a: 1n, b: 16_800_000_000_000_001n }],
  ['no-cache;ChildTrack="a=1;b=2"', 'video/mp4', { a: 1n, b: 2n }],
  ['ChildTrack="a=1"', 'video/mp4;ChildTrack="a=2"', { a: 1n }],
  ['no-cache', 'ChildTrack=a=3;x=y', { a: 3n }],
  [
    null,
    'ChildTrack="a=18446744073709551615,b=18446744073709551616,c=x,=1, d = 4 "',
    { a: 18_446_744_073_709_551_615n, d: 4n },
  ],
  [null, 'video/mp4', {}],
  [null, 'ChildTrack=""', {}],
  [null, null, {}],
])('sparse fragments named by %j and %j', (pragma, contentType, expected) => {
  expect(Object.fromEntries(childTracksOf({ pragma, contentType }))).toEqual(expected);
});

describe('sparse fragments', () => {
  const walk = (chain: SparseChain, ...times: number[]) =>
    times.reduce((step, time) => learnPrevious(step.chain, ticks(time), ticks(0)), {
      chain,
      fetch: undefined as Ticks | undefined,
    });

  test('the newest is fetched once', () => {
    const first = learnNewest(EMPTY_CHAIN, ticks(50));
    expect(first.fetch).toBe(50n);
    expect(learnNewest(first.chain, ticks(50)).fetch).toBeUndefined();
    expect(learnNewest(first.chain, ticks(40)).fetch).toBeUndefined();
    expect(learnNewest(first.chain, ticks(60)).fetch).toBe(60n);
  });

  test('from there back, to one that is known', () => {
    const { chain } = learnNewest(learnNewest(EMPTY_CHAIN, ticks(50)).chain, ticks(90));
    expect(walk(chain, 70).fetch).toBe(70n);
    expect(walk(chain, 70, 50).fetch).toBeUndefined();
  });

  test('no further than the window, nor sixteen steps', () => {
    const { chain } = learnNewest(EMPTY_CHAIN, ticks(1000));
    expect(learnPrevious(chain, ticks(400), ticks(500)).fetch).toBeUndefined();
    expect(learnPrevious(chain, undefined, ticks(500)).fetch).toBeUndefined();
    const steps = Array.from({ length: 17 }, (_, at) => 999 - at);
    expect(walk(chain, ...steps.slice(0, 16)).fetch).toBe(984n);
    expect(walk(chain, ...steps).fetch).toBeUndefined();
    expect(learnNewest(walk(chain, ...steps).chain, ticks(2000)).chain.steps).toBe(0);
  });
});

const PLACE = { timescale: timescale(SECOND), zero: fromSeconds(10) };
const payload = (at: number, data: string | Uint8Array, more: Partial<EmbeddedText> = {}): EmbeddedText => ({
  kind: 'fragment',
  start: ticks(BigInt(at) * SECOND),
  duration: ticks(0),
  data: typeof data === 'string' ? bytesOf(data) : data,
  ...more,
});
const read = (...payloads: EmbeddedText[]) => embeddedEvents(payloads, PLACE);

describe('events', () => {
  test.each<[name: string, payload: EmbeddedText, expected: object]>([
    ['text', payload(12, 'x'), { start: 2, end: 2, text: 'x' }],
    ['with a duration', payload(12, 'x', { duration: ticks(3n * SECOND) }), { start: 2, end: 5 }],
    [
      'a break lasts as long as its message says',
      payload(12, OUT),
      { start: 2, end: 2 + 5_426_421 / 90_000 },
    ],
    ['c@d goes before that', payload(12, OUT, { duration: ticks(SECOND) }), { end: 3 }],
    [
      'a message has a time of its own',
      payload(12, Buffer.concat([u32(1, 7, 20_000_000), Buffer.from('x')])),
      { id: '140000000-7', start: 4 },
    ],
    [
      'a script command',
      payload(12, 'a & b', { kind: 'command', type: 'goto' }),
      { type: 'goto', command: 'a & b' },
    ],
    ['a marker', payload(12, 'Chapter', { kind: 'marker' }), { text: 'Chapter' }],
  ])('%s', (_, given, expected) => {
    const [event] = read(given);
    for (const [name, value] of Object.entries(expected)) {
      const got = event?.cue[name as keyof EventCue];
      if (typeof value === 'number') expect(got, name).toBeCloseTo(value, 6);
      else expect(got, name).toEqual(value);
    }
  });

  test('titles of chapters are text, whatever they could be besides', () => {
    const titles = [base64(xml), 'PART ONE', '/DAvAAAA', base64(OUT)];
    const events = embeddedEvents(
      titles.map((title) => payload(12, title)),
      { ...PLACE, kind: 'chapters' },
    );
    expect(events.map(({ cue }) => cue.text)).toEqual(titles);
  });

  test('of a clip: what lies within, cut at its end, and named apart', () => {
    const bounds = { begin: fromSeconds(11), end: fromSeconds(14) };
    const all = embeddedEvents(
      [payload(10, 'a'), payload(12, 'b', { duration: ticks(9n * SECOND) }), payload(14, 'c')],
      { ...PLACE, bounds, prefix: '1/' },
    );
    expect(all.map(({ cue }) => [cue.text, cue.start, cue.end, cue.id.startsWith('1/')])).toEqual([
      ['b', 2, 4, true],
    ]);
  });

  test('of a fragment, and of a response without boxes', () => {
    const message = Buffer.from('<a/>');
    const fragment = (duration: number) =>
      new Uint8Array(
        buildFragment({ runs: [{ samples: [{ size: message.length, duration }] }], payload: message }),
      );
    const chunk = { start: ticks(12n * SECOND), duration: ticks(9n * SECOND) };
    const found = (bytes: Uint8Array) => fragmentEvents(bytes, chunk, PLACE)[0]?.cue;
    expect(found(fragment(30_000_000))).toMatchObject({ text: '<a/>', start: 2, end: 5 });
    expect(found(fragment(0))).toMatchObject({ text: '<a/>', start: 2, end: 2 });
    expect(found(bytesOf(message))).toMatchObject({ text: '<a/>', start: 2, end: 11 });
    const empty = buildFragment({ runs: [], payload: Buffer.alloc(0) });
    expect(fragmentEvents(new Uint8Array(empty), chunk, PLACE)).toEqual([]);
    expect(fragmentEvents(new Uint8Array(300_000).fill(0x41), chunk, PLACE)).toEqual([]);
  });

  test('of a fragment with several samples: each has a message, at its own time', () => {
    const messages = ['<a/>', 'second', ''].map((text) => Buffer.from(text));
    const samples = messages.map(({ length }) => ({ size: length, duration: 15_000_000 }));
    const fragment = (sizes: { size: number; duration: number }[]) =>
      new Uint8Array(buildFragment({ runs: [{ samples: sizes }], payload: Buffer.concat(messages) }));
    const chunk = { start: ticks(12n * SECOND), duration: ticks(3n * SECOND) };
    const found = (sizes: typeof samples) =>
      fragmentEvents(fragment(sizes), chunk, PLACE).map(({ cue }) => [cue.text, cue.start, cue.end]);
    expect(found(samples)).toEqual([
      ['<a/>', 2, 3.5],
      ['second', 3.5, 5],
    ]);
    // Sizes that don't add up divide nothing.
    expect(found(samples.slice(0, 1))).toEqual([['<a/>second', 2, 3.5]]);
  });

  test('for code that knows only native cues', () => {
    const [text, splice, command] = read(
      payload(12, 'x'),
      payload(12, OUT),
      payload(12, 'b', { kind: 'command', type: 'goto' }),
    );
    expect(text && metadataText(text.cue)).toBe('x');
    expect(JSON.parse(splice ? metadataText(splice.cue) : '')).toMatchObject({
      scte35: { commandType: 5 },
      data: base64(OUT),
    });
    expect(JSON.parse(command ? metadataText(command.cue) : '')).toMatchObject({
      type: 'goto',
      command: 'b',
    });
  });
});

describe('the list of a track', () => {
  const ams = (id: number, message: string) => Buffer.concat([u32(1, id, 0), Buffer.from(message)]);
  const texts = (cues: readonly EventCue[]) => cues.map(({ text }) => text);

  test('the same message twice is one event', () => {
    const first = addEvents(EMPTY_LIST, read(payload(12, 'a')));
    const again = addEvents(first.list, read(payload(12, 'a'), payload(13, 'a')));
    expect([texts(first.added), texts(again.added), texts(again.list.cues)]).toEqual([
      ['a'],
      ['a'],
      ['a', 'a'],
    ]);
  });

  test('the same id and time takes the place of the other, unless that has fired', () => {
    const first = addEvents(EMPTY_LIST, read(payload(12, ams(1, 'a'))));
    expect(texts(addEvents(first.list, read(payload(12, ams(1, 'b')))).list.cues)).toEqual(['b']);
    expect(texts(addEvents(first.list, read(payload(13, ams(1, 'b')))).list.cues)).toEqual(['a', 'b']);
    expect(texts(addEvents(first.list, read(payload(12, ams(1, 'b'))), () => true).list.cues)).toEqual(['a']);
  });

  test('a splice event can be taken back, as long as it has not fired', () => {
    /** Event id 0x4800008f, cancelled. */
    const cancel = bytesOf(
      Buffer.from('fc301600000000000000fff0050548' + '00008fff' + '0000' + '00000000', 'hex'),
    );
    const { list } = addEvents(EMPTY_LIST, read(payload(12, OUT), payload(13, 'a')));
    const after = addEvents(list, read(payload(12, cancel)));
    expect([after.list.cues.length, after.removed.length, after.added.length]).toEqual([1, 1, 0]);
    expect(addEvents(list, read(payload(12, cancel)), () => true).list.cues).toHaveLength(2);
  });

  test('a break that does not return by itself ends with the next message that says so', () => {
    const out = bytesOf(Buffer.from('/DAlAAAAAAAAAP/wFAUAAAABf+/+AAAAAH4AAAAAAAEAAAAA', 'base64'));
    const back = bytesOf(Buffer.from('/DAgAAAAAAAAAP/wDwUAAAABf0/+AFJlwAABAAAAALQOZyE=', 'base64'));
    const { list } = addEvents(EMPTY_LIST, read(payload(12, out)));
    expect(list.cues[0]?.end).toBe(2);
    const ended = addEvents(list, read(payload(42, back)));
    expect(ended.list.cues[0]?.end).toBe(32);
    expect(addEvents(ended.list, read(payload(12, out))).added).toEqual([]);
  });

  test('a break that ends where the next begins, in one message', () => {
    const times = (...events: ReadEvent[]) =>
      addEvents(EMPTY_LIST, events).list.cues.map(({ start, end }) => [start, end]);
    const [first, both, last] = [
      signal(segment(1, 0x34)),
      signal(segment(1, 0x35), segment(2, 0x34)),
      signal(segment(2, 0x35)),
    ];
    expect(times(...read(payload(12, first), payload(20, both), payload(30, last)))).toEqual([
      [2, 10],
      [10, 20],
      [20, 20],
    ]);
    const timed = signal(segment(1, 0x35), segment(2, 0x34, 60));
    expect(times(...read(payload(12, first), payload(20, timed)))).toEqual([
      [2, 10],
      [10, 70],
    ]);
  });

  test('a break with others in it ends with its own end', () => {
    const at = (time: number, ...segments: string[]) => payload(time, signal(...segments));
    const { list } = addEvents(
      EMPTY_LIST,
      read(
        at(12, segment(1, 0x22), segment(2, 0x30)),
        at(20, segment(2, 0x31), segment(3, 0x30)),
        at(30, segment(3, 0x31)),
        at(40, segment(1, 0x23)),
        // Its end has another id.
        at(50, segment(4, 0x34)),
        at(52, segment(5, 0x30)),
        at(54, segment(5, 0x31)),
        at(60, segment(6, 0x35)),
      ),
    );
    const times = list.cues.map(({ start, end }) => [start, end]);
    expect(times.filter(([start, end]) => start !== end)).toEqual([
      [2, 30],
      [10, 20],
      [40, 50],
      [42, 44],
    ]);
  });

  test('a message that takes one event back and announces another', () => {
    const { list } = addEvents(EMPTY_LIST, read(payload(12, signal(segment(1, 0x34)))));
    const after = addEvents(list, read(payload(20, signal(segment(1), segment(2, 0x34)))));
    expect([after.list.cues.map(({ start }) => start), after.removed.length]).toEqual([[10], 1]);
  });

  test('a thousand of them, the newest', () => {
    const many = Array.from({ length: 1100 }, (_, at) => payload(at, `${at}`));
    const { list, added } = addEvents(EMPTY_LIST, read(...many));
    expect([list.cues.length, added.length, list.cues[0]?.text]).toEqual([1000, 1000, '100']);
    expect(addEvents(list, read(...many))).toMatchObject({ added: [], removed: [] });
  });

  test('what is behind the window goes, what reaches into it stays', () => {
    const { list } = addEvents(
      EMPTY_LIST,
      read(payload(12, 'a'), payload(12, 'b', { duration: ticks(10n * SECOND) }), payload(30, 'c')),
    );
    expect(texts(dropBefore(list, seconds(8)).cues)).toEqual(['b', 'c']);
    expect(dropBefore(list, seconds(0))).toBe(list);
  });

  test('chapters last until the next, and of two at one time the last counts', () => {
    const { list } = addEvents(
      EMPTY_LIST,
      read(payload(10, 'a'), payload(20, 'b'), payload(20, 'c'), payload(500, 'beyond')),
    );
    expect(chaptersOf(list.cues, seconds(60)).map(({ text, start, end }) => [text, start, end])).toEqual([
      ['a', 0, 10],
      ['c', 10, 60],
    ]);
    expect(chaptersOf([], seconds(60))).toEqual([]);
  });
});

describe('captions in the manifest', () => {
  const actions = (payloads: EmbeddedText[], end: number | undefined = 100) => {
    const { chunks, repairs } = finish(
      readEmbeddedCaptions(payloads, {
        timescale: timescale(SECOND),
        origin: ticks(0),
        end: end === undefined ? undefined : ticks(BigInt(end) * SECOND),
      }),
    );
    const timeline = new CueTimeline();
    for (const [at, { start, duration, documents }] of chunks.entries()) {
      const time = (value: Ticks) => fromSeconds(Number(value) / Number(SECOND));
      timeline.add(
        { key: `${at}`, start: time(start), duration: time(duration), origin: NO_TIME, zero: NO_TIME },
        documents,
      );
    }
    return {
      told: timeline.cues.map(({ start, end: until, text }) => `${start}-${until} ${text}`),
      repairs: repairs.map(({ kind }) => kind),
    };
  };
  const add = (id: string, text: string) => `<Caption Id="${id}" Action="ADD">${text}</Caption>`;
  const remove = (id: string) => `<Caption Id="${id}" Action="REMOVE"/>`;

  test.each<[name: string, payloads: EmbeddedText[], expected: string[], end?: number]>([
    ['added and removed', [payload(1, add('0', 'a &amp; b')), payload(3, remove('0'))], ['1-3 a & b']],
    [
      'two at once',
      [
        payload(1, add('0', 'a')),
        payload(2, add('1', 'b')),
        payload(3, remove('0')),
        payload(4, remove('1')),
      ],
      ['1-3 a', '2-4 b'],
    ],
    [
      'both in one message',
      [payload(1, add('0', 'a')), payload(2, remove('0') + add('1', 'b')), payload(3, remove('1'))],
      ['1-2 a', '2-3 b'],
    ],
    [
      'added again ends the first',
      [payload(1, add('0', 'a')), payload(2, add('0', 'b')), payload(5, remove('0'))],
      ['1-2 a', '2-5 b'],
    ],
    [
      'never removed: up to the next',
      [payload(1, add('0', 'a')), payload(5, add('1', 'b')), payload(6, remove('1'))],
      ['1-5 a', '5-6 b'],
    ],
    ['never removed: up to the end', [payload(1, add('0', 'a'))], ['1-20 a'], 20],
    ['never removed: for half a minute', [payload(1, add('0', 'a'))], ['1-31 a']],
    [
      'removal that says the text again',
      [payload(1, add('0', 'a')), payload(3, '<Caption Id="0" Action="REMOVE">a</Caption>')],
      ['1-3 a'],
    ],
    [
      'an unknown action adds, and so does none',
      [
        payload(1, '<Caption Id="0" Action="SHOW">a</Caption>'),
        payload(2, '<Caption Id="1">b</Caption>'),
        payload(3, remove('0') + remove('1')),
      ],
      ['1-3 a', '2-3 b'],
    ],
    [
      'with an XML declaration or a comment before them',
      [
        payload(1, `<?xml version="1.0" encoding="utf-8"?>\n${add('0', 'a')}`),
        payload(3, `<!-- 3 -->${remove('0')}`),
      ],
      ['1-3 a'],
    ],
    [
      'within another element, and with prefixes',
      [
        payload(1, `<Captions>${add('0', 'a')}</Captions>`),
        payload(
          2,
          `<x:Data xmlns:x="urn:x"><x:Captions><x:Caption Id="1">b</x:Caption></x:Captions></x:Data>`,
        ),
        payload(3, `<Captions>${remove('0')}${remove('1')}</Captions>`),
      ],
      ['1-3 a', '2-3 b'],
    ],
    [
      'elements of that name in a document are its own',
      [payload(60, ttml('<metadata><Caption>x</Caption></metadata><div><p begin="0s" end="1s">a</p></div>'))],
      ['60-61 a'],
    ],
    [
      'plain text: up to the next',
      [payload(1, 'a'), payload(4, 'b', { duration: ticks(SECOND) })],
      ['1-4 a', '4-5 b'],
    ],
    [
      'documents, relative to their chunk',
      [
        payload(60, ttml('<div><p begin="0s" end="1s">a</p></div>')),
        payload(62, ttml('<div><p begin="0.5s" end="1s">b</p></div>')),
      ],
      ['60-61 a', '62.5-63 b'],
    ],
    ['nothing', [payload(1, ' '), payload(2, '<Caption Id="0" Action="REMOVE"/>')], []],
  ])('%s', (_, payloads, expected, end) => {
    expect(actions(payloads, end).told).toEqual(expected);
  });

  const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/text/', import.meta.url));
  if (!existsSync(CORPUS)) console.info(`corpus tests skipped: corpus not present at ${CORPUS}`);

  test.skipIf(!existsSync(CORPUS))('those of the corpus', () => {
    const pairs = JSON.parse(readFileSync(`${CORPUS}made-caption-actions.json`, 'utf8')) as [
      number,
      string,
    ][];
    const expected = JSON.parse(readFileSync(`${CORPUS}expected.json`, 'utf8'))['made-caption-actions.json']
      .cues;
    const payloads = pairs.map(([at, text]) => payload(at, bytesOf(Buffer.from(text, 'base64'))));
    expect(actions(payloads).told).toEqual(
      expected.map(({ begin, end, text }: Record<string, unknown>) => `${begin}-${end} ${text}`),
    );
  });
});
