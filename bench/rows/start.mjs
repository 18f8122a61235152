// From `load` to the first frame, on a fast line and on a slow one, with the quality that was begun with.
import { FAST, fragmentsOf, interleaved, SLOW, setLine, withPlayer } from '../session.mjs';

const LINES = {
  fast: { ...FAST, title: 'start, 20 ms round trip', target: 0.6 },
  slow: { ...SLOW, title: 'start, 3 Mbit/s and 50 ms', target: 0.7 },
};

export async function measure(bench) {
  const rows = [];
  for (const [id, line] of Object.entries(LINES)) {
    const { origin, players, runs } = bench;
    const first = Object.fromEntries(players.map((player) => [player, []]));
    const values = await interleaved(players, runs, (player) =>
      withPlayer(bench, player, async (page) => {
        origin.rules.clear();
        origin.log.clear();
        setLine(origin, '/titles', line);
        const ms = await page.evaluate((url) => globalThis.bench.start(url), bench.title);
        await page.waitForTimeout(300);
        const bitrate = fragmentsOf(origin, '/titles').get(0);
        if (bitrate !== undefined) first[player].push(bitrate / 1000);
        return ms;
      }),
    );
    const { title, target } = line;
    rows.push({ id: `start-${id}`, title, unit: 'ms', better: 'less', target, values });
    rows.push({
      id: `first-${id}`,
      title: `first quality, ${title.slice(7)}`,
      unit: 'kbit/s',
      better: 'more',
      values: first,
    });
  }
  return rows;
}
