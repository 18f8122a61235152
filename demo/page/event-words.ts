import * as events from '../../src/player/events.ts';
import type { LiveInfo } from '../../src/player/live/live-info.ts';
import type { Quality } from '../../src/player/tracks.ts';

export const EVENT_KINDS = ['playback', 'quality', 'text', 'fragments', 'trouble'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

const KINDS: Readonly<Record<string, EventKind>> = {
  loaded: 'playback',
  loadedmetadata: 'playback',
  play: 'playback',
  playing: 'playback',
  pause: 'playback',
  seeking: 'playback',
  seeked: 'playback',
  ended: 'playback',
  ratechange: 'playback',
  livechange: 'playback',
  trackchange: 'quality',
  qualitychange: 'quality',
  qualityloading: 'quality',
  cuechange: 'text',
  eventadd: 'text',
  event: 'text',
  fragmentload: 'fragments',
  waiting: 'trouble',
  stall: 'trouble',
  recover: 'trouble',
  warning: 'trouble',
  error: 'trouble',
};

export const LOGGED_EVENTS = Object.keys(KINDS);
export const kindOf = (type: string): EventKind => KINDS[type] ?? 'playback';

/** A short summary of the event's fields. */
export function describeEvent(event: Event): string {
  if (event instanceof events.LoadedEvent) return `${event.presentation.streams.length} streams`;
  if (event instanceof events.QualityChangeEvent) {
    return `${event.from ? nameOf(event.from) : 'start'} → ${nameOf(event.to)} (${event.reason})`;
  }
  if (event instanceof events.QualityLoadingEvent) return `${nameOf(event.quality)} (${event.reason})`;
  if (event instanceof events.TrackChangeEvent) return event.kind;
  if (event instanceof events.CueChangeEvent)
    return event.cues.map(({ text }) => text.replaceAll('\n', ' / ')).join(' | ') || 'none';
  if (event instanceof events.TimedEvent) return `${timed(event)}${event.late ? ' (late)' : ''}`;
  if (event instanceof events.EventAddEvent) return timed(event);
  if (event instanceof events.FragmentLoadEvent) return fragment(event.fragment);
  if (event instanceof events.StallEvent) return `at ${event.stall.at.toFixed(2)} s: ${event.stall.cause}`;
  if (event instanceof events.RecoverEvent) return `after ${event.stall.duration.toFixed(2)} s`;
  if (event instanceof events.FatalErrorEvent || event instanceof events.WarningEvent)
    return event.error.message;
  // The element's copy is a plain event.
  if (event.type === 'livechange' && 'live' in event) return liveWords(event.live as LiveInfo);
  const { target } = event;
  return target instanceof HTMLElement && 'currentTime' in target
    ? `at ${Number(target.currentTime).toFixed(2)} s`
    : '';
}

function timed({ track, cue }: events.TimedEvent | events.EventAddEvent): string {
  const what = cue.text ?? cue.command ?? (cue.scte35 ? 'SCTE-35' : `${cue.data.length} bytes`);
  return `${track.name} at ${cue.start.toFixed(2)} s: ${what}`;
}

function fragment({ stream, bitrate, start, end, bytes, firstByteMs, bodyMs }: events.FragmentLoad): string {
  const speed = bodyMs > 0 ? `, ${((bytes * 8) / bodyMs / 1000).toFixed(1)} Mbit/s` : '';
  const rate = `${Math.round(bitrate / 1000)} kbit/s`;
  const sizes = `${Math.round(bytes / 1024)} KB in ${Math.round(firstByteMs + bodyMs)} ms${speed}`;
  return `${stream} ${start.toFixed(2)}–${end.toFixed(2)} s at ${rate}: ${sizes}`;
}

function liveWords({ source, atEdge, targetLatency }: LiveInfo): string {
  if (source !== 'live') return `the source is ${source ?? 'unknown'}`;
  return `${atEdge ? 'at the edge' : 'behind'}, target ${targetLatency.toFixed(1)} s`;
}

const nameOf = (quality: Quality) => `${quality.label} ${Math.round(quality.bitrate / 1000)} kbit/s`;
