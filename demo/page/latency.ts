import { html, nothing, render } from 'lit';
import type { SmoothPlayerElement } from '../../src/element.ts';

const READ_EVERY_MS = 500;

/** Actual and target latency of a live title. */
export function showLatency(player: SmoothPlayerElement, place: HTMLElement): void {
  setInterval(() => render(words(player), place), READ_EVERY_MS);
}

function words({ player: { live }, readyState }: SmoothPlayerElement) {
  if (live.source === 'ended') return html`The event is over`;
  if (!live.isLive || readyState === 0 || Number.isNaN(live.latency)) return nothing;
  if (live.source === 'stopped') return html`The source has stopped`;
  if (live.source === 'unreachable') return html`No connection to the source`;
  return html`<b>${live.latency.toFixed(1)} s</b> behind the encoder, aims at ${live.targetLatency.toFixed(1)} s`;
}
