// The page in which one player plays: what `bench/session.mjs` asks of it hangs on `bench`.
import { PLAYERS } from './players.js';

const video = document.querySelector('video');
const name = new URLSearchParams(location.search).get('player');
const frames = [];
const clock = [];
const longTasks = [];
let loadedAt;
/** The last start or seek: when, and the index of its first frame. */
let place;

const seen = (_now, { mediaTime }) => {
  frames.push({ at: performance.now(), mediaTime, decoded: video.webkitVideoDecodedByteCount });
  video.requestVideoFrameCallback(seen);
};
video.requestVideoFrameCallback(seen);
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) longTasks.push({ at: startTime, duration });
}).observe({ entryTypes: ['longtask'] });

const frameAfter = () => new Promise((resolve) => video.requestVideoFrameCallback(resolve));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(test, withinMs) {
  const end = performance.now() + withinMs;
  while (!test()) {
    if (performance.now() > end) return false;
    await sleep(10);
  }
  return true;
}

/** What fails shows in the figures: nothing plays. */
const begin = (url) => Promise.resolve(load(url)).catch(() => {});

/** Loads a title; gives the milliseconds until its first frame. */
async function start(url) {
  loadedAt = performance.now();
  place = { from: loadedAt, first: 0 };
  void begin(url);
  if (!(await until(() => frames.length > 0, 20_000))) return undefined;
  return frames[0].at - loadedAt;
}

/** Seeks; gives the milliseconds until the first frame there, and until the second, when the picture moves again. */
async function seek(to) {
  await until(() => !video.seeking && video.readyState >= 3, 10_000);
  const isBuffered = Array.from({ length: video.buffered.length }, (_, i) => i).some(
    (i) => video.buffered.start(i) <= to && video.buffered.end(i) > to,
  );
  const before = frames.length;
  const asked = performance.now();
  video.currentTime = to;
  const there = () => frames.slice(before).filter(({ mediaTime }) => Math.abs(mediaTime - to) < 3);
  if (!(await until(() => there().length > 1, 20_000))) return undefined;
  const [first, second] = there();
  place = { from: asked, first: frames.indexOf(first) };
  return { firstMs: first.at - asked, ms: second.at - asked, isBuffered };
}

/**
 * When the last `start` or `seek` was, and all frames since its first one, with the bytes of video decoded by then; in milliseconds since
 * 1970.
 */
function screen() {
  const { timeOrigin } = performance;
  return {
    from: timeOrigin + place.from,
    frames: frames.slice(place.first).map(({ at, ...frame }) => ({ at: timeOrigin + at, ...frame })),
  };
}

/** Loads a manifest; gives what passes between the end of its body and the first request for a fragment. */
async function parse(url) {
  const fragment = () => performance.getEntriesByType('resource').find(isFragment);
  void begin(url);
  if (!(await until(fragment, 30_000))) return undefined;
  await sleep(1500);
  const manifest = performance.getEntriesByType('resource').find((entry) => entry.name === url);
  const tasks = longTasks.filter(({ at }) => at + 60_000 > manifest.responseEnd);
  return {
    ms: fragment().startTime - manifest.responseEnd,
    longestTask: Math.max(0, ...tasks.map(({ duration }) => duration)),
  };
}

/** Loads a title; gives the milliseconds until the first request for a fragment, and until the first frame. */
async function open(url) {
  const begunAt = performance.now();
  void begin(url);
  if (!(await until(() => frames.length > 0, 30_000))) return undefined;
  const request = performance.getEntriesByType('resource').find(isFragment);
  return { request: request.startTime - begunAt, frame: frames[0].at - begunAt };
}

const isFragment = ({ name: url }) => /\/Fragments\(/i.test(url);

/** From now on the clock is looked at too: a stall of the clock may show pictures, and a frozen picture a clock that runs. */
function watchClock() {
  setInterval(() => clock.push({ at: performance.now(), time: video.currentTime }), 50);
}

/** Milliseconds during which nothing moved for longer than a quarter of a second. */
function stood(marks, isMove) {
  let [last] = marks;
  let sum = 0;
  for (const mark of marks) {
    if (!isMove(last, mark)) continue;
    if (mark.at - last.at > 250) sum += mark.at - last.at;
    last = mark;
  }
  const rest = last ? performance.now() - last.at : 0;
  return rest > 250 ? sum + rest : sum;
}

/** What was seen since `start`. */
function report() {
  const [first] = frames;
  return {
    startupMs: (first?.at ?? performance.now()) - loadedAt,
    frozenMs: stood(frames, (a, b) => a.mediaTime !== b.mediaTime),
    clockMs: stood(
      clock.filter(({ at }) => first && at >= first.at),
      (a, b) => a.time !== b.time,
    ),
    position: video.currentTime,
    longestTask: Math.max(0, ...longTasks.filter(({ at }) => at >= loadedAt).map(({ duration }) => duration)),
  };
}

const load = await PLAYERS[name](video);
globalThis.bench = { start, seek, screen, parse, open, watchClock, report, frameAfter };
