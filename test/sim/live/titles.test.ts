import { describe, expect, test } from 'vitest';
import type { Shape } from './made-up.ts';
import type { OnAirOptions } from './on-air.ts';
import type { ViewerOptions } from './viewer.ts';
import { inVirtualTime, type World } from './world.ts';

const begin = inVirtualTime();

/** Picture and sound in fragments of so many seconds. */
const cut = (picture: number, sound = picture, more: Partial<Shape> = {}): readonly Shape[] => [
  { type: 'video', seconds: [picture], ...more },
  { type: 'audio', seconds: [sound], ...more },
];

/** Four minutes at the edge: no stall, the latency true, hardly anything asked for in vain. */
async function playAtEdge(
  channel: OnAirOptions,
  {
    target,
    manifests,
    early = 10,
  }: { readonly target: number; readonly manifests: number; readonly early?: number },
  how?: ViewerOptions,
): Promise<World> {
  const world = await begin({ epoch: 'unix', ...channel }, how);
  const { time, viewer, onAir } = world;
  await time.pass(240);
  const { latency, targetLatency, atEdge, source } = viewer.live.info;
  expect(viewer.element.stalls.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThan(0.2);
  expect({ atEdge, source }).toEqual({ atEdge: true, source: 'live' });
  expect(viewer.changes.filter(({ info }) => info.source !== 'live')).toEqual([]);
  expect(Math.abs(targetLatency - target)).toBeLessThan(0.3);
  expect(Math.abs(latency - targetLatency)).toBeLessThan(0.6);
  expect(Math.abs(latency - viewer.behind)).toBeLessThan(0.5);
  expect(viewer.warnings).toEqual([]);
  expect(viewer.rebuilds).toBe(0);
  expect(viewer.failure).toBeUndefined();
  expect(onAir.manifests).toBeLessThanOrEqual(manifests);
  expect([...onAir.statuses.keys()].filter((status) => status !== 200 && status !== 412)).toEqual([]);
  expect(onAir.statuses.get(412) ?? 0).toBeLessThan(early);
  return world;
}

describe('a title is played near its edge', () => {
  test.each<{ name: string; channel: OnAirOptions; target: number; manifests?: number; early?: number }>([
    { name: 'fragments of half a second', channel: { shapes: cut(0.5) }, target: 2.2 },
    { name: 'of one', channel: { shapes: cut(1) }, target: 3.8 },
    { name: 'of four', channel: { shapes: cut(4) }, target: 13.6 },
    { name: 'of six', channel: { shapes: cut(6), windowSeconds: 120 }, target: 20.4 },
    { name: 'of ten', channel: { shapes: cut(10) }, target: 33.9 },
    { name: 'sound longer than the picture', channel: { shapes: cut(2, 5) }, target: 16.9 },
    { name: 'much longer', channel: { shapes: cut(1, 6) }, target: 20.4 },
    // While playback catches up, the sound fills its buffer, and is asked for what follows.
    { name: 'shorter', channel: { shapes: cut(10, 2) }, target: 33.9, manifests: 7, early: 20 },
    {
      name: 'all lengths',
      channel: {
        shapes: [
          { type: 'video', seconds: [2, 2, 3.2, 0.8] },
          { type: 'audio', seconds: [2.005, 2.005, 1.99] },
        ],
      },
      target: 11,
    },
    { name: 'one ahead', channel: { shapes: cut(2), lookAhead: 1 }, target: 4.8 },
    { name: 'six ahead', channel: { shapes: cut(2), lookAhead: 6 }, target: 14.8 },
    {
      name: 'one ahead where the manifest says six',
      channel: { shapes: cut(2), lookAhead: 1, claims: { LookAheadFragmentCount: '6' } },
      target: 4.8,
    },
    {
      name: 'six ahead where it says nothing',
      channel: { shapes: cut(2), lookAhead: 6, claims: { LookAheadFragmentCount: undefined } },
      target: 14.8,
    },
    {
      name: 'none ahead',
      channel: { shapes: cut(4), lookAhead: 0 },
      target: 11,
      manifests: 80,
    },
    {
      name: 'none ahead, sound longer',
      channel: { shapes: cut(2, 5), lookAhead: 0 },
      target: 13.75,
      manifests: 160,
    },
    {
      name: 'told by sound only',
      channel: { shapes: cut(2), tells: ['audio'] },
      target: 7.5,
      manifests: 155,
    },
    { name: 'told by none', channel: { shapes: cut(6), tells: [] }, target: 22.5, manifests: 55 },
    { name: 'a window of ten seconds', channel: { shapes: cut(2), windowSeconds: 10 }, target: 6.8 },
    { name: 'of hardly any', channel: { shapes: cut(2), windowSeconds: 4 }, target: 6.8 },
    {
      name: 'of all time',
      channel: { shapes: cut(2), claims: { DVRWindowLength: '9223372036854775807' } },
      target: 6.8,
    },
    { name: 'untold', channel: { shapes: cut(2), claims: { DVRWindowLength: undefined } }, target: 6.8 },
    {
      name: 'clocks of 90 000 and 48 000 a second',
      channel: {
        shapes: [
          { type: 'video', seconds: [2], timescale: 90_000 },
          { type: 'audio', seconds: [96_256 / 48_000, 96_256 / 48_000, 95_232 / 48_000], timescale: 48_000 },
        ],
      },
      target: 6.8,
    },
    {
      name: 'of 1000 since the year 1',
      channel: { shapes: cut(2, 2, { timescale: 1000 }), epoch: 'dotnet' },
      target: 6.8,
    },
    {
      name: 'sound that begins late',
      channel: {
        shapes: [
          { type: 'video', seconds: [2] },
          { type: 'audio', seconds: [2], begins: 25 },
        ],
        windowSeconds: 0,
        history: 60,
      },
      target: 6.8,
    },
    {
      name: 'one fragment so far',
      channel: { shapes: cut(2), windowSeconds: 0, history: 6.5 },
      target: 6.8,
    },
    {
      name: 'text without a fragment',
      channel: {
        shapes: [
          ...cut(2),
          { type: 'text', seconds: [1e6], begins: 1e6, attributes: { ParentStreamIndex: 'video' } },
        ],
      },
      target: 6.8,
    },
    { name: 'a manifest half a minute old', channel: { shapes: cut(2), cachedFor: 30 }, target: 6.8 },
    { name: 'a first manifest of 5 s ago', channel: { shapes: cut(2), firstAge: 5 }, target: 6.8 },
    { name: 'of 40 s ago', channel: { shapes: cut(2), firstAge: 40 }, target: 6.8 },
    { name: 'early answers of 412 after 4 s', channel: { shapes: cut(4), windowSeconds: 0 }, target: 13.6 },
  ])('$name', async ({ channel, target, manifests = 1, early }) => {
    await playAtEdge(channel, { target, manifests, ...(early && { early }) });
  });

  test.each([
    { lookAhead: 0, seconds: 5, atMost: 12 },
    { lookAhead: 0, seconds: 10, atMost: 16 },
    { lookAhead: 2, seconds: 5, atMost: 17 },
  ])(
    'lists alone tell, $lookAhead ahead, and caches hold each for $seconds s: further back, without a stall',
    async ({ lookAhead, seconds, atMost }) => {
      const world = await begin({ shapes: cut(2), lookAhead, tells: [], cachedFor: seconds });
      const { time, viewer } = world;
      // Until it is known how they come.
      await time.pass(60);
      const { length } = viewer.element.stalls;
      await time.pass(240);
      expect(viewer.element.stalls.length - length).toBe(0);
      const { atEdge, source, targetLatency, latency } = viewer.live.info;
      expect({ atEdge, source }).toEqual({ atEdge: true, source: 'live' });
      expect(targetLatency).toBeLessThan(atMost);
      expect(Math.abs(latency - viewer.behind)).toBeLessThan(0.5);
    },
  );

  test.each(
    [0, 2].flatMap((lookAhead) =>
      [5, 7, 10].flatMap((cachedFor) => [0, 2.3].map((firstAge) => ({ lookAhead, cachedFor, firstAge }))),
    ),
  )(
    'the same, and HTTP tells of it: $lookAhead ahead, $cachedFor s of which $firstAge have passed, further back at once',
    async (channel) => {
      const { time, viewer } = await begin({ shapes: cut(2), tells: [], says: ['max-age'], ...channel });
      await time.pass(60);
      expect(viewer.element.stalls.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThan(0.7);
      expect(viewer.live.info).toMatchObject({ atEdge: true, source: 'live' });
      expect(viewer.live.info.targetLatency).toBeLessThan(21);
    },
  );

  test.each([1, 2, 4, 6].flatMap((length) => [0, 0.6, 1.3].map((at) => ({ length, at }))))(
    'lists alone tell of fragments of $length s, and somebody comes at $at s: the latency is true after a few',
    async ({ length, at }) => {
      const { time, viewer } = await begin({ shapes: cut(length), lookAhead: 0, history: 70 + at });
      await time.pass(60);
      for (let minute = 0; minute < 4; minute += 1) {
        expect(Math.abs(viewer.live.info.latency - viewer.behind)).toBeLessThan(0.25);
        await time.pass(60);
      }
      expect(viewer.element.stalls.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThan(0.2);
    },
  );

  test('what HTTP tells of a cache is nothing to titles whose fragments tell', async () => {
    const { time, viewer, onAir } = await playAtEdge(
      { shapes: cut(2), cachedFor: 10, says: ['max-age', 'age'] },
      { target: 6.8, manifests: 1 },
    );
    onAir.apply({ type: 'stop' });
    await time.pass(4);
    expect(viewer.live.info.source).toBe('stopped');
  });

  test.each(['video', 'audio'] as const)('%s alone', async (type) => {
    const channel = { shapes: [{ type, seconds: [2] }] };
    await playAtEdge(channel, { target: 6.8, manifests: 1 }, { types: [type] });
  });
});
