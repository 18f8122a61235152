// How late text is on the screen, on demand and live, and the longest task that hostile text causes. No peer is compared: `text-cases`
// tells which of them show text at all.
import { createOrigin } from '../../build/demo/origin/server.js';
import { loadTests } from '../text-titles.mjs';

const SAMPLE = '/presentations/sample.ism/Manifest';
const CHANNEL = '/live/channel.isml';
/** Seconds of the sample, and of the channel, that are watched. */
const DEMAND_SECONDS = 16;
const LIVE_SECONDS = 20;
const HOSTILE_SECONDS = 3;

const told = (list) => list.map((ms) => ms.toFixed(0)).join(' ');

export async function measure(bench) {
  if (!bench.players.includes('smooth')) return [];
  const { HOSTILE_TEXT, HOSTILE_FILES } = await loadTests('conformance/hostile-text', bench.cache);
  const { mountsOf } = await loadTests('conformance/text-title', bench.cache);
  const plain = { name: 'no text', place: '', isLong: true, cues: [] };
  const cases = HOSTILE_TEXT.map((one) => ({ ...plain, ...one }));
  const origin = createOrigin({
    presentations: { '/presentations': 'demo/sample' },
    live: [
      {
        path: CHANNEL,
        source: 'demo/sample/sample.ism',
        epoch: 'unix',
        text: { captions: ['en'], adBreaks: { every: 10, seconds: 3 } },
      },
    ],
    files: [
      ...(await mountsOf([...cases, { ...plain, fragment: () => undefined }])),
      { at: '/dist/', from: 'dist' },
      { at: '/bench/', from: 'bench/page' },
    ],
  });
  const url = await origin.listen();
  const inPage = async (use) => {
    const page = await bench.browser.newPage({ viewport: { width: 640, height: 360 } });
    page.on('pageerror', (error) => console.error(`text: ${error}`));
    await page.goto(`${url}/bench/text.html?player=smooth`);
    await page.waitForFunction(() => 'look' in globalThis);
    try {
      return await use(page);
    } finally {
      await page.close();
    }
  };
  const watch = (path, seconds, isLive) =>
    inPage((page) => page.evaluate(watchCues, { src: url + path, seconds, isLive }));
  const titleOf = (index) => `${url}/text/${index}.ism/Manifest`;
  const row = (id, title, unit, target, values) => ({
    id: `text-${id}`,
    title,
    unit,
    better: 'less',
    target,
    values: { smooth: values },
  });
  try {
    const demand = await watch(SAMPLE, DEMAND_SECONDS, false);
    const live = await watch(`${CHANNEL}/Manifest`, LIVE_SECONDS, true);
    console.log(`\non demand ${told(demand)}; live ${told(live)} ms late`);
    const tasks = [];
    const note = (name, { ms, stalls }) => {
      console.log(`${ms.toFixed(0)} ms, ${stalls} stalls: ${name}`);
      tasks.push({ ms, stalls });
    };
    for (const [index, { name }] of cases.entries())
      note(name, await inPage((page) => page.evaluate(bear, [titleOf(index), HOSTILE_SECONDS])));
    for (const [name, file] of Object.entries(HOSTILE_FILES)) {
      const args = [titleOf(cases.length), HOSTILE_SECONDS, file()];
      note(name, await inPage((page) => page.evaluate(bear, args)));
    }
    return [
      row('late-demand', 'text on the screen after its time, on demand', 'ms', 100, demand),
      row('late-live', 'text on the screen after its time, live', 'ms', 100, live),
      row('late-worst', 'text on the screen after its time, the latest of all', 'ms', 100, [
        Math.max(...demand, ...live),
      ]),
      row(
        'task',
        'longest task that hostile text causes, of each case',
        'ms',
        50,
        tasks.map(({ ms }) => ms),
      ),
      row('task-worst', 'longest task that hostile text causes, of all', 'ms', 50, [
        Math.max(...tasks.map(({ ms }) => ms)),
      ]),
      row('stalls', 'stalls beside hostile text', '', 0, [
        tasks.reduce((sum, { stalls }) => sum + stalls, 0),
      ]),
    ];
  } finally {
    await origin.close();
  }
}

/**
 * In the page: plays with captions on; gives the milliseconds of the title's time between the start of each cue and the frame of the
 * page with which it was on the picture.
 */
async function watchCues({ src, seconds, isLive }) {
  await import('/dist/cdn/smooth-player.js');
  const element = document.createElement('smooth-player');
  Object.assign(element, { muted: true, captions: true });
  document.querySelector('#stage').replaceChildren(element);
  const { player, video } = element;
  await player.load(src);
  if (isLive) player.seekToLive();
  await element.play();
  const begun = performance.now();
  while (video.paused || video.readyState < 3 || video.currentTime === 0)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const from = video.currentTime;
  const late = new Map();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  while (performance.now() - begun < seconds * 1000) {
    await frame();
    const drawn = element.renderRoot.querySelector('smooth-captions')?.shadowRoot.textContent ?? '';
    const { currentTime } = video;
    // What was under way when the title began is no measure.
    for (const { id, start, text } of player.activeCues)
      if (start > from + 0.5 && drawn.includes(text.split('\n')[0]) && !late.has(id))
        late.set(id, Math.max(0, (currentTime - start) * 1000));
  }
  element.remove();
  return [...late.values()];
}

/**
 * In the page: plays without captions until everything is quiet, then switches them on; gives the longest task from then on, and
 * stalls.
 */
async function bear([src, seconds, file]) {
  await import('/dist/cdn/smooth-player.js');
  const element = document.createElement('smooth-player');
  Object.assign(element, { muted: true });
  document.querySelector('#stage').replaceChildren(element);
  const { player, video } = element;
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await player.load(src);
  // Text in the sound's language is looked into for forced cues: that counts, too.
  while (video.readyState < 3) await sleep(50);
  await sleep(1000);
  const tasks = [0];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  });
  observer.observe({ entryTypes: ['longtask'] });
  element.loop = true;
  await element.play();
  player.textTrack =
    file === undefined ? player.textTracks[0] : await player.addTextTrack({ text: file, language: 'de' });
  await sleep(seconds * 1000);
  const stalls = player.getStats().stalls.length;
  element.remove();
  await sleep(100);
  observer.disconnect();
  return { ms: Math.max(...tasks), stalls };
}
