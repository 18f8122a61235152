import { expect, test } from 'vitest';
import type { RequestRecord } from '../../../../src/net/fetch-bytes.ts';
import { PathwayTraffic } from '../../../../src/player/steering/pathway-traffic.ts';

const idOf = (url: string) => (url.startsWith('x') ? undefined : url[0]);
const received = (url: string, bytes: number, ms: number): RequestRecord => ({
  ...{ url, bytes, at: 0, firstByteMs: 40, totalMs: 40 + ms },
});

test('tells what came from where, in the order of last use, in bits per second, and each body once', () => {
  const traffic = new PathwayTraffic();
  for (const record of [
    received('a/1', 1000, 10),
    received('b/1', 500, 10),
    received('x/1', 500, 10),
    received('a/2', 1000, 30),
  ])
    traffic.add(record);
  expect(traffic.take(idOf)).toEqual([
    { id: 'b', throughput: (500 * 8000) / 10 },
    { id: 'a', throughput: (2000 * 8000) / 40 },
  ]);
  expect(traffic.take(idOf)).toEqual([]);
});

test('what is under way counts once it has ended, and what brought nothing does not', () => {
  const traffic = new PathwayTraffic();
  const record: RequestRecord = { url: 'a/1', at: 0, bytes: 10 };
  traffic.add(record);
  traffic.add({ ...received('b/1', 0, 10), error: 'network-status' });
  expect(traffic.take(idOf)).toEqual([]);
  Object.assign(record, { bytes: 1000, firstByteMs: 5, totalMs: 15 });
  expect(traffic.take(idOf)).toEqual([{ id: 'a', throughput: 800_000 }]);
});
