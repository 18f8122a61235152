import { expect, test } from 'vitest';
import { ticks, timescale } from '../../../../src/base/time.ts';
import type { FragmentRequest } from '../../../../src/player/fragment/fragment-request.ts';
import { KeyFrameReader, type Reading } from '../../../../src/player/navigate/key-frame-reader.ts';
import { box, buildFragment, type FragmentSpec, u32 } from '../../../support/fragment-builder.ts';

const [IDR, SLICE, DELIMITER] = [0x65, 0x41, 0x09];

/** NAL units behind their lengths. */
const sample = (...units: readonly (readonly number[])[]): Buffer =>
  Buffer.concat(units.map((unit) => Buffer.concat([u32(unit.length), Buffer.from(unit)])));

const KEY = sample([DELIMITER, 0xf0], [IDR, ...Array(60).fill(0x88)]);
const OTHERS = [sample([SLICE, ...Array(20).fill(1)]), sample([SLICE, 2, 3, 4])];

/** A fragment of these samples; flags as IIS writes them, which say that each is a key frame. */
const fragmentOf = (samples: readonly Buffer[], more: Partial<FragmentSpec> = {}): Buffer =>
  buildFragment({
    defaultDuration: 400_000,
    runs: [{ samples: samples.map(({ length }) => ({ size: length })), dataOffset: 'auto' }],
    payload: Buffer.concat(samples),
    ...more,
  });

const requestOf = (codec = 'avc1.42E01E'): FragmentRequest =>
  ({
    stream: { type: 'video', timescale: timescale(10_000_000) },
    level: { codec, fourCC: 'H264', nalUnitLength: 4 },
    chunk: { index: 0, start: ticks(0), duration: ticks(1_200_000) },
    zero: ticks(0),
    readEncryption: undefined,
    encryption: undefined,
    // Where it comes from doesn't matter here.
  }) as unknown as FragmentRequest;

/** Pushes bytes in pieces of a size; gives what was read, and how many bytes that took. */
function read(bytes: Buffer, pieceSize: number, request = requestOf()): { reading: Reading; pushed: number } {
  const reader = new KeyFrameReader(request);
  let reading: Reading = { kind: 'more' };
  let pushed = 0;
  while (pushed < bytes.length && reading.kind === 'more') {
    const piece = bytes.subarray(pushed, pushed + pieceSize);
    reading = reader.push(piece);
    pushed += piece.length;
  }
  return { reading, pushed };
}

const whole = fragmentOf([KEY, ...OTHERS]);
/** Where the key frame ends in it. */
const END = whole.length - OTHERS.reduce((sum, { length }) => sum + length, 0);

test.each([1, 7, 64, 10_000])('the first sample, from pieces of %d bytes, as soon as it is there', (size) => {
  const { reading, pushed } = read(whole, size);
  expect(reading).toEqual({ kind: 'found', keyFrame: { bytes: new Uint8Array(KEY), isByteStream: false } });
  expect(pushed).toBe(Math.min(whole.length, Math.ceil(END / size) * size));
});

test('how many bytes are needed is known once the header of mdat is in', () => {
  const reader = new KeyFrameReader(requestOf());
  reader.push(whole.subarray(0, END - KEY.length - 8));
  expect(reader.needed).toBeUndefined();
  reader.push(whole.subarray(END - KEY.length - 8, END - KEY.length + 5));
  expect(reader.needed).toBe(END);
});

test.each([
  ['a size of 64 bits', { mdatSize: '64' }],
  ['a size to the end', { mdatSize: 'open' }],
  ['boxes before and between', { before: [box('styp', u32(1))], between: [box('free', u32(1, 2))] }],
] satisfies [string, Partial<FragmentSpec>][])('%s', (_, more) => {
  const { reading } = read(fragmentOf([KEY, ...OTHERS], more), 13);
  expect(reading).toMatchObject({ kind: 'found', keyFrame: { bytes: new Uint8Array(KEY) } });
});

test('start codes instead of lengths are told', () => {
  const bytes = Buffer.concat([
    Buffer.from([0, 0, 0, 1, DELIMITER, 0xf0, 0, 0, 1, IDR]),
    Buffer.alloc(40, 0x88),
  ]);
  const { reading } = read(fragmentOf([bytes, ...OTHERS]), 64);
  expect(reading).toMatchObject({ kind: 'found', keyFrame: { isByteStream: true } });
});

test.each([
  ['a first sample that needs others', fragmentOf(OTHERS)],
  ['no fragment', Buffer.from('<html>Not found</html>'.repeat(20))],
  ['nothing of it', fragmentOf([])],
  ['lengths that lead nowhere', fragmentOf([Buffer.alloc(80, 0xff)])],
])('%s has none', (_, bytes) => {
  expect(read(bytes, 50).reading.kind).not.toBe('found');
});

test('H.265: any random access point will do', () => {
  const cra = sample([21 << 1, 1, ...Array(30).fill(7)]);
  const trail = sample([1 << 1, 1, 5, 6, 7]);
  expect(read(fragmentOf([cra, trail]), 50, requestOf('hvc1.1.6.L93.B0')).reading.kind).toBe('found');
  expect(read(fragmentOf([trail, cra]), 50, requestOf('hvc1.1.6.L93.B0')).reading.kind).toBe('none');
});
