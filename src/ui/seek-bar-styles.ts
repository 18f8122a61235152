import { css } from 'lit';

export const seekBarStyles = css`
  *, ::before, ::after { box-sizing: border-box; }
  :host { display: block; }
  :host([hidden]) { display: none; }
  .bar {
    position: relative;
    display: flex;
    align-items: center;
    block-size: 24px;
    cursor: pointer;
    touch-action: none;
    -webkit-tap-highlight-color: transparent;
  }
  @media (pointer: coarse) { .bar { block-size: 32px; } }
  input { position: absolute; inset: 0; margin: 0; opacity: 0; pointer-events: none; }
  .track {
    position: relative;
    flex: 1;
    block-size: 6px;
    border-radius: 3px;
    overflow: hidden;
    /* Hollow, filled, and higher where it is played: opaque, and each with three times the contrast of the one before. */
    --_filled: #5d6066;
    background:
      linear-gradient(#0a0c10 0 0) center / calc(100% - 2px) calc(100% - 4px) no-repeat,
      linear-gradient(var(--_filled) 0 0) center / 100% calc(100% - 2px) no-repeat;
    transition: block-size 140ms var(--_ease);
  }
  .buffered { position: absolute; inset-block: 1px; background: var(--_filled); }
  .played { position: absolute; inset: 0; background: var(--_accent); transform-origin: left; transform: scaleX(0); }
  .mark { position: absolute; inset-block: 0; inline-size: 3px; margin-inline-start: -1.5px; background: rgb(6 8 12 / 0.75); }
  .knob { position: absolute; inset-inline: 0; pointer-events: none; }
  .knob::before {
    content: '';
    display: block;
    inline-size: 14px;
    block-size: 14px;
    margin-inline-start: -7px;
    border-radius: 50%;
    background: var(--_ink);
    box-shadow: 0 1px 4px rgb(0 0 0 / 0.5);
    scale: 0;
    transition: scale 140ms var(--_ease);
  }
  :host([gliding]) .bar:not([data-dragging]) :is(.played, .knob) { transition: transform 260ms linear; }
  .bar:is(:hover, [data-dragging], :focus-within) .track { block-size: 8px; }
  .bar:is(:hover, [data-dragging], :focus-within) .knob::before { scale: 1; }
  .bar[data-dragging] .knob::before { scale: 1.2; }
  @media (pointer: coarse) { .knob::before { scale: 1; } }
  input:focus-visible ~ .track { outline: 2px solid var(--_ink); outline-offset: 4px; }
  .tooltip {
    position: absolute;
    inset-block-end: calc(100% + 4px);
    left: clamp(var(--_half, 28px), var(--_at, 0) * 100%, 100% - var(--_half, 28px));
    translate: -50% 0;
    padding: 5px 9px;
    border-radius: 8px;
    background: rgb(12 15 22 / 0.82);
    backdrop-filter: blur(10px);
    color: #fff;
    font: 600 12px/1.2 var(--_font);
    font-variant-numeric: tabular-nums;
    pointer-events: none;
  }
  .tooltip:has(smooth-preview[has-picture]) { padding: 4px 4px 5px; text-align: center; }
  smooth-preview { margin-block-end: 4px; }
  smooth-preview:not([has-picture]) { display: none; }
  @container (inline-size < 20rem) { smooth-preview { display: none; } }
  .chapter { display: block; max-inline-size: 240px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .tooltip[hidden] { display: none; }
  @media (prefers-contrast: more) {
    .track { outline: 1px solid #fff; outline-offset: 1px; }
    .knob::before { scale: 1; }
  }
  @media (prefers-reduced-motion: reduce) {
    .track, .knob::before { transition: none; }
    :host([gliding]) .bar:not([data-dragging]) :is(.played, .knob) { transition: none; }
  }
  @media (forced-colors: active) {
    .track { block-size: 8px; background: Canvas; border: 1px solid CanvasText; forced-color-adjust: none; }
    .buffered { inset-block: 2px; background: CanvasText; }
    .mark { background: CanvasText; }
    .played { background: Highlight; }
    .knob::before { scale: 1; background: Highlight; forced-color-adjust: none; }
  }
`;
