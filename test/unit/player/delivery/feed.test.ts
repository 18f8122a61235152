import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Seconds, seconds } from '../../../../src/base/time.ts';
import type { Chunk, QualityLevel } from '../../../../src/manifest/presentation.ts';
import type { BufferQueue } from '../../../../src/mse/source-buffer.ts';
import type { BufferedFragment } from '../../../../src/player/delivery/buffer-map.ts';
import type { Improvement } from '../../../../src/player/delivery/delivered.ts';
import { Feed, type FeedPorts } from '../../../../src/player/delivery/feed.ts';
import type { PlayableStream } from '../../../../src/player/select-streams.ts';
import type { Timeline } from '../../../../src/timeline/timeline.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [low, high] = [{ bitrate: 1 }, { bitrate: 2 }] as unknown as [QualityLevel, QualityLevel];
/** Forty chunks of two seconds. */
const chunks = Array.from({ length: 40 }, (_, index) => ({ index }) as Chunk);
const timeline = {
  chunkAt: (time: number) => chunks[Math.floor(time / 2)],
  next: ({ index }: Chunk) => chunks[index + 1],
  startOf: ({ index }: Chunk) => seconds(index * 2),
  endOf: ({ index }: Chunk) => seconds(index * 2 + 2),
} as unknown as Timeline;

/** A feed of low chunks with twenty seconds to hold; what it is to improve, and how that goes, is given. */
function feedWith(improve: FeedPorts['improve'], wanted = [8], arrival: Promise<void> = Promise.resolve()) {
  let playhead = 0;
  const ranges = { all: [] as { start: Seconds; end: Seconds }[] };
  const buffer = {
    get buffered() {
      return ranges.all;
    },
    remove: async () => {},
  } as unknown as BufferQueue;
  const asked: string[] = [];
  const held = (chunk: Chunk, level: QualityLevel): BufferedFragment => ({
    index: chunk.index,
    start: timeline.startOf(chunk),
    end: timeline.endOf(chunk),
    level,
    reason: 'test',
    covered: 2,
  });
  const playable = {
    type: 'video',
    stream: { chunks: { at: (index: number) => chunks[index] } },
  } as unknown as PlayableStream;
  const feed = new Feed(playable, timeline, buffer, seconds(0), {
    playhead: () => seconds(playhead),
    rate: () => 1,
    grows: () => false,
    exists: () => true,
    skipped: () => {},
    goal: () => seconds(20),
    behind: () => 30,
    isHeld: () => false,
    deliver: async (_, chunk) => {
      asked.push(`${chunk.index}`);
      await arrival;
      const end = timeline.endOf(chunk);
      const [range] = ranges.all;
      ranges.all = [{ start: range?.start ?? seconds(0), end: seconds(Math.max(end, range?.end ?? 0)) }];
      return { kind: 'delivered', fragment: held(chunk, low), host: 'http://one/' };
    },
    improvement: () => {
      const index = wanted.pop();
      const chunk = index === undefined ? undefined : chunks[index];
      return chunk && { chunk, choice: { level: high, reason: 'improve' } };
    },
    improve: async (of, improvement, signal) => {
      asked.push(`${improvement.chunk.index} again`);
      return improve(of, improvement, signal);
    },
    onProgress: () => {},
  });
  const leaving = new AbortController();
  const running = feed.run(leaving.signal).catch(() => {});
  return {
    feed,
    asked,
    held,
    ranges,
    leaving,
    running,
    moveTo: (time: number) => {
      playhead = time;
      feed.wake();
    },
  };
}
const better = async (_: Feed, { chunk }: Improvement): Promise<BufferedFragment> => ({
  index: chunk.index,
  start: timeline.startOf(chunk),
  end: timeline.endOf(chunk),
  level: high,
  reason: 'improve',
  covered: 2,
});
/** Never ends by itself. */
const stuck = (_: Feed, __: Improvement, signal: AbortSignal) =>
  new Promise<BufferedFragment>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

test('a full buffer is improved, and nothing else is fetched twice', async () => {
  const { feed, asked, leaving, running } = feedWith(better);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '8 again']);
  expect(feed.bufferMap.at(17)?.level).toBe(high);
  expect(feed.bufferMap.at(19)?.level).toBe(low);
  expect(feed.position).toBe(20);
  leaving.abort();
  await running;
});

