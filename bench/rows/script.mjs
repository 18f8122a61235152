// What playback costs: script on the main thread over 45 s, and the heap at their end; and the same on a processor six times slower. Script is sampled, since Chromium's own
// count (`ScriptDuration`) leaves out what runs when a promise of the platform's resolves, such as the read of a body.
import { interleaved, setLine, withPlayer } from '../session.mjs';

const SECONDS = 45;
/** Microseconds between two samples that count at most: what is longer is a gap of the sampler, which tells nothing. */
const MOST_APART = 10_000;

export async function measure(bench) {
  return [
    ...(await measureAt(1, bench)),
    ...(await measureAt(6, bench)).filter(({ id }) => id !== 'heap-slow'),
  ];
}

/** With a processor so many times slower. */
async function measureAt(slower, bench) {
  const { origin, players, runs } = bench;
  const found = await interleaved(players, Math.max(1, Math.floor(runs / 5)), (player) =>
    withPlayer(bench, player, async (page) => {
      origin.rules.clear();
      setLine(origin, '/titles', { latencyMs: 20, steps: [[1, 10e6]] });
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Performance.enable');
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
      const metric = async (name) => {
        const { metrics } = await devtools.send('Performance.getMetrics');
        return metrics.find((one) => one.name === name).value;
      };
      const before = { script: await metric('ScriptDuration'), task: await metric('TaskDuration') };
      await devtools.send('Profiler.enable');
      await devtools.send('Profiler.setSamplingInterval', { interval: 1000 });
      await devtools.send('Profiler.start');
      await page.evaluate((url) => globalThis.bench.start(url), bench.title);
      await page.waitForTimeout(SECONDS * 1000);
      const { profile } = await devtools.send('Profiler.stop');
      const counted = 1000 * ((await metric('ScriptDuration')) - before.script);
      const task = 1000 * ((await metric('TaskDuration')) - before.task);
      const { longestTask } = await page.evaluate(() => globalThis.bench.report());
      await devtools.send('HeapProfiler.collectGarbage');
      const { usedSize } = await devtools.send('Runtime.getHeapUsage');
      return { script: sampledScript(profile), counted, task, longestTask, heap: usedSize / 1e6 };
    }),
  );
  const [suffix, words] = slower === 1 ? ['', ''] : ['-slow', `, processor ${slower} times slower`];
  const row = (id, name, title, unit, target) => ({
    id: id + suffix,
    title: title + words,
    unit,
    better: 'less',
    target,
    values: Object.fromEntries(players.map((player) => [player, found[player].map((one) => one[name])])),
  });
  return [
    row('script', 'script', `script on the main thread, ${SECONDS} s of playback`, 'ms', 0.5),
    row('counted', 'counted', `script as Chromium counts it, ${SECONDS} s`, 'ms'),
    row('tasks', 'task', `all tasks on the main thread, ${SECONDS} s`, 'ms'),
    row('longest', 'longestTask', `longest task in ${SECONDS} s (0: none over 50 ms)`, 'ms'),
    row('heap', 'heap', `heap after ${SECONDS} s`, 'MB', 1),
  ];
}

/** Milliseconds in which functions ran, those of the page that measures left out. */
function sampledScript({ nodes, samples, timeDeltas }) {
  const isScript = new Map();
  const mark = (node, isMeasuring) => {
    const { functionName, url } = node.callFrame;
    const isOurs = isMeasuring || (functionName === 'seen' && url.endsWith('/bench/bench.js'));
    isScript.set(node.id, !isOurs && !functionName.startsWith('('));
    for (const child of node.children ?? []) mark(byId.get(child), isOurs);
  };
  const byId = new Map(nodes.map((node) => [node.id, node]));
  mark(nodes[0], false);
  const spent = samples.map((id, index) => (isScript.get(id) ? Math.min(timeDeltas[index], MOST_APART) : 0));
  return spent.reduce((sum, microseconds) => sum + microseconds, 0) / 1000;
}
