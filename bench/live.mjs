// A live channel of an endless title, a line, and one player on it.
import { createOrigin } from '../build/demo/origin/server.js';

/** Seconds that the channel has been on the air when a player comes. */
const HISTORY = 70;

/** An origin with a channel: 2 s fragments, two of them announced. `epoch`: what its times count from. */
export async function openChannel({ source, epoch, files }) {
  const begun = Date.now() - HISTORY * 1000;
  const path = '/live/channel.isml';
  const origin = createOrigin({
    live: [{ path, source, epoch, history: HISTORY, windowSeconds: 60, lookAhead: 2 }],
    files: [
      ...files,
      { at: '/dist/', from: 'dist' },
      { at: '/build/', from: 'build' },
      { at: '/bench/', from: 'bench/page' },
    ],
  });
  const url = await origin.listen();
  return { origin, url, begun, title: `${url}${path}/Manifest` };
}

/** Counts what was asked of a channel and answered. Fragments that nobody knows are `wrong`. */
export class RequestCount {
  fragments = 0;
  early = 0;
  wrong = 0;
  infos = 0;
  manifests = 0;
  #counted = new WeakSet();

  /** Looks at the log, which forgets in time. */
  add({ log }) {
    for (const entry of log.entries) {
      const { url, status, totalMs } = entry;
      if (totalMs === undefined || this.#counted.has(entry)) continue;
      this.#counted.add(entry);
      if (/\/Manifest$/i.test(url)) this.manifests += 1;
      if (!/\/Fragment(s|Info)\(/i.test(url)) continue;
      this.fragments += 1;
      if (/\/FragmentInfo\(/i.test(url)) this.infos += 1;
      if (status === 412) this.early += 1;
      else if (status !== 200) this.wrong += 1;
    }
  }
}

/** Opens a page with a player that waits to be told what to play. */
export async function openPage(browser, { url, begun }, player) {
  const context = await browser.newContext({ viewport: { width: 800, height: 450 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${player}: ${error}`));
  await page.goto(`${url}/bench/live.html?player=${player}&begun=${begun}`);
  await page.waitForFunction(() => 'live' in globalThis);
  return page;
}
