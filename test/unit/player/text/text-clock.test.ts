import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TextClock } from '../../../../src/player/text/text-clock.ts';

/** What the clock reads of a media element. */
class Element extends EventTarget {
  paused = false;
  seeking = false;
  playbackRate = 1;
  currentTime = 0;
}

let frames: FrameRequestCallback[] = [];
const drawFrame = () => {
  const [drawn] = frames;
  frames = [];
  drawn?.(0);
};

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (callback: FrameRequestCallback) => frames.push(callback));
  vi.stubGlobal('cancelAnimationFrame', () => {
    frames = [];
  });
});
afterEach(() => vi.unstubAllGlobals());

function open(changesWithin: (span: number) => boolean) {
  const media = new Element();
  const moves: string[] = [];
  const controller = new AbortController();
  new TextClock(
    media as unknown as HTMLMediaElement,
    { onMove: (move) => moves.push(move), changesWithin },
    controller.signal,
  );
  return { media, moves, controller, say: (type: string) => media.dispatchEvent(new Event(type)) };
}

test('no frame is asked for while nothing is due', () => {
  const { moves, say } = open(() => false);
  for (let i = 0; i < 4; i += 1) say('timeupdate');
  expect(moves).toEqual(['advanced', 'advanced', 'advanced', 'advanced']);
  expect(frames).toEqual([]);
});

test('what is due soon is waited for frame by frame, and no longer', () => {
  let isDue = true;
  const { moves, say } = open(() => isDue);
  say('timeupdate');
  drawFrame();
  drawFrame();
  expect(moves).toHaveLength(3);
  isDue = false;
  drawFrame();
  expect(frames).toEqual([]);
});

test.each([
  [0.5, 0.4],
  [1, 0.4],
  [4, 1.6],
])('at rate %s, %s s of media are soon', (rate, soon) => {
  const spans: number[] = [];
  const { media, say } = open((span) => spans.push(span) < 0);
  media.playbackRate = rate;
  say('timeupdate');
  expect(spans.at(-1)).toBeCloseTo(soon, 6);
});

test('a pause and the end of the title end it', () => {
  const { media, controller, say } = open(() => true);
  say('timeupdate');
  expect(frames).toHaveLength(1);
  media.paused = true;
  say('pause');
  expect(frames).toEqual([]);
  media.paused = false;
  say('play');
  expect(frames).toHaveLength(1);
  controller.abort();
  expect(frames).toEqual([]);
});
