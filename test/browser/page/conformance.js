// Plays one title to its end, or to its failure, and tells what was seen and said.
import { readStrip } from '/build/demo/sample/strip.js';
import { SmoothPlayer } from '/dist/index.js';

const [WIDTH, HEIGHT] = [160, 90];
/** Faster than life: what is shown is looked at, not how long it takes. */
const RATE = 2;

/** Which frame the element shows each time it shows another one. */
function watch(video, shown) {
  const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const look = (_now, { mediaTime }) => {
    context.drawImage(video, 0, 0, WIDTH, HEIGHT);
    const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
    const strip = readStrip((x, y) => data[4 * (y * WIDTH + x) + 1], WIDTH, HEIGHT);
    shown.push({ mediaTime, frame: strip?.frame ?? -1 });
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
}

performance.setResourceTimingBufferSize(100_000);

/** What was asked for of a title: told a moment after it has come. */
async function askedFor(url, failedAt) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  const folder = url.slice(0, url.lastIndexOf('/') + 1);
  const requests = performance.getEntriesByType('resource').filter(({ name }) => name.startsWith(folder));
  return {
    fragments: requests.filter(({ name }) => name.includes('Fragments')).length,
    failedMs: failedAt && failedAt - requests.find(({ name }) => name === url)?.responseEnd,
  };
}

globalThis.playCase = async (url, withinMs, drm, startTime) => {
  const video = Object.assign(document.createElement('video'), { width: WIDTH, muted: true });
  document.body.append(video);
  const player = new SmoothPlayer(video);
  const shown = [];
  const warnings = [];
  let failedAt;
  watch(video, shown);
  player.addEventListener('warning', ({ error }) => warnings.push(error.code));
  const ended = new Promise((resolve) => {
    player.addEventListener('ended', () => resolve('ended'));
    player.addEventListener('error', ({ error }) => {
      failedAt = performance.now();
      resolve(error.code);
    });
    setTimeout(resolve, withinMs, 'neither ended nor failed');
  });
  await player.load({ url, drm }, { startTime }).catch(() => {});
  video.playbackRate = RATE;
  video.play().catch(() => {});
  const outcome = await ended;
  const { stalls, repairs, skipped } = player.getStats();
  const report = {
    outcome,
    message: player.error?.message,
    shown,
    warnings: [...new Set(warnings)].sort(),
    repairs: Object.keys(repairs).sort(),
    stalls,
    skipped,
    duration: video.duration,
    size: [video.videoWidth, video.videoHeight],
    position: video.currentTime,
  };
  await player.destroy();
  video.remove();
  return { ...report, ...(await askedFor(url, failedAt)) };
};
