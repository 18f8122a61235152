import { afterEach, expect, test, vi } from 'vitest';
import { type Need, pieceReader } from '../../../src/net/read-pieces.ts';

afterEach(() => vi.restoreAllMocks());

/** A body that notes what it is asked for. `gives`: bytes of each read; default: as many as there is room for. */
function body(gives: readonly number[] = []) {
  const asked: { readonly room: number; readonly min: number }[] = [];
  const read = async (view: Uint8Array<ArrayBuffer>, { min }: { min: number }) => {
    const given = gives[asked.length] ?? view.byteLength;
    asked.push({ room: view.byteLength, min });
    // As the platform does: the view given is detached.
    const { buffer, byteOffset } = view;
    const moved = structuredClone(buffer, { transfer: [buffer] });
    const value = new Uint8Array(moved, byteOffset, given);
    value.fill(asked.length);
    return { done: given < min, value };
  };
  const stream = { getReader: () => ({ read }) } as unknown as ReadableStream<Uint8Array>;
  return { asked, stream };
}

const after = (ms: number) => vi.spyOn(performance, 'now').mockReturnValue(ms);

test('what is needed at once is read as it comes, with more room where more comes', async () => {
  const { asked, stream } = body([4000, 16_384, 200_000]);
  after(0);
  const { read } = pieceReader(stream, 2_000_000, () => 'each');
  after(1000);
  for (const received of [0, 4000, 20_384, 220_384]) await read(received);
  expect(asked).toEqual([
    { room: 16_384, min: 1 },
    { room: 16_384, min: 1 },
    { room: 262_144, min: 1 },
    { room: 16_384, min: 1 },
  ]);
});

test.each([
  { name: 'nothing came yet', received: 0, ms: 20, min: 1, room: 16_384 },
  { name: 'a slow line', received: 20_000, ms: 1000, min: 1000, room: 16_384 },
  { name: 'a fast line', received: 500_000, ms: 1000, min: 25_000, room: 25_000 },
  { name: 'a very fast line', received: 500_000, ms: 10, min: 65_536, room: 65_536 },
  { name: 'all at once', received: 5000, ms: 0, min: 65_536, room: 65_536 },
])('a piece is as much as comes in 50 ms: $name', async ({ received, ms, min, room }) => {
  const { asked, stream } = body();
  after(0);
  const { read } = pieceReader(stream, undefined, () => 'pieces');
  after(ms);
  await read(received);
  expect(asked).toEqual([{ room, min }]);
});

test('a whole body gathers in one buffer, and its last read sees the end', async () => {
  const { asked, stream } = body([10_000, 26_000, 4000]);
  after(0);
  const { read } = pieceReader(stream, 40_000, () => 'whole');
  after(100);
  expect(await read(0)).toEqual({ done: false, bytes: 10_000 });
  expect(await read(10_000)).toEqual({ done: false, bytes: 26_000 });
  const { done, bytes, piece } = await read(36_000);
  expect(asked).toEqual([
    { room: 40_001, min: 1 },
    { room: 30_001, min: 20_000 },
    { room: 4001, min: 4001 },
  ]);
  expect({ done, bytes, length: piece?.length }).toEqual({ done: true, bytes: 4000, length: 40_000 });
  expect([0, 9999, 10_000, 35_999, 36_000, 39_999].map((at) => piece?.[at])).toEqual([1, 1, 2, 2, 3, 3]);
});

test('what has gathered is passed on when it is needed, and so is what follows', async () => {
  const { stream } = body([10_000, 20_000, 5000]);
  let need: Need = 'whole';
  after(0);
  const { read } = pieceReader(stream, 40_000, () => need);
  after(100);
  expect((await read(0)).piece).toBeUndefined();
  need = 'each';
  expect((await read(10_000)).piece).toHaveLength(30_000);
  need = 'whole';
  expect((await read(30_000)).piece).toHaveLength(5000);
});

test('a body longer than announced is passed on completely', async () => {
  const { stream } = body([11, 7]);
  after(0);
  const { read } = pieceReader(stream, 10, () => 'whole');
  expect((await read(0)).piece).toHaveLength(11);
  expect((await read(11)).piece).toHaveLength(7);
});

test('a stream that has no room to fill gives its own pieces', async () => {
  const own = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Uint8Array.of(1, 2));
      controller.close();
    },
  });
  const { read } = pieceReader(own, 2, () => 'whole');
  expect(await read(0)).toEqual({ done: false, bytes: 2, piece: Uint8Array.of(1, 2) });
  expect(await read(2)).toEqual({ done: true, bytes: 0, piece: undefined });
});
