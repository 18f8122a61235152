// Quality over shaped lines: all players at the same time, each in a page and on a line of its own. All levels have the same small size in
// the manifest, none fills the element, and so `capToSize`, which peers don't have by default, rules none out.
import { fragmentsOf, setLine, withPlayer } from '../session.mjs';

const SECONDS = 60;
const CHUNK_SECONDS = 2;
/** QoE-lin: what a second's stall and a change by one Mbit/s take from a chunk's Mbit/s. */
const STALL_PRICE = 4.3;
const CHANGE_PRICE = 1;

const mbits = (...pairs) => pairs.map(([seconds, rate]) => [seconds, rate * 1e6]);

const LINES = {
  steady: { title: 'steady 3 Mbit/s', steps: mbits([1, 3]) },
  step: { title: 'step: 5, 1, 5 Mbit/s', steps: mbits([20, 5], [20, 1], [30, 5]) },
  '3g': {
    title: 'like 3G: 0.3 to 2.4 Mbit/s',
    steps: mbits([4, 1.1], [3, 2.4], [5, 0.7], [2, 0.3], [6, 1.6], [4, 0.9], [3, 2], [5, 0.5], [4, 1.3]),
  },
  lte: {
    title: 'like LTE: 1 to 12 Mbit/s',
    steps: mbits([2, 6], [1, 12], [3, 4], [2, 8], [1, 1], [2, 5], [3, 9], [1, 2], [2, 3], [1, 1.5], [2, 7]),
  },
  square: { title: 'square: 4 and 0.8 Mbit/s', steps: mbits([8, 4], [8, 0.8]) },
};

export async function measure(bench) {
  const rows = [];
  for (const [id, { title, steps }] of Object.entries(LINES)) {
    const rounds = Math.max(1, Math.floor(bench.runs / 7));
    const found = Object.fromEntries(bench.players.map((player) => [player, []]));
    for (let round = 0; round < rounds; round += 1) {
      bench.origin.rules.clear();
      bench.origin.log.clear();
      const reports = await Promise.all(bench.players.map((player) => session(bench, player, steps)));
      for (const [i, player] of bench.players.entries()) found[player].push(reports[i]);
      process.stdout.write('.');
    }
    const row = (name, of, unit, better, target) => ({
      id: `${name}-${id}`,
      title: `${of}, ${title}`,
      unit,
      better,
      target,
      values: Object.fromEntries(
        bench.players.map((player) => [player, found[player].map((one) => one[name])]),
      ),
    });
    rows.push(
      row('qoe', 'QoE-lin a chunk', '', 'more', 1),
      row('bitrate', 'bitrate', 'kbit/s', 'more'),
      row('frozen', 'picture frozen', 's', 'less'),
      row('clock', 'clock stands', 's', 'less'),
      row('switches', 'switches', '', 'less'),
    );
  }
  return rows;
}

function session(bench, player, steps) {
  const path = `/lines/${player}`;
  return withPlayer(bench, player, async (page) => {
    setLine(bench.origin, path, { latencyMs: 50, steps });
    await page.evaluate(() => globalThis.bench.watchClock());
    const end = Date.now() + SECONDS * 1000;
    await page.evaluate((url) => globalThis.bench.start(url), `${bench.url}${path}/title.ism/Manifest`);
    await page.waitForTimeout(Math.max(0, end - Date.now()));
    const report = await page.evaluate(() => globalThis.bench.report());
    return judge(report, fragmentsOf(bench.origin, path));
  });
}

/** What was seen, by the chunks that were reached. */
function judge({ startupMs, frozenMs, clockMs, position }, bitrates) {
  const chunks = Math.max(1, Math.ceil(position / CHUNK_SECONDS));
  const levels = Array.from({ length: chunks }, (_, i) => (bitrates.get(i * CHUNK_SECONDS) ?? 0) / 1e6);
  const changes = levels.slice(1).map((level, i) => Math.abs(level - levels[i]));
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const stalled = (startupMs + frozenMs) / 1000;
  return {
    qoe: (sum(levels) - STALL_PRICE * stalled - CHANGE_PRICE * sum(changes)) / chunks,
    bitrate: (1000 * sum(levels)) / chunks,
    frozen: frozenMs / 1000,
    clock: clockMs / 1000,
    switches: changes.filter((change) => change > 0).length,
  };
}
