import { describe, expect, test } from 'vitest';
import { SmoothError } from '../../../src/base/errors.ts';
import { type Box, boxesIn, childrenOf, findBox } from '../../../src/mp4/box.ts';
import { BoxReader } from '../../../src/mp4/reader.ts';
import { BoxWriter } from '../../../src/mp4/writer.ts';
import { box, u8, u32, u64, uuidBox } from '../../support/fragment-builder.ts';
import fc from '../../support/properties.ts';

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const walked = (bytes: Uint8Array): [string, number][] =>
  [...boxesIn(viewOf(bytes))].map(({ type, payload, end }) => [type, end - payload]);
const name = (type: string): Buffer => Buffer.from(type, 'latin1');

test.each<{ name: string; bytes: Buffer; boxes: [string, number][] }>([
  { name: 'nothing', bytes: Buffer.alloc(0), boxes: [] },
  {
    name: 'two boxes',
    bytes: Buffer.concat([box('free'), box('skip', u32(1))]),
    boxes: [
      ['free', 0],
      ['skip', 4],
    ],
  },
  {
    name: 'a 64-bit size',
    bytes: Buffer.concat([u32(1), name('mdat'), u64(20n), u32(9)]),
    boxes: [['mdat', 4]],
  },
  {
    name: 'size 0: to the end',
    bytes: Buffer.concat([u32(0), name('mdat'), u32(9, 9)]),
    boxes: [['mdat', 8]],
  },
  { name: 'a uuid, without its 16 bytes', bytes: uuidBox('00'.repeat(16), u32(1)), boxes: [['uuid', 4]] },
])('walks $name', ({ bytes, boxes }) => {
  expect(walked(bytes)).toEqual(boxes);
});

test.each<{ name: string; bytes: Buffer; box: string; offset: number }>([
  { name: 'a header cut short', bytes: Buffer.concat([box('free'), u32(9)]), box: 'box', offset: 8 },
  { name: 'sizes from 2 to 7', bytes: Buffer.concat([u32(7), name('free')]), box: 'free', offset: 0 },
  { name: 'a size beyond the end', bytes: Buffer.concat([u32(9), name('free')]), box: 'free', offset: 0 },
  {
    name: 'a 64-bit size of 0',
    bytes: Buffer.concat([u32(1), name('free'), u64(0n)]),
    box: 'free',
    offset: 0,
  },
  {
    name: 'a 64-bit size past 2^53',
    bytes: Buffer.concat([u32(1), name('free'), u64(-1n)]),
    box: 'free',
    offset: 0,
  },
  {
    name: 'a 64-bit size cut short',
    bytes: Buffer.concat([u32(1), name('free'), u32(0)]),
    box: 'box',
    offset: 0,
  },
  { name: 'a uuid cut short', bytes: box('uuid', u32(1)), box: 'uuid', offset: 0 },
  {
    name: 'unprintable types',
    bytes: Buffer.concat([u32(2), u8(0, 0x41, 0x0a, 0xff)]),
    box: '?A??',
    offset: 0,
  },
  {
    name: 'over 4096 boxes',
    bytes: Buffer.concat(Array(4097).fill(box('free'))),
    box: 'free',
    offset: 4096 * 8,
  },
])('rejects $name', ({ bytes, box: type, offset }) => {
  expect(() => walked(bytes)).toThrowError(
    expect.objectContaining({
      code: 'fragment-malformed',
      details: expect.objectContaining({ box: type, offset }),
    }),
  );
});

test('rejects boxes nested beyond 16 levels', () => {
  let bytes = box('moov');
  for (let i = 0; i < 20; i++) bytes = box('moov', bytes);
  const view = viewOf(bytes);
  const descend = (parent: Box): number =>
    1 + [...childrenOf(view, parent)].reduce((sum, b) => sum + descend(b), 0);
  expect(() => [...boxesIn(view)].map(descend)).toThrow(SmoothError);
});

test('finds a box by its path', () => {
  const bytes = box('moof', box('mfhd', u32(0, 5)), box('traf', box('tfhd', u32(0, 3))));
  expect(findBox(viewOf(bytes), 'moof', 'traf', 'tfhd')).toMatchObject({ depth: 2, start: 32 });
  expect(findBox(viewOf(bytes), 'moof', 'trun')).toBeUndefined();
});

describe('reader and writer', () => {
  test('read back what was written, through growth', () => {
    const writer = new BoxWriter(1);
    writer.fullBox('test', 1, 0xabcdef, () => {
      writer.box('free');
      writer.u8(255);
      writer.u16(0x102);
      writer.u24(0xfffefd);
      writer.u32(2 ** 32 - 1);
      writer.i32(-5);
      writer.u64(2n ** 64n - 1n);
      writer.zeros(3);
    });
    const view = viewOf(writer.finish());
    const [written] = [...boxesIn(view)];
    if (!written) throw new Error('no box');
    const reader = new BoxReader(view, written);
    expect(reader.versionAndFlags()).toEqual({ version: 1, flags: 0xabcdef });
    expect([reader.u32(), reader.u32()]).toEqual([8, 0x66726565]);
    expect([reader.u8(), reader.u8(), reader.u8()]).toEqual([255, 1, 2]);
    reader.skip(3);
    expect([reader.u32(), reader.i32(), reader.i64()]).toEqual([2 ** 32 - 1, -5, -1n]);
    expect(reader.bytesLeft).toBe(3);
    expect(() => reader.u32()).toThrow(SmoothError);
  });

  test('boxes of any shape are walked as they were written', () => {
    type Tree = { readonly type: string; readonly children: readonly Tree[] };
    const treeOf: fc.Memo<Tree> = fc.memo((depth) =>
      fc.record({
        type: fc.stringMatching(/^[a-z]{4}$/).filter((type) => type !== 'uuid'),
        children: depth > 1 ? fc.array(treeOf(depth - 1), { maxLength: 3 }) : fc.constant([]),
      }),
    );
    const write = (writer: BoxWriter, { type, children }: Tree): void =>
      writer.box(type, () => {
        for (const child of children) write(writer, child);
      });
    const read = (view: DataView, parent: Box): Tree => ({
      type: parent.type,
      children: [...childrenOf(view, parent)].map((child) => read(view, child)),
    });
    fc.assert(
      fc.property(treeOf(5), (given) => {
        const writer = new BoxWriter();
        write(writer, given);
        const view = viewOf(writer.finish());
        expect([...boxesIn(view)].map((found) => read(view, found))).toEqual([given]);
      }),
    );
  });
});
