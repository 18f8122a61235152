import { afterEach, expect, test, vi } from 'vitest';
import { pieceReader } from '../../../src/net/read-pieces.ts';

afterEach(() => vi.restoreAllMocks());

/** A body that notes what it is asked for. */
function body() {
  const asked: { readonly room: number; readonly min: number }[] = [];
  const read = async (view: Uint8Array, { min }: { min: number }) => {
    asked.push({ room: view.byteLength, min });
    return { done: false, value: view };
  };
  const stream = { getReader: () => ({ read }) } as unknown as ReadableStream<Uint8Array>;
  return { asked, stream };
}

const after = (ms: number) => vi.spyOn(performance, 'now').mockReturnValue(ms);

test('an urgent body is read as it comes', async () => {
  const { asked, stream } = body();
  after(0);
  const read = pieceReader(stream, true);
  after(1000);
  for (const received of [0, 1_000_000]) await read(received);
  expect(asked).toEqual([
    { room: 16_384, min: 1 },
    { room: 16_384, min: 1 },
  ]);
});

test.each([
  { name: 'nothing came yet', received: 0, ms: 20, min: 1, room: 16_384 },
  { name: 'a slow line', received: 20_000, ms: 1000, min: 1000, room: 16_384 },
  { name: 'a fast line', received: 500_000, ms: 1000, min: 25_000, room: 25_000 },
  { name: 'a very fast line', received: 500_000, ms: 10, min: 65_536, room: 65_536 },
  { name: 'all at once', received: 5000, ms: 0, min: 65_536, room: 65_536 },
])('any other waits for as much as comes in 50 ms: $name', async ({ received, ms, min, room }) => {
  const { asked, stream } = body();
  after(0);
  const read = pieceReader(stream, undefined);
  after(ms);
  await read(received);
  expect(asked).toEqual([{ room, min }]);
});

test('a stream that has no room to fill gives its own pieces', async () => {
  const own = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Uint8Array.of(1, 2));
      controller.close();
    },
  });
  const read = pieceReader(own, undefined);
  expect(await read(0)).toEqual({ done: false, value: Uint8Array.of(1, 2) });
  expect(await read(2)).toEqual({ done: true, value: undefined });
});
