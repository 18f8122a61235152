import { css } from 'lit';

export const playerStyles = css`
  *, ::before, ::after { box-sizing: border-box; }
  :host { display: block; container-type: inline-size; color: var(--_ink); border-radius: var(--_radius); overflow: clip; }
  :host(:not([width])) { inline-size: auto; }
  :host(:fullscreen) { border-radius: 0; }
  .stage { position: relative; inline-size: 100%; block-size: 100%; overflow: clip; outline: none; touch-action: manipulation; font-family: var(--_font); }
  .stage[data-quiet] { cursor: none; }
  .layer { position: absolute; inset: 0; pointer-events: none; }
  slot[name='overlay'], slot[name='poster'] { position: absolute; inset: 0; display: block; pointer-events: none; }
  ::slotted([slot='overlay']) { pointer-events: auto; }
  ::slotted([slot='poster']) { inline-size: 100%; block-size: 100%; object-fit: cover; }

  .controls { display: flex; flex-direction: column; justify-content: flex-end; transition: opacity 260ms var(--_ease); }
  .controls::before, .controls::after {
    content: '';
    position: absolute;
    inset-inline: 0;
    z-index: -1;
    pointer-events: none;
    background: linear-gradient(to top, var(--_scrim), color-mix(in oklab, var(--_scrim) 62%, transparent) 40%, transparent);
  }
  .controls { isolation: isolate; }
  .controls::after { inset-block-end: 0; block-size: max(136px, 28%); opacity: 0.9; }
  .controls::before { inset-block-start: 0; block-size: 96px; rotate: 180deg; opacity: 0; }
  .controls[data-titled]::before { opacity: 0.62; }
  [data-quiet] .controls { opacity: 0; }
  [data-quiet] .controls * { pointer-events: none; }
  .top {
    position: absolute;
    inset-block-start: 0;
    inset-inline: 0;
    display: flex;
    gap: 12px;
    padding: clamp(12px, 2cqi, 22px) clamp(14px, 2.4cqi, 26px);
    font: 600 clamp(14px, 1.9cqi, 19px) / 1.3 var(--_font);
    text-shadow: 0 1px 3px rgb(0 0 0 / 0.6);
  }
  .title { flex: 1; min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .bar { position: relative; padding: 0 clamp(6px, 1.4cqi, 16px) clamp(2px, 0.8cqi, 8px); pointer-events: auto; }
  .bar smooth-seek-bar { margin-inline: 8px; }
  .row { display: flex; align-items: center; block-size: 46px; }
  smooth-seek-bar:not([hidden]) { display: var(--smooth-seek-bar-display, block); }
  .row > smooth-play-button { display: var(--smooth-play-display, inline-flex); }
  smooth-volume { display: var(--smooth-volume-display, flex); }
  smooth-time-display { display: var(--smooth-time-display, block); }
  smooth-live-button { display: var(--smooth-live-display, inline-flex); }
  .settings { display: var(--smooth-settings-display, inline-flex); }
  .fullscreen { display: var(--smooth-fullscreen-display, inline-flex); }
  .remote { display: var(--smooth-remote-display, inline-flex); }
  :host([controlslist~='nofullscreen' i]) .fullscreen { display: none; }
  .title { display: var(--smooth-title-display, block); }
  .big { display: var(--smooth-center-display, inline-flex); }
  .middle { display: block; flex: 1; min-inline-size: 0; }
  .row > :not(.middle, smooth-time-display) { flex: none; }
  .row > smooth-time-display { flex: 0 1 auto; min-inline-size: 0; margin-inline: 6px; }
  .center { position: absolute; inset: 0; display: grid; place-items: center; pointer-events: none; }
  .center > * { grid-area: 1 / 1; pointer-events: auto; }
  .big { transition: opacity 200ms var(--_ease), scale 260ms var(--_ease), visibility 200ms; }
  .big[data-off] { opacity: 0; scale: 0.8; visibility: hidden; }
  .spinner { display: block; pointer-events: none; opacity: 0; animation: appear 200ms 300ms forwards; }
  .ring {
    inline-size: clamp(36px, 9cqi, 64px);
    aspect-ratio: 1;
    border-radius: 50%;
    background: conic-gradient(from 40deg, transparent 12%, #fff);
    mask: radial-gradient(closest-side, transparent calc(100% - 4.5px), #000 calc(100% - 4px));
    animation: turn 900ms linear infinite;
    filter: drop-shadow(0 1px 4px rgb(0 0 0 / 0.5));
  }
  @keyframes appear { to { opacity: 1; } }
  @keyframes turn { to { rotate: 1turn; } }
  .said {
    position: absolute;
    inset-block-start: clamp(14px, 9cqi, 72px);
    inset-inline: 0;
    inline-size: max-content;
    margin-inline: auto;
    padding: 8px 15px;
    border-radius: 20px;
    background: rgb(12 15 22 / 0.66);
    backdrop-filter: blur(12px);
    font: 600 14px/1.2 var(--_font);
    font-variant-numeric: tabular-nums;
    opacity: 0;
    pointer-events: none;
  }
  .said.rate { opacity: 1; }
  .said[data-shown] { animation: say 1100ms var(--_ease); }
  @keyframes say { 0%, 70% { opacity: 1; } 100% { opacity: 0; } }
  .unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

  @media (pointer: coarse) {
    .controls .row smooth-play-button { display: none; }
  }
  @container (inline-size < 26rem) {
    .bar { padding-inline: 2px; }
    .bar smooth-seek-bar { margin-inline: 10px; }
    .row { block-size: 42px; --_slim: 40px; }
  }
  @container (inline-size < 18rem) {
    .bar { padding-block-start: 16px; }
    .row { --_slim: 36px; justify-content: space-between; }
    .row > smooth-time-display { position: absolute; inset-block-start: 0; inset-inline-start: 6px; }
    .row > smooth-live-button { position: absolute; inset-block-start: -14px; inset-inline-end: 4px; }
    .middle { flex: none; }
    /* There is no room for both. */
    :host(:state(captions)) .title { display: none; }
  }
  @media (prefers-contrast: more) {
    .controls::before, .controls::after { background: linear-gradient(to top, #000 70%, transparent); opacity: 1; }
    .controls:not([data-titled])::before { opacity: 0; }
  }
  @media (prefers-reduced-motion: reduce) {
    .controls, .big { transition: none; }
    .ring { animation-duration: 2.4s; }
  }
  @media (forced-colors: active) {
    .controls::before, .controls::after { background: none; }
    .bar { background: Canvas; }
    .said { border: 1px solid CanvasText; }
    .ring { background: conic-gradient(Canvas, CanvasText); forced-color-adjust: none; }
  }
`;
