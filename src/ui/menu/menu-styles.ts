import { css } from 'lit';

export const menuStyles = css`
  *, ::before, ::after { box-sizing: border-box; }
  :host { display: contents; }
  [popover] {
    position: fixed;
    inset: var(--_top, auto) var(--_right, 8px) var(--_bottom, 8px) var(--_left, auto);
    inline-size: max-content;
    min-inline-size: min(268px, var(--_width, 268px));
    max-inline-size: min(360px, max(240px, var(--_width, 360px)), 100vi - 16px);
    max-block-size: min(440px, var(--_room, 60vh));
    margin: 0;
    padding: 6px;
    border: 0;
    border-radius: 14px;
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    scrollbar-color: rgb(255 255 255 / 0.4) transparent;
    color: var(--_panel-ink);
    background: var(--_panel);
    box-shadow: 0 0 0 1px var(--_panel-edge), 0 12px 40px rgb(0 0 0 / 0.45), 0 2px 8px rgb(0 0 0 / 0.3);
    backdrop-filter: blur(24px) saturate(1.6);
    font: 500 14px/1.3 var(--_font);
    opacity: 0;
    translate: 0 8px;
    transition: opacity 140ms var(--_ease), translate 180ms var(--_ease), display 180ms allow-discrete, overlay 180ms allow-discrete;
  }
  [popover]:popover-open { opacity: 1; translate: none; }
  @starting-style { [popover]:popover-open { opacity: 0; translate: 0 8px; } }
  .page { animation: 200ms var(--_ease) from-end; }
  .page.root { animation-name: from-start; }
  .page.first { animation: none; }
  @keyframes from-end { from { opacity: 0; translate: calc(18px * var(--_to, 1)) 0; } }
  @keyframes from-start { from { opacity: 0; translate: calc(-18px * var(--_to, 1)) 0; } }
  [popover]:dir(rtl) { --_to: -1; }
  .heading { padding: 8px 12px 6px; color: var(--_panel-quiet); font-size: 12px; letter-spacing: 0.02em; }
  .item {
    all: unset;
    box-sizing: border-box;
    display: grid;
    /* Words of labels stay whole; notes are cut before. */
    grid-template-columns: 22px minmax(min-content, 1fr) minmax(0, auto) auto;
    align-items: center;
    gap: 12px;
    inline-size: 100%;
    min-block-size: 40px;
    padding-block: 4px;
    padding-inline: 10px 12px;
    border-radius: 9px;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  .item svg { display: block; inline-size: 22px; block-size: 22px; }
  .item svg .solid { fill: currentColor; }
  .item .next svg { inline-size: 16px; block-size: 16px; opacity: 0.6; }
  .item:dir(rtl) :is(.next, .before) svg { scale: -1 1; }
  .item:has(.note) { gap: 8px 12px; }
  .item:has(smooth-preview) { grid-template-columns: 20px 96px 1fr auto; padding-block: 5px; }
  .item:focus-visible { outline: 2px solid var(--_panel-accent); outline-offset: -2px; }
  .item:is(:hover, :focus) { background: var(--_panel-hover); }
  .item.back { margin-block-end: 6px; font-weight: 650; }
  .item.back::after { content: ''; position: absolute; }
  hr { block-size: 1px; margin: 6px 8px; border: 0; background: var(--_panel-edge); }
  .item[aria-checked='true'] .label { font-weight: 650; }
  .check { color: var(--_panel-accent); }
  .label { min-inline-size: 0; overflow-wrap: break-word; }
  .note {
    max-inline-size: 15ch;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--_panel-quiet);
    font-size: 13px;
    font-variant-numeric: tabular-nums;
  }
  .item.choice .note { max-inline-size: none; }
  @container (inline-size < 20rem) {
    .item:has(smooth-preview) { grid-template-columns: 20px 1fr auto; }
    .item smooth-preview { display: none; }
  }
  @media (pointer: coarse) { .item { min-block-size: 48px; } }
  @media (max-width: 30rem) {
    [popover] {
      inset: auto 0 0;
      inline-size: auto;
      max-inline-size: none;
      max-block-size: max(70vh, min(100vh - 8px, 300px));
      padding: 8px 8px calc(8px + env(safe-area-inset-bottom));
      border-radius: 18px 18px 0 0;
      translate: 0 40px;
    }
    @starting-style { [popover]:popover-open { translate: 0 40px; } }
    [popover]::backdrop { background: rgb(0 0 0 / 0.4); }
    .item { min-block-size: 46px; }
  }
  @media (max-width: 16rem) { .item { gap: 8px; padding-inline: 8px; } }
  @media (prefers-reduced-motion: reduce) { [popover] { transition: none; } .page { animation: none; } }
  @media (forced-colors: active) {
    [popover] { border: 1px solid CanvasText; }
    .item[aria-checked='true'] { outline: 1px solid Highlight; }
    .item:focus-visible { outline: 2px solid Highlight; }
  }
`;
