import { html, render } from 'lit';
import type { SmoothPlayerElement } from '../../src/element.ts';
import { saveDiagnostics } from '../../src/ui/save-diagnostics.ts';
import { bitrateText } from '../../src/ui/time-text.ts';

const READ_EVERY_MS = 500;

/** The last decision of the heuristics, its reason and its input. */
export function showDecision({ player }: SmoothPlayerElement, place: HTMLElement): void {
  const show = () => {
    const { decision } = player.getStats();
    if (!decision) {
      render(html`<p class="empty">Nothing was decided yet.</p>`, place);
      return;
    }
    const { reason, bitrate, estimate, bufferAhead, bufferGoal, firstByte } = decision;
    const rows = [
      ['Requested', `${bitrateText(bitrate)} (${reason})`],
      ['Bandwidth', bitrateText(estimate)],
      ['Buffer', `${bufferAhead.toFixed(1)} of ${bufferGoal.toFixed(0)} s`],
      ['First byte', `${Math.round(firstByte * 1000)} ms`],
    ];
    render(
      html`<table><tbody>${rows.map(([name, value]) => html`<tr><td>${name}</td><td>${value}</td></tr>`)}</tbody></table>`,
      place,
    );
  };
  setInterval(show, READ_EVERY_MS);
  show();
}

export function offerDiagnostics({ player }: SmoothPlayerElement, button: HTMLElement): void {
  button.addEventListener('click', () => void saveDiagnostics(player));
}
