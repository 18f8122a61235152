import { expect, test } from 'vitest';
import { SmoothError } from '../../../../src/base/errors.ts';
import { normalise, type Ranges } from '../../../../src/base/ranges.ts';
import { seconds, ticks, timescale } from '../../../../src/base/time.ts';
import type { QualityLevel, Stream } from '../../../../src/manifest/presentation.ts';
import type { Feed } from '../../../../src/player/delivery/feed.ts';
import { SegmentWriter } from '../../../../src/player/delivery/segment-writer.ts';
import type { LazyDrm } from '../../../../src/player/drm/lazy-drm.ts';
import type { FragmentRequest } from '../../../../src/player/fragment/fragment-request.ts';

const SPS =
  '6764000dac2ca50e11bff040003f0520c0c0c800001f480005dc0300001c1200038273f8c7180000e090001c139fc63876848945';
const level = {
  fourCC: 'H264',
  codecPrivateData: Uint8Array.from(Buffer.from(`00000001${SPS}0000000168e9093525`, 'hex')),
  nalUnitLength: 4,
  customAttributes: [],
} as unknown as QualityLevel;
const stream = { type: 'video', timescale: timescale(10_000_000) } as Stream;
const playable = { levels: [level] };
const clear = { track: undefined, keyIds: [] };

/** A segment that is kept until it is whole, and what its buffer was given behind the init segment. */
function begin() {
  const given: string[] = [];
  const buffer = {
    append: async (bytes: Uint8Array) => given.push(bytes.length > 9 ? 'init' : String(bytes)),
    reset: async () => given.push('reset'),
  };
  const feed = { type: 'video', playable, buffer } as unknown as Feed;
  const request = { stream, level } as FragmentRequest;
  const drm = { isClear: true } as LazyDrm;
  const writer = new SegmentWriter(feed, { drm, makeRoom: async () => {} });
  const next = () =>
    writer.begin(request, { index: 0, start: seconds(0) }, false, new AbortController().signal);
  const segment = next();
  const write = (byte: number) => segment.write(Uint8Array.of(byte), clear);
  return { given, segment, write, next };
}

test.each([
  { atOnce: false, unlocked: [['one', 'two']] },
  { atOnce: true, unlocked: [['one'], ['one', 'two']] },
])('every key of a segment is asked for, appended at once: $atOnce', async ({ atOnce, unlocked }) => {
  const asked: (readonly string[])[] = [];
  const drm = { unlock: async (keyIds: readonly string[]) => void asked.push(keyIds) } as unknown as LazyDrm;
  const feed = { type: 'video', playable, buffer: { append: async () => {} } } as unknown as Feed;
  const writer = new SegmentWriter(feed, { drm, makeRoom: async () => {} });
  const request = { stream, level } as FragmentRequest;
  const { signal } = new AbortController();
  const segment = writer.begin(request, { index: 0, start: seconds(0) }, atOnce, signal);
  const track = { keyId: '0'.repeat(32), ivSize: 8 } as const;
  segment.write(Uint8Array.of(1), { track, keyIds: ['one'] });
  segment.write(Uint8Array.of(2), { track, keyIds: ['one'] });
  segment.write(Uint8Array.of(3), { track, keyIds: ['one', 'two'] });
  await segment.finish();
  expect(asked).toEqual(unlocked);
});

test('a segment is appended whole', async () => {
  const { given, segment, write } = begin();
  [1, 2, 3].forEach(write);
  await segment.finish();
  expect(given).toEqual(['init', '1,2,3']);
});

test('in a hurry what has come is appended at once, and the rest as it comes', async () => {
  const { given, segment, write } = begin();
  [1, 2].forEach(write);
  segment.hurry();
  segment.hurry();
  [3, 4].forEach(write);
  await segment.finish();
  expect(given).toEqual(['init', '1,2', '3', '4']);
});

test('what was appended in a hurry stays when the rest is given up, and nothing follows', async () => {
  const { given, segment, write } = begin();
  write(1);
  segment.hurry();
  write(2);
  await segment.discard();
  segment.hurry();
  expect(given).toEqual(['init', '1', '2', 'reset']);
});

test('what was only kept is not appended once it is given up', async () => {
  const { given, segment, write } = begin();
  write(1);
  const discarded = segment.discard();
  segment.hurry();
  await discarded;
  await segment.discard();
  expect(given).toEqual(['init']);
});