test('so is one that holds the end, which is the end again after that', async () => {
  const { feed, asked, moveTo, leaving, running } = feedWith(better, []);
  moveTo(64);
  feed.seek(seconds(64));
  await vi.advanceTimersByTimeAsync(500);
  expect(asked.at(-1)).toBe('39');
  expect(feed.isAtEnd).toBe(true);
  leaving.abort();
  await running;
  const other = feedWith(better, [39]);
  other.moveTo(64);
  other.feed.seek(seconds(64));
  await vi.advanceTimersByTimeAsync(3000);
  expect(other.asked.at(-1)).toBe('39 again');
  expect(other.feed.isAtEnd).toBe(true);
  other.leaving.abort();
  await other.running;
});

test('what is to come next is not what is being improved', async () => {
  const { feed, leaving, running } = feedWith(stuck);
  await vi.advanceTimersByTimeAsync(500);
  expect(feed.position).toBe(20);
  leaving.abort();
  await running;
});

test('an improvement that takes too long gives way to what is due', async () => {
  const { asked, moveTo, leaving, running } = feedWith(stuck);
  await vi.advanceTimersByTimeAsync(500);
  moveTo(3);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked.at(-1)).toBe('8 again');
  moveTo(5);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked.slice(-2)).toEqual(['11', '12']);
  leaving.abort();
  await running;
});

test.each([
  { when: 'now', asked: ['2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12'] },
  { when: 'next', asked: ['10', '11', '12'] },
] as const)('another stream takes over $when', async ({ when, asked: wanted }) => {
  const { feed, asked, moveTo, leaving, running } = feedWith(better, []);
  await vi.advanceTimersByTimeAsync(500);
  const before = asked.length;
  moveTo(5);
  feed.switchTo(
    {
      type: 'video',
      stream: { chunks: { at: (index: number) => chunks[index] } },
    } as unknown as PlayableStream,
    timeline,
    when,
  );
  await vi.advanceTimersByTimeAsync(500);
  expect(asked.slice(before)).toEqual(wanted);
  leaving.abort();
  await running;
});

test('a seek gives it up', async () => {
  const { feed, asked, moveTo, leaving, running } = feedWith(stuck);
  await vi.advanceTimersByTimeAsync(500);
  moveTo(40);
  feed.seek(seconds(40));
  await vi.advanceTimersByTimeAsync(500);
  expect(asked.at(11)).toBe('20');
  leaving.abort();
  await running;
});

test('one that fails leaves what is there, and others wait for a while', async () => {
  const { feed, asked, leaving, running } = feedWith(async () => undefined, [7, 8]);
  await vi.advanceTimersByTimeAsync(9000);
  expect(asked.filter((what) => what.endsWith('again'))).toEqual(['8 again']);
  expect(feed.bufferMap.at(17)?.level).toBe(low);
  await vi.advanceTimersByTimeAsync(3000);
  expect(asked.filter((what) => what.endsWith('again'))).toEqual(['8 again', '7 again']);
  leaving.abort();
  await running;
});

test('one that takes a part of its neighbour along has that fetched again, and is the last', async () => {
  const hole: { cut: () => void } = { cut: () => {} };
  const { asked, ranges, leaving, running } = feedWith(
    async (feed, improvement) => {
      hole.cut();
      return better(feed, improvement);
    },
    [6, 7],
  );
  hole.cut = () => {
    ranges.all = [{ start: seconds(0), end: seconds(16) }];
  };
  await vi.advanceTimersByTimeAsync(15_000);
  expect(asked.slice(10)).toEqual(['7 again', '8', '9']);
  leaving.abort();
  await running;
});

test('a seek says at once where the feed stands, while what it gave up still winds up', async () => {
  let arrive = () => {};
  const { feed, moveTo, leaving, running } = feedWith(
    better,
    [],
    new Promise((resolve) => (arrive = resolve)),
  );
  await vi.advanceTimersByTimeAsync(10);
  expect(feed.position).toBe(0);
  moveTo(10);
  feed.seek(seconds(10));
  expect(feed.position).toBe(10);
  arrive();
  await vi.advanceTimersByTimeAsync(500);
  expect(feed.position).toBe(30);
  leaving.abort();
  await running;
});
