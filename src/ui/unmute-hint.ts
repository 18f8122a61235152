import { html, nothing } from 'lit';
import { mutedIcon } from './icons.ts';
import type { LateHost, LatePart } from './late-part.ts';
import { ControlRequestEvent } from './requests.ts';

const LOOK = `
  position: absolute; inset-block-start: clamp(10px, 2.4cqi, 24px); inset-inline-start: clamp(10px, 2.4cqi, 24px);
  display: inline-flex; align-items: center; gap: 8px; min-block-size: 44px; padding: 0 18px 0 12px; border: 0; border-radius: 22px;
  color: #10131a; background: #fff; font: 600 15px/1 var(--_font); cursor: pointer; pointer-events: auto;
`;

/** The button that turns the sound on, while `autoplay="any"` has started without it. */
export function open(host: LateHost): LatePart {
  let isDue = true;
  host.addEventListener('volumechange', () => {
    isDue &&= host.muted;
  });
  host.addEventListener('autoplayblocked', () => {
    isDue = true;
  });
  return {
    render: ({ unmute }) =>
      isDue && host.controls && host.muted && !host.paused
        ? html`<button class="unmute" part="unmute" type="button" .style=${LOOK} @click=${ask}>${mutedIcon}${unmute}</button>`
        : nothing,
  };
}

function ask({ currentTarget }: Event): void {
  currentTarget?.dispatchEvent(new ControlRequestEvent({ type: 'toggle-mute' }));
}
