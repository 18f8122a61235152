import { type ChaosPlan, chaosPlan, faultAt, type PlannedFault } from './chaos-plan.ts';
import { CHUNK } from './title.ts';
import { Viewing } from './viewing.ts';

/** What is wrong with how a session went; none when all is as it should be. */
export interface ChaosReport {
  readonly plan: ChaosPlan;
  readonly faults: readonly string[];
  readonly stalled: number;
  readonly requests: number;
  readonly skipped: number;
}

/** Seconds that are watched once nothing fails any more. */
const CALM = 20;
/** Seconds that playback may stand before a fragment that never comes: the time limits of its requests. */
const LONGEST_STALL = 7;
/** The same URL is not asked for more often in a minute. */
const MOST_OF_ONE_URL = 8;

/** The heuristics are judged elsewhere; here they would take most of the time. */
const middle = <Level>({ levels }: { readonly levels: readonly Level[] }) => ({
  level: levels[1] ?? (levels[0] as Level),
  reason: 'middle',
});

/** Plays one seeded session in virtual time, and judges it. `onLook` is called twice a second with how far it is. */
export async function playChaos(
  seed: number,
  onLook?: (viewing: Viewing, seconds: number) => void,
): Promise<ChaosReport> {
  const plan = chaosPlan(seed);
  const viewing = new Viewing(seed, plan.titleSeconds, { heuristics: { choose: middle } });
  const { time, video, network, player } = viewing;
  const startedAt = time.now / 1000;
  network.bitsPerSecond = plan.bitsPerSecond;
  network.fault = (asked, _, now) => faultAt(plan, asked, now / 1000 - startedAt);
  if (onLook) setInterval(() => onLook(viewing, time.now / 1000 - startedAt), 500);
  try {
    viewing.begin();
    for (const action of plan.actions) {
      await time.pass(Math.max(0, startedAt + action.at - time.now / 1000));
      if (action.do === 'seek') video.currentTime = action.to;
      else if (action.do === 'rate') video.playbackRate = action.rate;
      else {
        video.pause();
        await time.pass(action.seconds);
        void video.play();
      }
    }
    await time.pass(Math.max(0, startedAt + plan.calmFrom - time.now / 1000));
    video.playbackRate = 1;
    void video.play();
    await time.pass(CALM / 2);
    const from = video.currentTime;
    await time.pass(CALM / 2);
    return {
      plan,
      faults: judge(viewing, plan, video.currentTime - from),
      stalled: viewing.stalled,
      requests: network.seen.length,
      skipped: player.getStats().skipped.length,
    };
  } finally {
    await viewing.close();
  }
}

function judge(viewing: Viewing, plan: ChaosPlan, progress: number): readonly string[] {
  const { player, video, network, uncaught } = viewing;
  const faults: string[] = [];
  if (player.state !== 'ready') faults.push(`ended in ${player.state} (${player.error?.code})`);
  if (!video.ended && progress < CALM / 2 - LONGEST_STALL)
    faults.push(`stands at ${video.currentTime.toFixed(2)}: ${progress.toFixed(2)} s of progress`);
  if (uncaught.length > 0) faults.push(`uncaught: ${uncaught.map(String).join('; ')}`);
  for (const { start, end } of player.getStats().skipped) {
    if (!mayBeLost(plan, start, end)) faults.push(`lost ${start} to ${end} s`);
  }
  const busiest = mostInAMinute(viewing);
  if (busiest.count > MOST_OF_ONE_URL)
    faults.push(`${busiest.count} requests in a minute for ${busiest.url}`);
  const places = new Set(
    network.seen.map(({ asked, url }) => (asked ? `${asked.stream} ${asked.second}` : url)),
  );
  if (network.seen.length > 3 * places.size + 20) {
    faults.push(`${network.seen.length} requests for ${places.size} fragments`);
  }
  return faults;
}

/** A patient player too would do without what its own fragment's fault, or its stream's alone, keeps from it. */
function mayBeLost({ faults, actions }: ChaosPlan, second: number, end: number): boolean {
  // The browser goes on with what begins just behind the place that was sought.
  if (actions.some((action) => action.do === 'seek' && action.to < end && action.to > end - 0.1)) return true;
  return faults.some(
    ({ scope }: PlannedFault) =>
      scope.kind === 'stream' || (scope.kind === 'fragment' && Math.abs(scope.second - second) < CHUNK),
  );
}

/** How often one URL was requested in a minute. After an error has ended playback it is the viewer who asks for another try. */
function mostInAMinute({ network, events }: Viewing): { readonly count: number; readonly url: string } {
  const ends = events.filter(({ type }) => type === 'error').map(({ at }) => at);
  const times = new Map<string, number[]>();
  let most = { count: 0, url: '' };
  for (const { at, url } of network.seen) {
    const key = `${ends.filter((end) => end < at).length} ${url}`;
    const recent = (times.get(key) ?? []).filter((one) => at - one < 60_000);
    recent.push(at);
    times.set(key, recent);
    if (recent.length > most.count) most = { count: recent.length, url };
  }
  return most;
}
