// How soon the picture of a place is there, and how many pictures trick play shows. No peer has either for Smooth Streaming.
import { join } from 'node:path';
import { makePicturesTitle } from '../pictures-title.mjs';
import { FAST, SLOW, setLine, withPlayer } from '../session.mjs';

const PATH = '/pictures/pictures.ism/Manifest';
/** Seconds between its key frames: at 16 times there are 8 of them a second. */
const DISTANCE = 2;

export async function measure(bench) {
  if (!bench.players.includes('smooth') || !(await makePicturesTitle(join(bench.cache, 'pictures'))))
    return [];
  const runs = Math.ceil(bench.runs / 3);
  const once = (line, use) =>
    withPlayer(bench, 'smooth', async (page) => {
      const { origin, url } = bench;
      origin.rules.clear();
      setLine(origin, '/pictures', line);
      await page.evaluate(addCanvas);
      await page.evaluate((title) => globalThis.bench.start(title), `${url}${PATH}`);
      process.stdout.write('.');
      return use(page);
    });
  const repeat = async (line, use) => {
    const found = [];
    for (let run = 0; run < runs; run += 1) found.push(await once(line, use));
    return found;
  };
  const paused = (page) => page.evaluate(lookAround, { isPaused: true });
  const beside = (page) => page.evaluate(lookAround, { isPaused: false });
  const trick = (rate) => (page) => page.evaluate(goThrough, { rate, distance: DISTANCE });
  const previews = { paused: await repeat(SLOW, paused), beside: await repeat(SLOW, beside) };
  const row = (id, title, unit, better, target, values) => ({
    id: `navigate-${id}`,
    title,
    unit,
    better,
    target,
    values: { smooth: values },
  });
  const p95 = (list) =>
    list.map(({ ms }) => ms.toSorted((a, b) => a - b)[Math.floor(0.95 * (ms.length - 1))]);
  const rows = [
    row('paused', 'preview, 3 Mbit/s, paused, 95 %', 'ms', 'less', 120, p95(previews.paused)),
    row('beside', 'preview, 3 Mbit/s, beside playback, 95 %', 'ms', 'less', 250, p95(previews.beside)),
    row(
      'bytes',
      'bytes for a preview',
      'KB',
      'less',
      30,
      previews.paused.map(({ bytes }) => bytes / 1000),
    ),
    row(
      'stalls',
      'stalls while previews come',
      '',
      'less',
      0,
      previews.beside.map(({ stalls }) => stalls),
    ),
  ];
  for (const [name, line, target] of [
    ['fast network', FAST, 7],
    ['3 Mbit/s', SLOW, 4],
  ]) {
    for (const rate of [16, -16]) {
      const found = await repeat(line, trick(rate));
      rows.push(
        row(
          `${rate}-${name}`,
          `pictures a second at ${rate}×, ${name}`,
          '',
          'more',
          target,
          found.map(({ perSecond }) => perSecond),
        ),
        row(
          `${rate}-${name}-bytes`,
          `bytes at ${rate}×, ${name}, by those of whole fragments`,
          '',
          'less',
          0.5,
          found.map(({ share }) => share),
        ),
      );
    }
  }
  return rows;
}

/** In the page: the canvas that trick play draws on, and a record of when it does. */
function addCanvas() {
  const canvas = document.createElement('canvas');
  canvas.hidden = true;
  canvas.style.cssText = 'position: absolute; inset: 0; width: 800px; height: 450px';
  document.body.append(canvas);
  globalThis.player.canvas = canvas;
  globalThis.drawn = [];
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...args) {
    Reflect.apply(draw, this, args);
    if (this.canvas === canvas) globalThis.drawn.push(performance.now());
  };
}

/** In the page: twenty places that a pointer comes to, one after another. */
async function lookAround({ isPaused }) {
  const { player } = globalThis;
  const video = document.querySelector('video');
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  if (isPaused) {
    video.pause();
    while ((player.getStats().bufferAhead.video ?? 0) < 26) await sleep(100);
    await sleep(1000);
  } else while (video.currentTime < 8) await sleep(100);
  const previews = await player.openPreviews();
  await previews.at(1);
  const ms = [];
  const from = performance.getEntriesByType('resource').length;
  performance.setResourceTimingBufferSize(5000);
  for (let i = 0; i < 20; i += 1) {
    const time = 50 + ((i * 37) % 100);
    const asked = performance.now();
    const picture = await previews.at(time);
    ms.push(picture ? performance.now() - asked : 10_000);
    previews.leave();
    await sleep(isPaused ? 150 : 500);
  }
  const lowest = player.qualities[0].bitrate;
  const requests = performance
    .getEntriesByType('resource')
    .slice(from)
    .filter(({ name }) => name.includes(`QualityLevels(${lowest})`) && name.includes('(video='));
  const bytes = requests.reduce((sum, { transferSize }) => sum + transferSize, 0) / ms.length;
  return { ms, bytes, stalls: player.getStats().stalls.length };
}

/** In the page: five seconds of trick play. */
async function goThrough({ rate, distance }) {
  const { player } = globalThis;
  const video = document.querySelector('video');
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  if (rate < 0) {
    video.currentTime = 140;
    while (video.seeking) await sleep(50);
  }
  await sleep(1500);
  globalThis.drawn.length = 0;
  performance.clearResourceTimings();
  const begun = performance.now();
  await player.trickPlay(rate);
  await sleep(5500);
  const seconds = (performance.now() - begun) / 1000;
  const shown = globalThis.drawn.length;
  const entries = performance.getEntriesByType('resource').filter(({ name }) => name.includes('(video='));
  await player.trickPlay(1);
  const bytes = entries.reduce((sum, { transferSize }) => sum + transferSize, 0);
  const whole = entries.reduce(
    (sum, { name }) => sum + (Number(/Levels\((\d+)/.exec(name)[1]) * distance) / 8,
    0,
  );
  return {
    perSecond: shown / seconds,
    share: bytes / whole,
  };
}
