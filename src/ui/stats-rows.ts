import type { LiveInfo } from '../player/live/live-info.ts';
import type { PlayerStats, QualityDecision } from '../player/report/stats.ts';
import type { Quality } from '../player/tracks.ts';
import { bitrateText, clockText } from './time-text.ts';

/** The statistics as pairs of name and text. */
export function statsRows(
  stats: PlayerStats,
  live: LiveInfo,
): readonly (readonly [name: string, value: string])[] {
  const { bufferAhead, startup, stalls } = stats;
  const stalled = stalls.reduce((sum, stall) => sum + stall.duration, 0);
  const repairs = Object.entries(stats.repairs).map(([kind, count]) => `${kind} ${count}`);
  return [
    ['playing', qualityText(stats.playing)],
    ['loading', qualityText(stats.loading)],
    ['estimate', stats.estimate === undefined ? '–' : bitrateText(stats.estimate)],
    ...(stats.decision ? [['decision', decisionText(stats.decision)] as const] : []),
    ['buffer', `video ${secondsText(bufferAhead.video)}, audio ${secondsText(bufferAhead.audio)}`],
    ...(live.isLive ? [['latency', latencyText(live)] as const] : []),
    ['frames', `${stats.decodedFrames} decoded, ${stats.droppedFrames} dropped`],
    ['switches', String(stats.switches)],
    ['stalls', stalls.length === 0 ? 'none' : `${stalls.length}, ${stalled.toFixed(1)} s`],
    ['network', `${(stats.bytes / 1e6).toFixed(1)} MB, ${stats.requests} requests, ${stats.retries} retries`],
    [
      'startup',
      [startup.manifestMs, startup.firstFragmentMs, startup.firstFrameMs].map(millisText).join(' · '),
    ],
    ...(stats.skipped.length > 0 ? [['skipped', stats.skipped.map(rangeText).join(', ')] as const] : []),
    ...(repairs.length > 0 ? [['repairs', repairs.join(', ')] as const] : []),
  ];
}

function qualityText(quality: Quality | undefined): string {
  return quality ? `${quality.label} · ${bitrateText(quality.bitrate)} · ${quality.codec}` : '–';
}

/** The reason, then the input of the decision. */
function decisionText({ reason, bitrate, ...seen }: QualityDecision): string {
  const { estimate, bufferAhead, bufferGoal, firstByte } = seen;
  const line = `bandwidth ${bitrateText(estimate)}, first byte ${Math.round(firstByte * 1000)} ms`;
  return `${reason}: ${bitrateText(bitrate)} · ${line}, buffer ${bufferAhead.toFixed(1)} of ${bufferGoal.toFixed(0)} s`;
}

function latencyText({ latency, targetLatency, source, window }: LiveInfo): string {
  const seekable = `${clockText(window.end - window.start)} DVR window`;
  return `${secondsText(latency)} of ${secondsText(targetLatency)}, ${source}, ${seekable}`;
}

const secondsText = (seconds: number | undefined) =>
  seconds === undefined ? '–' : `${seconds.toFixed(1)} s`;
const millisText = (ms: number | undefined) => (ms === undefined ? '–' : `${Math.round(ms)} ms`);
const rangeText = ({ start, end }: { readonly start: number; readonly end: number }) =>
  `${clockText(start)} to ${clockText(end)}`;
