import { expect, test } from 'vitest';
import { Hosts } from '../../../../src/player/title/hosts.ts';

const [A, B, C] = ['http://a/Manifest', 'http://b/Manifest', 'http://c/Manifest'] as const;
const minutes = (count: number) => count * 60_000;

test('the first is asked first, and each once', () => {
  expect(new Hosts([A, B, A]).inOrder(0)).toEqual([A, B]);
});

test('one that failed comes last for a minute, then for two, and for five at most', () => {
  const hosts = new Hosts([A, B]);
  let now = 0;
  for (const avoided of [1, 2, 4, 5, 5]) {
    hosts.failed(A, now);
    hosts.failed(A, now + 1);
    expect(hosts.inOrder(now + minutes(avoided) - 1)).toEqual([B, A]);
    now += minutes(avoided);
    expect(hosts.inOrder(now)).toEqual([A, B]);
  }
});

test('of several that failed the one is asked first that is avoided for the shortest time', () => {
  const hosts = new Hosts([A, B, C]);
  hosts.failed(B, 0);
  hosts.failed(A, 5);
  hosts.failed(C, 9);
  expect(hosts.inOrder(10)).toEqual([B, A, C]);
});

test('one that serves again once it is no longer avoided is trusted as before', () => {
  const hosts = new Hosts([A, B]);
  hosts.failed(A, 0);
  hosts.served(A, 1);
  expect(hosts.inOrder(2)).toEqual([B, A]);
  hosts.served(A, minutes(1));
  hosts.failed(A, minutes(2));
  expect(hosts.inOrder(minutes(3))).toEqual([A, B]);
});

test('one that lacks two fragments in a row that another has is avoided', () => {
  const hosts = new Hosts([A, B]);
  hosts.servedAfter([A], B, 'video', 0);
  hosts.servedAfter([A], B, 'audio', 0);
  // This one it had.
  hosts.servedAfter([A, A], A, 'video', 0);
  hosts.servedAfter([A], B, 'video', 0);
  expect(hosts.inOrder(0)).toEqual([A, B]);
  hosts.servedAfter([A, A], B, 'video', 0);
  expect(hosts.inOrder(1)).toEqual([B, A]);
  // Tried again after a minute, one more is enough.
  expect(hosts.inOrder(minutes(1))).toEqual([A, B]);
  hosts.servedAfter([A], B, 'video', minutes(1));
  expect(hosts.inOrder(minutes(3) - 1)).toEqual([B, A]);
});

test('one that is passed over comes last until then, and is not a failed one', () => {
  const hosts = new Hosts([A, B]);
  hosts.passOver(A, 2000);
  expect(hosts.inOrder(1999)).toEqual([B, A]);
  hosts.passOver(B, 3000);
  expect(hosts.inOrder(1999)).toEqual([A, B]);
  expect(hosts.inOrder(3000)).toEqual([A, B]);
  hosts.failed(A, 3000);
  expect(hosts.inOrder(3000 + minutes(1))).toEqual([A, B]);
});