/** A writer of segments of two seconds for a buffer, which may lose those that start before the one appended last. */
function writerFor(losesEarlier: boolean, isClear = true, first = level) {
  const given: string[] = [];
  let isFull = false;
  let buffered: Ranges = [];
  let reached = Number.NEGATIVE_INFINITY;
  const buffer = {
    append: async (bytes: Uint8Array) => {
      const isInit = bytes.length > 9;
      if (isFull) {
        isFull = false;
        throw new SmoothError('media-quota', { stream: 'video' });
      }
      const start = seconds(bytes[0] ?? 0);
      const isLost = !isInit && losesEarlier && start < reached;
      given.push(isInit ? 'init' : isLost ? `${start} lost` : `${start}`);
      if (isInit || isLost) return;
      reached = start;
      buffered = normalise([...buffered, { start, end: seconds(start + 2) }]);
    },
    reset: async () => {
      given.push('reset');
      reached = Number.NEGATIVE_INFINITY;
    },
    adjust: async (change: (buffer: SourceBuffer) => void) =>
      change({
        changeType: () => given.push('changeType'),
        set appendWindowEnd(end: number) {
          given.push(`window ${end}`);
        },
      } as unknown as SourceBuffer),
  };
  const feed = {
    type: 'audio',
    playable: { levels: [first] },
    buffer,
    get buffered() {
      return buffered;
    },
  } as unknown as Feed;
  const request = { stream, level, chunk: { duration: ticks(20_000_000) } } as FragmentRequest;
  const drm = { isClear } as LazyDrm;
  const { signal } = new AbortController();
  const makeRoom = () => Promise.reject(new Error('full'));
  const writer = new SegmentWriter(feed, { drm, makeRoom });
  const write = async (start: number, more: Partial<FragmentRequest> = {}) => {
    const segment = writer.begin(
      { ...request, ...more },
      { index: start, start: seconds(start) },
      false,
      signal,
    );
    segment.write(Uint8Array.of(start), clear);
    await segment.finish().catch(async (error: unknown) => {
      await segment.discard();
      throw error;
    });
  };
  const fill = () => {
    isFull = true;
  };
  const insert = (start: number) =>
    writer.insert(request, undefined, { start: seconds(start), bytes: Uint8Array.of(start) }, signal);
  return { given, write, insert, fill };
}

test('a segment that the browser lost is appended again with a new parser, and later ones at once', async () => {
  const { given, write } = writerFor(true);
  for (const start of [8, 2, 4, 0]) await write(start);
  const secondTime = ['init', 'reset', 'init'];
  expect(given).toEqual(['init', '8', '2 lost', ...secondTime, '2', '4', ...secondTime, '0']);
});

test('where none is lost, nothing is reset', async () => {
  const { given, write } = writerFor(false);
  for (const start of [8, 2, 4, 0]) await write(start);
  expect(given).toEqual(['init', '8', '2', '4', '0']);
});

test('after a segment was given up, the next one has an init segment', async () => {
  const { given, segment, write, next } = begin();
  write(1);
  segment.hurry();
  await segment.discard();
  const other = next();
  other.write(Uint8Array.of(2), clear);
  await other.finish();
  expect(given).toEqual(['init', '1', 'reset', 'init', '2']);
});

test('a segment that was made for a hole is appended again, too, and is the last one from then on', async () => {
  const { given, write, insert } = writerFor(true);
  await write(4);
  await insert(0);
  await write(2);
  expect(given).toEqual(['init', '4', '0 lost', 'init', 'reset', 'init', '0', '2']);
});

test('what replaces other media is appended with a new parser, as long as nothing says that it needs none', async () => {
  const { given, write } = writerFor(true);
  for (const start of [2, 4, 2]) await write(start);
  expect(given).toEqual(['init', '2', '4', 'init', 'reset', 'init', '2']);
  const other = writerFor(false);
  for (const start of [4, 2, 6, 4]) await other.write(start);
  expect(other.given).toEqual(['init', '4', '2', '6', '4']);
});

/** A request for a level with this codec. */
function as(codec: string) {
  const sound = { samplingRate: 48_000, codecPrivateData: new Uint8Array() };
  return { level: { ...level, ...(codec.startsWith('mp4a') && sound), codec } as QualityLevel };
}

test.each([
  { first: 'avc1.4D401E', second: 'avc3.4D401E', changes: true },
  { first: 'mp4a.40.2', second: 'mp4a.6B', changes: true },
  { first: 'mp4a.40.2', second: 'mp4a.40.5', changes: false },
  { first: 'avc1.4D401E', second: 'avc1.64001F', changes: false },
])('a buffer for $first: $second changes its type: $changes', async ({ first, second, changes }) => {
  const [one, two] = [as(first), as(second)];
  const { given, write } = writerFor(false, false, one.level);
  await write(0, two);
  await write(2, two);
  await write(4, one);
  const change = changes ? ['changeType'] : [];
  expect(given).toEqual([...change, 'init', '0', '2', ...change, 'init', '4']);
});

test('a type that was changed for an init segment that couldn’t be appended is changed back', async () => {
  const { given, write, fill } = writerFor(false, false, as('avc1.4D401E').level);
  await write(0, as('avc1.4D401E'));
  fill();
  await expect(write(2, as('avc3.4D401E'))).rejects.toThrow('full');
  await write(2, as('avc1.4D401E'));
  expect(given).toEqual(['init', '0', 'changeType', 'changeType', 'init', '2']);
});

test('a change of codec is told to the buffer where its parser is reset, too', async () => {
  // Of a title that isn't clear, nothing is prepared before its data arrives.
  const { given, write } = writerFor(true, false);
  await write(4, as('avc1.4D401E'));
  await write(2, as('avc1.4D401E'));
  await write(0, as('avc3.4D401E'));
  expect(given.slice(given.lastIndexOf('2'))).toEqual(['2', 'changeType', 'init', 'reset', 'init', '0']);
});

test('the append window is set again after a reset', async () => {
  const { given, write } = writerFor(true);
  await write(4);
  const adjust = (buffer: SourceBuffer) => {
    buffer.appendWindowEnd = 4;
  };
  await write(2, { adjust });
  expect(given).toEqual(['init', '4', 'window 4', '2 lost', 'init', 'reset', 'init', 'window 4', '2']);
});
