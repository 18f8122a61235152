import { adapt } from './document-styles.ts';

/** Elements that may be created in another document. */
const TAGS = [
  'player',
  'video',
  'play-button',
  'seek-bar',
  'time-display',
  'volume',
  'control-button',
  'error-view',
  'menu',
  'captions',
  'caption-style',
  'preview',
  'feedback',
  'stats-view',
  'keys-sheet',
  'live-button',
  'live-notice',
].map((name) => `smooth-${name}`);

/** Defines all elements, and gives each the style sheets of the document that it is created in. */
export async function loadElements(): Promise<void> {
  const parts = await Promise.all([
    import('./menu/menu.ts'),
    import('./feedback.ts'),
    import('./preview.ts'),
    import('./error-view.ts'),
    import('./text/captions-overlay.ts'),
    import('./text/style-dialog.ts'),
    import('./stats-view.ts'),
    import('./keys-sheet.ts'),
    import('./live/live-controls.ts'),
  ]);
  const [menu, feedback, preview, errors, captions, style, stats, keys, live] = parts;
  // Before they are defined: some are in the player already.
  for (const one of [
    menu.SmoothMenu,
    feedback.SmoothFeedback,
    preview.SmoothPreview,
    errors.SmoothErrorView,
    captions.SmoothCaptions,
    style.SmoothCaptionStyle,
    stats.SmoothStatsView,
    keys.SmoothKeysSheet,
    live.SmoothLiveButton,
    live.SmoothLiveNotice,
    ...TAGS.map((tag) => customElements.get(tag)),
  ])
    if (one) adapt(one);
  for (const define of [
    menu.defineMenu,
    feedback.defineFeedback,
    preview.definePreview,
    errors.defineErrorView,
    captions.defineCaptions,
    style.defineCaptionStyle,
    stats.defineStatsView,
    keys.defineKeysSheet,
    live.defineLiveControls,
  ])
    define();
}
