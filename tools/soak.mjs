// `npm run soak`: plays a live channel of 2 s fragments, two of them announced, over a shaped network, and reports the
// results.
//   --minutes 10      duration
//   --epoch unix      what the channel's times count from: zero, unix or dotnet
//   --kilobits 8000   bandwidth
//   --out FILE        writes the figures as JSON
//   --no-build        play the existing dist/
// Exits with 1 if a goal was missed: 8 s behind the encoder, no stall, no wrong URL, no manifest after the start, fewer
// than 1 % of requests early.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { describeBrowser, findBrowser } from './find-browser.mjs';
import { ensureInstalled, fail, ROOT } from './install.mjs';

const TAKE_MS = 10_000;
const GOALS = { latency: 8, early: 0.01 };

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    epoch: { type: 'string', default: 'unix' },
    kilobits: { type: 'string', default: '8000' },
    out: { type: 'string' },
    build: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const minutes = Number(options.minutes);
const kilobits = Number(options.kilobits);
const { epoch } = options;
if (!(minutes > 0)) fail('--minutes must be a number above 0.');
if (!(kilobits > 0)) fail('--kilobits must be a number above 0.');
if (!['zero', 'unix', 'dotnet'].includes(epoch)) fail('--epoch must be zero, unix or dotnet.');

process.chdir(ROOT);
await ensureInstalled();
if (options.build) await build();
const { makeTitle } = await import('../bench/title.mjs');
const { openChannel, openPage, RequestCount } = await import('../bench/live.mjs');
const { chromium } = await import('playwright');
const { ARGS } = await import('../bench/open.mjs');

const titles = join(ROOT, '.cache/bench/titles');
await makeTitle(titles);
const found = await findBrowser();
console.log(`Browser: ${describeBrowser(found)}`);
const channel = await openChannel({ source: join(titles, 'title.ism'), epoch, files: [] });
const { origin } = channel;
origin.rules.add({ effect: { type: 'latency', ms: 25 } });
origin.rules.add({ effect: { type: 'bandwidth', steps: [[1, kilobits * 1000]] } });
const browser = await chromium.launch({ executablePath: found.path, args: ARGS });

let failure;
const asked = new RequestCount();
const latencies = [];
const reported = [];
const heaps = [];
let last;
try {
  const page = await openPage(browser, channel, 'smooth');
  const devtools = await page.context().newCDPSession(page);
  const heap = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize = 0 } = await devtools.send('Runtime.getHeapUsage');
    return { js: usedSize, buffers: backingStorageSize };
  };
  await page.evaluate((url) => globalThis.live.begin(url), channel.title);
  const until = performance.now() + minutes * 60_000;
  for (let takes = 1; performance.now() < until; takes += 1) {
    await page.waitForTimeout(Math.min(TAKE_MS, Math.max(1, until - performance.now())));
    last = await page.evaluate(() => globalThis.live.take());
    latencies.push(...last.latencies);
    reported.push(...last.reported);
    asked.add(origin);
    if (takes % 6 === 0) {
      heaps.push(await heap());
      console.log(`${takes / 6} min: ${spread(last.latencies)}, heap ${mega(heaps.at(-1).js)} MB`);
    }
    if (last.error) throw new Error(last.error);
  }
} catch (error) {
  failure = error;
} finally {
  await browser.close();
  await origin.close();
}

// The first seconds are the start.
const settled = reported.slice(20);
const figures = {
  minutes,
  epoch,
  kilobits,
  latency: { median: at(latencies, 0.5), p95: at(latencies, 0.95), most: at(latencies, 1) },
  toldOffBy: at(settled.map(Math.abs), 0.95),
  stalls: last?.stalls,
  requests: asked,
  early: asked.early / asked.fragments,
  manifestsAfterStart: asked.manifests - 1,
  heaps,
};
const missed = [
  failure && `it failed: ${failure.message}`,
  !(figures.latency.median <= GOALS.latency) && `more than ${GOALS.latency} s behind`,
  !(last?.stalls.clock.count === 0) && 'stalled',
  asked.wrong > 0 && 'wrong URLs',
  figures.manifestsAfterStart > 0 && 'manifests after the start',
  !(figures.early < GOALS.early) && 'too many early requests',
].filter(Boolean);
console.log(`
behind the encoder    ${spread(latencies)}, at most ${seconds(figures.latency.most)}
\`live.latency\` off by  ${seconds(figures.toldOffBy)} (95 %)
stalls by the clock   ${stallsOf('clock')}
stalls by frames      ${stallsOf('frames')}
fragments asked for   ${asked.fragments}, ${asked.early} of them early (${(100 * figures.early).toFixed(2)} %), ${asked.wrong} wrong, ${asked.infos} without media
manifests             ${asked.manifests}
heap                  ${heaps.length > 0 ? `${mega(heaps[0].js)} MB after a minute, ${mega(heaps.at(-1).js)} MB at the end` : '–'}
${missed.length > 0 ? `Missed: ${missed.join(', ')}.` : 'All goals were met.'}`);
if (options.out) writeFileSync(options.out, `${JSON.stringify({ ...figures, missed }, undefined, 2)}\n`);
process.exit(missed.length > 0 ? 1 : 0);

/** A quantile of the values. */
function at(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)];
}

function seconds(value) {
  return value === undefined ? '–' : `${value.toFixed(2)} s`;
}

function mega(bytes) {
  return (bytes / 1e6).toFixed(2);
}

function spread(values) {
  return `${seconds(at(values, 0.5))} (median), ${seconds(at(values, 0.95))} (95 %)`;
}

function stallsOf(kind) {
  const { count, ms } = last?.stalls[kind] ?? {};
  return count === undefined ? '–' : `${count}, ${Math.round(ms)} ms`;
}
