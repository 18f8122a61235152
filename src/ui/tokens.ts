import { css } from 'lit';

/** Colours, sizes and transitions, each of which a custom property can override. */
export const tokens = css`
  :host {
    --_accent: var(--smooth-accent, #7db6ff);
    --_ink: var(--smooth-controls-color, #fff);
    --_scrim: var(--smooth-scrim-color, rgb(6 8 12));
    --_radius: var(--smooth-radius, 0px);
    --_font: var(--smooth-font, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif);
    --_panel: var(--smooth-panel-background, rgb(22 24 30 / 0.9));
    --_panel-ink: var(--smooth-panel-color, #f2f4f8);
    --_panel-quiet: var(--smooth-panel-quiet-color, #a9b2c1);
    --_panel-hover: rgb(255 255 255 / 0.1);
    --_panel-edge: rgb(255 255 255 / 0.12);
    --_panel-accent: var(--smooth-panel-accent, #7db6ff);
    --_target: var(--smooth-control-size, 44px);
    --_icon: var(--smooth-icon-size, 24px);
    --_ease: cubic-bezier(0.2, 0, 0, 1);
  }
  :host([theme='minimal' i]) {
    --smooth-skip-display: none;
    --smooth-trick-display: none;
    --smooth-chapters-display: none;
    --smooth-pip-display: none;
    --smooth-title-display: none;
  }
  @media (prefers-contrast: more) {
    :host { --_panel: #000; --_panel-ink: #fff; --_panel-quiet: #fff; --_panel-edge: #fff; }
  }
  @media (forced-colors: active) {
    :host { --_panel: Canvas; }
  }
`;

/** The common style of the controls' buttons. */
export const buttonStyles = css`
  *, ::before, ::after { box-sizing: border-box; }
  :host { display: inline-flex; color: inherit; }
  :host([hidden]) { display: none; }
  button {
    all: unset;
    box-sizing: border-box;
    display: inline-grid;
    place-items: center;
    /* Narrower in a narrow player, and no lower. */
    min-inline-size: var(--_slim, var(--_target));
    block-size: var(--_target);
    border-radius: 12px;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
    touch-action: manipulation;
    transition: background-color 160ms var(--_ease), scale 160ms var(--_ease);
  }
  @media (hover: hover) {
    button:hover { background: rgb(255 255 255 / 0.14); }
  }
  button:active { scale: 0.94; }
  button:focus-visible { outline: 2px solid var(--_ink); outline-offset: -3px; box-shadow: 0 0 0 1px rgb(0 0 0 / 0.6); }
  svg { display: block; inline-size: var(--_icon); block-size: var(--_icon); filter: drop-shadow(0 1px 1.5px rgb(0 0 0 / 0.45)); }
  svg .solid { fill: currentColor; }
  @media (prefers-reduced-motion: reduce) {
    button { transition: none; }
    button:active { scale: none; }
  }
  @media (forced-colors: active) {
    button { color: ButtonText; background: ButtonFace; }
    button:focus-visible { outline-color: Highlight; }
    svg { filter: none; }
  }
`;
