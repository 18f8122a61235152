import { css } from 'lit';

export const menuStyles = css`
  .value { display: none; font: 600 13px/1 var(--_font); font-variant-numeric: tabular-nums; text-shadow: 0 1px 2px rgb(0 0 0 / 0.6); }
  @container (inline-size >= 44rem) {
    :host([with-value]) > button { grid-auto-flow: column; gap: 7px; padding-inline: 10px 12px; }
    :host([with-value]) .value { display: block; }
  }
  [popover] {
    position: fixed;
    inset: auto var(--_right, 8px) var(--_bottom, 8px) var(--_left, auto);
    inline-size: max-content;
    min-inline-size: 220px;
    max-inline-size: min(340px, 100vi - 16px);
    max-block-size: min(420px, var(--_room, 60vh));
    margin: 0;
    padding: 6px;
    border: 0;
    border-radius: 16px;
    overflow: auto;
    overscroll-behavior: contain;
    color: var(--_panel-ink);
    background: var(--_panel);
    box-shadow: 0 0 0 1px var(--_panel-edge), 0 12px 40px rgb(0 0 0 / 0.28), 0 2px 8px rgb(0 0 0 / 0.16);
    backdrop-filter: blur(22px) saturate(1.6);
    font: 500 14px/1.3 var(--_font);
    opacity: 0;
    translate: 0 8px;
    transition: opacity 140ms var(--_ease), translate 180ms var(--_ease), display 180ms allow-discrete, overlay 180ms allow-discrete;
  }
  [popover]:popover-open { opacity: 1; translate: none; }
  @starting-style { [popover]:popover-open { opacity: 0; translate: 0 8px; } }
  .heading { padding: 8px 12px 6px; color: var(--_panel-quiet); font-size: 12px; letter-spacing: 0.02em; }
  .item {
    display: grid;
    grid-template-columns: 18px 1fr auto;
    justify-items: start;
    gap: 10px;
    inline-size: 100%;
    block-size: auto;
    min-block-size: 38px;
    padding-inline: 10px 12px;
    border-radius: 10px;
    text-align: start;
  }
  .item:has(smooth-preview) { grid-template-columns: 18px 96px 1fr auto; align-items: center; padding-block: 4px; }
  @media (pointer: coarse) { .item { min-block-size: 46px; } }
  .item:active { scale: none; }
  .item:focus-visible { outline: 2px solid var(--_panel-accent); outline-offset: -2px; box-shadow: none; }
  .item:is(:hover, :focus) { background: var(--_panel-hover); }
  .item[role='menuitem'] { margin-block-start: 6px; border-block-start: 1px solid var(--_panel-edge); border-start-start-radius: 0; border-start-end-radius: 0; }
  .item[aria-checked='true'] .label { font-weight: 650; }
  .check { color: var(--_panel-accent); }
  .check svg { --_icon: 18px; filter: none; }
  .note { color: var(--_panel-quiet); font-size: 12.5px; font-variant-numeric: tabular-nums; }
  @media (max-width: 30rem) {
    [popover] {
      inset: auto 0 0;
      inline-size: auto;
      max-inline-size: none;
      max-block-size: 70vh;
      padding: 8px 8px calc(8px + env(safe-area-inset-bottom));
      border-radius: 20px 20px 0 0;
      translate: 0 40px;
    }
    @starting-style { [popover]:popover-open { translate: 0 40px; } }
    [popover]::backdrop { background: rgb(0 0 0 / 0.4); }
    .item { min-block-size: 46px; }
  }
  @media (prefers-reduced-motion: reduce) { [popover] { transition: none; } }
  @media (forced-colors: active) {
    [popover] { border: 1px solid CanvasText; }
    .item[aria-checked='true'] { outline: 1px solid Highlight; }
  }
`;
