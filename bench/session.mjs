// One player in a page of its own: nothing cached, nothing left over from the one before.
export const FAST = { latencyMs: 20 };
export const SLOW = { latencyMs: 50, steps: [[1, 3e6]] };

/** Sets the line for all that lies under a path. */
export function setLine(origin, path, { latencyMs, steps }) {
  origin.rules.add({ match: { url: path }, effect: { type: 'latency', ms: latencyMs } });
  if (steps) origin.rules.add({ match: { url: path }, effect: { type: 'bandwidth', steps } });
}

/** Opens a page with a player that waits to be told what to play; gives what `use` makes of it. */
export async function withPlayer({ browser, url }, player, use) {
  const context = await browser.newContext({ viewport: { width: 800, height: 450 } });
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(`${player}: ${error}`));
    await page.goto(`${url}/bench/?player=${player}`);
    await page.waitForFunction(() => 'bench' in globalThis);
    // Scripts compile, fonts load: what comes after is the player's own.
    await page.waitForTimeout(300);
    return await use(page);
  } finally {
    await context.close();
  }
}

/** Slows a page's main thread so many times. */
export async function slowDown(page, rate) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate });
}

/** Runs `once` for each player in turn, `runs` times, each round beginning with another; tells it which round it is, from 0. */
export async function interleaved(players, runs, once) {
  const results = Object.fromEntries(players.map((player) => [player, []]));
  for (let run = 0; run < runs; run += 1) {
    const first = run % players.length;
    for (const player of [...players.slice(first), ...players.slice(0, first)]) {
      const result = await once(player, run);
      if (result !== undefined) results[player].push(result);
      process.stdout.write('.');
    }
  }
  return results;
}

/**
 * Requests for video fragments that are answered or still being so: when in milliseconds since 1970, for which start in seconds, and at
 * which bitrate.
 */
export function requestsOf(origin, path) {
  const pattern = new RegExp(`^${path}.*QualityLevels\\((\\d+)\\)/Fragments\\(video=(\\d+)\\)`, 'i');
  return origin.log.entries.flatMap(({ at, url, status, totalMs }) => {
    const match = pattern.exec(url);
    const isDone = status === 200;
    if (!match || !(isDone || totalMs === undefined)) return [];
    return [{ at, start: Number(match[2]) / 1e7, bitrate: Number(match[1]), isDone }];
  });
}

/** Bitrates of the video fragments asked for, by their start in seconds; of several for one place the last counts. */
export function fragmentsOf(origin, path) {
  const asked = new Map();
  for (const { start, bitrate, isDone } of requestsOf(origin, path)) if (isDone) asked.set(start, bitrate);
  return asked;
}
