// A live channel on an 8 Mbit/s line: how far behind the encoder the picture is, how long it stood, manifests after the
// start; and for how long a channel plays whose times count from the year 1.
import { openChannel, openPage, RequestCount } from '../live.mjs';
import { median } from '../report.mjs';
import { interleaved } from '../session.mjs';

const SECONDS = 60;
/** The latency is that of the last of them: the first seconds find the edge. */
const LAST = 20;
const EPOCH_SECONDS = 30;

/** Watches a channel for so many seconds; gives what was seen and asked for. */
async function watch({ browser, source, peers }, player, epoch, seconds) {
  const channel = await openChannel({ source, epoch, files: [{ at: '/peers/', from: peers }] });
  const { origin, title } = channel;
  origin.rules.add({ effect: { type: 'latency', ms: 25 } });
  origin.rules.add({ effect: { type: 'bandwidth', steps: [[1, 8e6]] } });
  const page = await openPage(browser, channel, player);
  try {
    await page.evaluate((url) => globalThis.live.begin(url), title);
    await page.waitForTimeout((seconds - Math.min(seconds, LAST)) * 1000);
    await page.evaluate(() => globalThis.live.take());
    await page.waitForTimeout(Math.min(seconds, LAST) * 1000);
    const seen = await page.evaluate(() => globalThis.live.take());
    const asked = new RequestCount();
    asked.add(origin);
    return { ...seen, asked };
  } finally {
    await page.context().close();
    await origin.close();
  }
}

export async function measure(bench) {
  const { players, runs } = bench;
  const rounds = Math.max(1, Math.floor(runs / 5));
  const seen = await interleaved(players, rounds, (player) => watch(bench, player, 'zero', SECONDS));
  const ticks = await interleaved(players, rounds, (player) => watch(bench, player, 'dotnet', EPOCH_SECONDS));
  const row = (id, title, unit, better, of) => ({
    id,
    title,
    unit,
    better,
    values: Object.fromEntries(
      players.map((player) => [player, seen[player].filter(({ latencies }) => latencies.length > 0).map(of)]),
    ),
  });
  return [
    row('live-latency', `live, behind the encoder after ${SECONDS} s`, 's', 'less', ({ latencies }) =>
      median(latencies),
    ),
    row(
      'live-stalls',
      `live, picture frozen in ${SECONDS} s`,
      'ms',
      'less',
      ({ stalls }) => stalls.frames.ms,
    ),
    row('live-manifests', `live, manifests after the start in ${SECONDS} s`, '', 'less', ({ asked }) =>
      Math.max(0, asked.manifests - 1),
    ),
    row(
      'live-refused',
      `live, requests refused in ${SECONDS} s`,
      '',
      'less',
      ({ asked }) => asked.early + asked.wrong,
    ),
    {
      id: 'live-epoch',
      title: `live on ticks since the year 1, played in ${EPOCH_SECONDS} s`,
      unit: 's',
      better: 'more',
      values: Object.fromEntries(
        players.map((player) => [player, ticks[player].map(({ played }) => played)]),
      ),
    },
  ];
}
