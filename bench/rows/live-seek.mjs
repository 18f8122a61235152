// Seeks back in a live channel on a fast line, to places outside of the buffer and within the window: until the first picture, until the
// picture moves again, at which quality, and how soon the highest level is on screen.
import { openChannel } from '../live.mjs';
import { median } from '../report.mjs';
import { sustainedBy, watchQuality } from '../screen.mjs';
import { FAST, interleaved, setLine, withPlayer } from '../session.mjs';

/** Seconds behind the encoder: each is before all that was played until then. The window ends at 60 s. */
const PLACES = [30, 45];
/** Milliseconds of playback before each seek. */
const BEFORE = 4000;
/** Seconds that are waited for the highest level. */
const LIMIT = 8;
const PATH = '/live';

export async function measure(bench) {
  const { players, runs } = bench;
  const sessions = await interleaved(players, Math.ceil(runs / 4), (player) => session(bench, player));
  const row = (id, title, unit, better, name) => ({
    id: `live-seek${id}`,
    title,
    unit,
    better,
    values: Object.fromEntries(
      players.map((player) => [
        player,
        sessions[player]
          .flat()
          .map((seek) => seek[name])
          .filter((one) => one !== undefined),
      ]),
    ),
  });
  const reach = `from a live seek back until ${sustainedBy(FAST)} kbit/s are on screen (${LIMIT}: later, or never)`;
  return [
    row('', 'live seek back outside the buffer, until it moves', 'ms', 'less', 'ms'),
    row('-first', 'live seek back outside the buffer, first picture', 'ms', 'less', 'firstMs'),
    row('-quality', 'quality of the first fragment after a live seek back', 'kbit/s', 'more', 'first'),
    row('-early', 'quality of the first 2 s on screen after a live seek back', 'kbit/s', 'more', 'early'),
    row('-reach', reach, 's', 'less', 'reach'),
  ];
}

/** The seeks of one player on a channel of its own: none if it plays nothing. */
async function session({ browser, source, peers }, player) {
  const channel = await openChannel({ source, epoch: 'zero', files: [{ at: '/peers/', from: peers }] });
  setLine(channel.origin, PATH, FAST);
  try {
    return await withPlayer({ browser, url: channel.url }, player, async (page) => {
      const startMs = await page.evaluate((url) => globalThis.bench.start(url), channel.title);
      if (startMs === undefined) return [];
      const offset = median(
        await page.evaluate(contentOffsets, { begun: channel.begun, script: '/bench/behind.js' }),
      );
      const seeks = [];
      for (const behind of PLACES) {
        await page.waitForTimeout(BEFORE);
        seeks.push(await seekBack(behind, page, channel, offset));
      }
      return seeks.filter((seek) => seek && !seek.isBuffered);
    });
  } finally {
    await channel.origin.close();
  }
}

/** Seeks to a place so many seconds behind the encoder. `offset`: from the element's times to the content's. */
async function seekBack(behind, page, { origin, begun }, offset) {
  origin.log.clear();
  const place = (Date.now() - begun) / 1000 - behind;
  const seek = await page.evaluate((to) => globalThis.bench.seek(to), place - offset);
  if (!seek) return undefined;
  const watch = { path: PATH, kilobits: sustainedBy(FAST), limit: LIMIT, offset };
  const seen = await watchQuality(page, origin, watch);
  return { ...seek, ...seen };
}

/** In the page: what has to be added to the element's times to get the content's, as the pictures of some frames tell. */
async function contentOffsets({ begun, script }) {
  const { secondsBehind } = await import(script);
  const video = document.querySelector('video');
  const offsets = [];
  while (offsets.length < 9) {
    await new Promise((resolve) =>
      video.requestVideoFrameCallback((_now, { mediaTime, presentationTime }) => {
        const behind = secondsBehind(video, begun, presentationTime);
        const encoded = (performance.timeOrigin + presentationTime - begun) / 1000;
        if (behind !== undefined) offsets.push(encoded - behind - mediaTime);
        resolve();
      }),
    );
  }
  return offsets;
}
