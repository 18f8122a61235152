// A seek outside of the buffer: until its first picture, until the picture moves again, and at which quality.
import { FAST, fragmentsOf, interleaved, setLine, withPlayer } from '../session.mjs';

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
        origin.log.clear();
        const seek = await page.evaluate((to) => globalThis.bench.seek(to), place);
        const [kilobits] = [...fragmentsOf(origin, '/titles').values()].map((bits) => bits / 1000);
        if (seek && !seek.isBuffered) found.push({ ...seek, kilobits });
      }
      return found;
    }),
  );
  const row = (id, title, unit, better, target, name) => ({
    id,
    title,
    unit,
    better,
    target,
    values: Object.fromEntries(
      players.map((player) => [
        player,
        sessions[player].flatMap((found) =>
          found.map((seek) => seek[name]).filter((one) => one !== undefined),
        ),
      ]),
    ),
  });
  return [
    row('seek', 'seek outside the buffer, until it moves', 'ms', 'less', 0.6, 'ms'),
    row('seek-first', 'seek outside the buffer, first picture', 'ms', 'less', undefined, 'firstMs'),
    row(
      'seek-quality',
      'quality of the first fragment after a seek',
      'kbit/s',
      'more',
      undefined,
      'kilobits',
    ),
  ];
}
