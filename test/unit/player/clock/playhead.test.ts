import { expect, test } from 'vitest';
import { seconds } from '../../../../src/base/time.ts';
import { Playhead, type PlayheadPorts, type PlayheadStage } from '../../../../src/player/clock/playhead.ts';

/** A playhead that watches nothing, on an element and a source that the test changes. */
function playheadOn(media: { readyState: number; currentTime: number }, source: { isReplaced: boolean }) {
  const stage = { media, source, startAt: seconds(5), pipelines: [], outage: {} };
  return new Playhead(stage as unknown as PlayheadStage, {} as PlayheadPorts, new AbortController().signal);
}

test('the position is the start until the element has media, and then the element\u2019s', () => {
  const media = { readyState: 0, currentTime: 0 };
  const playhead = playheadOn(media, { isReplaced: false });
  expect(playhead.position).toBe(5);
  Object.assign(media, { readyState: 4, currentTime: 6 });
  expect(playhead.position).toBe(6);
});

test('an element that gets another source leaves the position where it was', () => {
  const media = { readyState: 4, currentTime: 12 };
  const source = { isReplaced: false };
  const playhead = playheadOn(media, source);
  expect(playhead.position).toBe(12);
  source.isReplaced = true;
  media.currentTime = 0;
  expect(playhead.position).toBe(12);
  media.readyState = 0;
  expect(playhead.position).toBe(12);
});

test('after a failure of the element, the position is the one before it, although the element says 0', () => {
  const media = { readyState: 4, currentTime: 12 };
  const playhead = playheadOn(media, { isReplaced: false });
  expect(playhead.position).toBe(12);
  Object.assign(media, { readyState: 1, currentTime: 0, error: { code: 3 } });
  expect(playhead.position).toBe(12);
  Object.assign(media, { readyState: 4, currentTime: 13 });
  expect(playhead.position).toBe(13);
});
