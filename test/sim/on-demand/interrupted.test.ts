import { beforeAll, expect, test } from 'vitest';
import type { FakeSourceBuffer } from '../browser/source-buffer.ts';
import { type Edge, Interruption } from './interruption.ts';
import type { Fault } from './network.ts';
import type { Viewing } from './viewing.ts';

/** `npm run outages` interrupts at every place, other runs at every fifth: coprime to the lists of what is done at each. */
const STRIDE = process.env.EVERY_PLACE ? 1 : 5;

/** Of the session that nothing interrupts. */
let [timers, requests, operations, told] = [0, 0, 0, 0];

beforeAll(async () => {
  const one = new Interruption();
  await one.play();
  one.expectOutcome();
  expect(one.viewing.video.ended).toBe(true);
  timers = one.timers;
  operations = one.operations;
  told = one.told;
  requests = one.viewing.network.seen.length;
  expect(await one.end()).toEqual([]);
});

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);

const edges = (promises: readonly number[]): readonly Edge[] =>
  upTo(timers).flatMap((timer) => promises.map((count) => ({ timer, promises: count })));

/** Plays a session for each of many places, and expects that none goes wrong. */
async function atEach<Place>(
  places: readonly Place[],
  play: (one: Interruption, place: Place) => Promise<void>,
) {
  const faults: string[] = [];
  expect(places.length).toBeGreaterThan(0);
  for (const place of places.filter((_, index) => index % STRIDE === 0)) {
    const one = new Interruption();
    try {
      await play(one, place);
    } finally {
      for (const fault of await one.end()) faults.push(`${JSON.stringify(place)}: ${fault}`);
    }
  }
  expect(faults).toEqual([]);
}

test('destroyed at any asynchronous edge, nothing runs or is told any more', () =>
  atEach(edges([0, 1, 4, 9]), async (one, edge) => {
    await one.play(edge, () => one.destroy());
    await one.expectRest();
  }));

test('another title loaded at any asynchronous edge plays', () =>
  atEach(edges([0, 1, 5]), async (one, edge) => {
    let loading: ReturnType<Interruption['loadOther']> | undefined;
    await one.play(edge, () => {
      loading = one.loadOther();
    });
    await one.expectPlays(loading);
    await one.expectRest();
  }));

test('unloaded at any asynchronous edge, the element is free, and another title plays', () =>
  atEach(edges([1]), async (one, edge) => {
    await one.play(edge, ({ player }) => void player.unload());
    await one.expectPlays();
    await one.expectRest();
  }));

test('destroyed, unloaded or loaded again by the listener of any event, it obeys', () =>
  atEach(
    upTo(told).flatMap((nth) => (['destroy', 'unload', 'load'] as const).map((what) => ({ nth, what }))),
    async (one, { nth, what }) => {
      let loading: ReturnType<Interruption['loadOther']> | undefined;
      one.onTold = () => {
        if (one.told !== nth) return;
        if (what === 'destroy') one.destroy();
        else if (what === 'unload') void one.viewing.player.unload();
        else loading = one.loadOther();
      };
      await one.play();
      if (what !== 'destroy') await one.expectPlays(loading);
      await one.expectRest();
    },
  ));

/** What goes wrong with the element, whatever is under way. */
const MISHAPS: Readonly<Record<string, (viewing: Viewing) => void>> = {
  'the decoder fails': ({ video }) => video.fail('decode'),
  'the browser closes the media source': ({ video }) => video.mediaSource?.close(),
  'the page takes the element': ({ video }) =>
    void Object.assign(video, { src: 'http://page.example/a.mp4' }),
};

test.each(Object.keys(MISHAPS))(
  '%s at any asynchronous edge: played on, or one error; what is loaded next plays',
  (name) =>
    atEach(edges([1]), async (one, edge) => {
      await one.play(edge, (viewing) => MISHAPS[name]?.(viewing));
      await one.playOn();
      one.expectOutcome();
      await one.expectPlays();
      await one.expectRest();
    }),
);

const FAULTS: readonly Fault[] = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, retryAfter: 2 },
  { kind: 'status', status: 404 },
  { kind: 'status', status: 403 },
  { kind: 'reset' },
  { kind: 'reset', afterShare: 0.5 },
  { kind: 'page' },
  { kind: 'empty' },
  { kind: 'silence' },
  { kind: 'stall', afterShare: 0.5 },
  { kind: 'cut', afterShare: 0.5 },
  { kind: 'damage' },
];

test.each(FAULTS)(
  'any one request that meets $kind $status: played on, or one error; what is loaded next plays',
  (fault) =>
    atEach(upTo(requests), async (one, nth) => {
      one.viewing.network.fault = () => (one.viewing.network.seen.length === nth - 1 ? fault : undefined);
      await one.play();
      one.expectOutcome();
      await one.expectPlays();
      await one.expectRest();
    }),
);

const REFUSALS: Readonly<Record<string, (buffer: FakeSourceBuffer) => void>> = {
  'rejects the bytes of': (buffer) => {
    buffer.rejects = 1;
  },
  'has no room for': () => {
    throw new DOMException('full', 'QuotaExceededError');
  },
  'throws at': () => {
    throw new DOMException('not now', 'InvalidStateError');
  },
};

test.each(Object.keys(REFUSALS))(
  'the browser %s any one operation: played on, or one error; what is loaded next plays',
  (name) =>
    atEach(upTo(operations), async (one, nth) => {
      one.onOperation = (buffer) => one.operations === nth && REFUSALS[name]?.(buffer);
      await one.play();
      one.expectOutcome();
      await one.expectPlays();
      await one.expectRest();
    }),
);
