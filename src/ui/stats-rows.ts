import type { LiveInfo } from '../player/live/live-info.ts';
import type { PlayerStats, QualityDecision } from '../player/report/stats.ts';
import type { Quality } from '../player/tracks.ts';
import type { StatsStrings } from './stats-strings.ts';
import { fill } from './texts.ts';
import { bitrateText, clockText, numberText } from './time-text.ts';

/** The statistics as pairs of name and text. Reasons, codecs and kinds of repairs are codes, the same in any language. */
export function statsRows(
  stats: PlayerStats,
  live: LiveInfo,
  strings: StatsStrings,
): readonly (readonly [name: string, value: string])[] {
  const { language } = strings;
  const { bufferAhead, startup, stalls } = stats;
  const count = (value: number) => numberText(value, language);
  const seconds = (value: number | undefined) => secondsText(value, language);
  const bitrate = (value: number) => bitrateText(value, language);
  const stalled = stalls.reduce((sum, stall) => sum + stall.duration, 0);
  const repairs = Object.entries(stats.repairs).map(([kind, times]) => `${kind} ${count(times)}`);
  return [
    [strings.playing, qualityText(stats.playing, language)],
    [strings.loading, qualityText(stats.loading, language)],
    [strings.estimate, stats.estimate === undefined ? '–' : bitrate(stats.estimate)],
    ...(stats.decision ? [[strings.decision, decisionText(stats.decision, language)] as const] : []),
    [strings.buffer, `video ${seconds(bufferAhead.video)}, audio ${seconds(bufferAhead.audio)}`],
    ...(live.isLive ? [[strings.latency, latencyText(live, strings)] as const] : []),
    [
      strings.frames,
      fill(strings.framesValue, { decoded: count(stats.decodedFrames), dropped: count(stats.droppedFrames) }),
    ],
    [strings.switches, count(stats.switches)],
    [strings.stalls, stalls.length === 0 ? strings.noStalls : `${count(stalls.length)}, ${seconds(stalled)}`],
    [
      strings.network,
      fill(strings.networkValue, {
        size: `${numberText(stats.bytes / 1e6, language, 1)} MB`,
        requests: count(stats.requests),
        retries: count(stats.retries),
      }),
    ],
    [
      strings.startup,
      [startup.manifestMs, startup.firstFragmentMs, startup.firstFrameMs]
        .map((ms) => (ms === undefined ? '–' : `${count(ms)} ms`))
        .join(' · '),
    ],
    ...(stats.skipped.length > 0
      ? [
          [
            strings.skipped,
            stats.skipped
              .map(({ start, end }) => `${clockText(start, { language })}–${clockText(end, { language })}`)
              .join(', '),
          ] as const,
        ]
      : []),
    ...(repairs.length > 0 ? [[strings.repairs, repairs.join(', ')] as const] : []),
  ];
}

function qualityText(quality: Quality | undefined, language: string): string {
  return quality ? `${quality.label} · ${bitrateText(quality.bitrate, language)} · ${quality.codec}` : '–';
}

/** The reason, then the input of the decision. */
function decisionText({ reason, bitrate, ...seen }: QualityDecision, language: string): string {
  const { estimate, bufferAhead, bufferGoal, firstByte } = seen;
  const line = `bandwidth ${bitrateText(estimate, language)}, first byte ${Math.round(firstByte * 1000)} ms`;
  return `${reason}: ${bitrateText(bitrate, language)} · ${line}, buffer ${bufferAhead.toFixed(1)} of ${bufferGoal.toFixed(0)} s`;
}

function latencyText({ latency, targetLatency, source, window }: LiveInfo, strings: StatsStrings): string {
  const { language } = strings;
  const text = fill(strings.latencyValue, {
    latency: secondsText(latency, language),
    target: secondsText(targetLatency, language),
  });
  return `${text} · ${source} · DVR ${clockText(window.end - window.start, { language })}`;
}

function secondsText(value: number | undefined, language: string): string {
  if (value === undefined) return '–';
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${format.format(value)} s`;
}
