// From a seek outside of the buffer until the picture moves again.
import { FAST, interleaved, setLine, withPlayer } from '../session.mjs';

const PLACES = [73, 139];

export async function measure(bench) {
  const { origin, players, runs } = bench;
  const sessions = await interleaved(players, Math.ceil(runs / PLACES.length), (player) =>
    withPlayer(bench, player, async (page) => {
      origin.rules.clear();
      setLine(origin, '/titles', FAST);
      await page.evaluate((url) => globalThis.bench.start(url), bench.title);
      const found = [];
      for (const place of PLACES) {
        await page.waitForTimeout(2500);
        const seek = await page.evaluate((to) => globalThis.bench.seek(to), place);
        if (seek && !seek.isBuffered) found.push(seek.ms);
      }
      return found;
    }),
  );
  const values = Object.fromEntries(players.map((player) => [player, sessions[player].flat()]));
  return [{ id: 'seek', title: 'seek outside the buffer', unit: 'ms', better: 'less', target: 0.6, values }];
}
