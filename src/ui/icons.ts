import { html, svg, type TemplateResult } from 'lit';

// Drawn on a 24 by 24 grid: solid shapes for transport, round strokes of 1.8 for the rest.
const icon = (drawing: TemplateResult) =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${drawing}</svg>`;
export const stroked = (path: string, solid = '') =>
  icon(
    svg`<path class="solid" d=${solid}/><path d=${path} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>`,
  );
const solid = (path: string) => icon(svg`<path fill="currentColor" d=${path}/>`);

const SPEAKER =
  'M4.2 9.6c0-.5.4-.9.9-.9h2.6l3.6-3.1c.6-.5 1.5-.1 1.5.7v11.4c0 .8-.9 1.2-1.5.7l-3.6-3.1H5.1c-.5 0-.9-.4-.9-.9z';

export const playIcon = solid('M7 5.2c0-1 1.1-1.7 2-1.2l11.2 6.8c.9.5.9 1.8 0 2.4L9 20c-.9.5-2-.1-2-1.2z');
export const pauseIcon = solid(
  'M7.4 4.5h1.7c.8 0 1.4.6 1.4 1.4v12.2c0 .8-.6 1.4-1.4 1.4H7.4c-.8 0-1.4-.6-1.4-1.4V5.9c0-.8.6-1.4 1.4-1.4zm7.5 0h1.7c.8 0 1.4.6 1.4 1.4v12.2c0 .8-.6 1.4-1.4 1.4h-1.7c-.8 0-1.4-.6-1.4-1.4V5.9c0-.8.6-1.4 1.4-1.4z',
);
export const forwardIcon = solid('M3.5 6.2v11.6l8.5-5.8zM12.5 6.2v11.6L21 12z');
export const rewindIcon = solid('M20.5 6.2v11.6L12 12zM11.5 6.2v11.6L3 12z');
export const replayIcon = stroked('M5.2 12.5a7 7 0 1 0 2.2-5.1M7.2 3.5v4.2h4.2');
export const loudIcon = stroked('M15.8 9.2a4 4 0 0 1 0 5.6M18.3 6.6a7.6 7.6 0 0 1 0 10.8', SPEAKER);
export const quietIcon = stroked('M15.8 9.2a4 4 0 0 1 0 5.6', SPEAKER);
export const mutedIcon = stroked('M16.2 9.7l4.6 4.6M20.8 9.7l-4.6 4.6', SPEAKER);
export const chaptersIcon = stroked('M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01M8.5 6.5h11M8.5 12h11M8.5 17.5h11');
export const captionsIcon = stroked(
  'M5.6 5.2h12.8A2.1 2.1 0 0 1 20.5 7.3v9.4a2.1 2.1 0 0 1-2.1 2.1H5.6a2.1 2.1 0 0 1-2.1-2.1V7.3a2.1 2.1 0 0 1 2.1-2.1zM10.6 10.4a2 2 0 1 0 0 3.2M17 10.4a2 2 0 1 0 0 3.2',
);
export const pipIcon = stroked(
  'M10 18.5H5.8A1.8 1.8 0 0 1 4 16.7V7.3a1.8 1.8 0 0 1 1.8-1.8h12.4A1.8 1.8 0 0 1 20 7.3V10',
  'M13.8 12.8h6c.7 0 1.2.5 1.2 1.2v4c0 .7-.5 1.2-1.2 1.2h-6c-.7 0-1.2-.5-1.2-1.2v-4c0-.7.5-1.2 1.2-1.2z',
);
export const enterFullscreenIcon = stroked(
  'M4.5 9V6A1.5 1.5 0 0 1 6 4.5h3M15 4.5h3A1.5 1.5 0 0 1 19.5 6v3M19.5 15v3a1.5 1.5 0 0 1-1.5 1.5h-3M9 19.5H6A1.5 1.5 0 0 1 4.5 18v-3',
);
export const exitFullscreenIcon = stroked(
  'M9 4.5v3A1.5 1.5 0 0 1 7.5 9h-3M19.5 9h-3A1.5 1.5 0 0 1 15 7.5v-3M15 19.5v-3a1.5 1.5 0 0 1 1.5-1.5h3M4.5 15h3A1.5 1.5 0 0 1 9 16.5v3',
);
export const gearIcon = stroked(
  'M9.9 5.3L10.4 2.9L13.6 2.9L14.1 5.3L15.2 5.8L17.4 4.4L19.6 6.6L18.2 8.8L18.7 9.9L21.1 10.4L21.1 13.6L18.7 14.1L18.2 15.2L19.6 17.4L17.4 19.6L15.2 18.2L14.1 18.7L13.6 21.1L10.4 21.1L9.9 18.7L8.8 18.2L6.6 19.6L4.4 17.4L5.8 15.2L5.3 14.1L2.9 13.6L2.9 10.4L5.3 9.9L5.8 8.8L4.4 6.6L6.6 4.4L8.8 5.8zM15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0z',
);
const skipIcon = (arrow: string) =>
  icon(
    svg`<path d=${arrow} fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/><text x="12" y="16" fill="currentColor" font-size="7.2" font-weight="700" font-family="system-ui, sans-serif" text-anchor="middle">10</text>`,
  );
export const skipBackIcon = skipIcon('M4.2 10.4a8.2 8.2 0 1 1-.4 3.6M4 5.4v5h5');
export const skipForwardIcon = skipIcon('M19.8 10.4a8.2 8.2 0 1 0 .4 3.6M20 5.4v5h-5');
