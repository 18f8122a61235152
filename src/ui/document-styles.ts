import type { CSSResultOrNative, LitElement, ReactiveElement } from 'lit';

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

type ElementClass = typeof ReactiveElement & { readonly prototype: LitElement };

/** An element that was moved to another document looks as before there. */
export async function restyle(element: Element): Promise<void> {
  await loadElements();
  styleTree(element);
}

/** Style sheets belong to a document: an element that leaves it loses them, also in its shadow tree. */
export function styleTree(element: Element): void {
  const { shadowRoot, ownerDocument } = element;
  if (!shadowRoot || !ownerDocument.defaultView) return;
  adoptStyles(shadowRoot, element);
  for (const child of shadowRoot.querySelectorAll('*')) styleTree(child);
}

const sheets = new WeakMap<Document, WeakMap<CSSResultOrNative, CSSStyleSheet>>();

function adoptStyles(root: ShadowRoot, element: Element): void {
  const { elementStyles = [] } = element.constructor as Partial<ElementClass>;
  root.adoptedStyleSheets = elementStyles.map((style) => sheetFor(style, element.ownerDocument));
}

function sheetFor(style: CSSResultOrNative, owner: Document): CSSStyleSheet {
  if (style instanceof CSSStyleSheet) return style;
  if (owner === document && style.styleSheet) return style.styleSheet;
  const known = sheets.get(owner) ?? new WeakMap<CSSResultOrNative, CSSStyleSheet>();
  sheets.set(owner, known);
  const sheet = known.get(style) ?? new (owner.defaultView as Window & typeof globalThis).CSSStyleSheet();
  if (!known.has(style)) sheet.replaceSync(style.cssText);
  known.set(style, sheet);
  return sheet;
}

/** All of the elements are there, and get the style sheets of the document that they are created in. */
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
    if (one) adapt(one as unknown as ElementClass);
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

function adapt({ prototype }: ElementClass): void {
  if (!Object.hasOwn(prototype, 'createRenderRoot'))
    Object.defineProperty(prototype, 'createRenderRoot', { value: createRenderRoot });
}

/** As Lit's, with style sheets of the element's own document. */
function createRenderRoot(this: LitElement): ShadowRoot {
  const { shadowRootOptions } = this.constructor as ElementClass;
  const root = this.shadowRoot ?? this.attachShadow(shadowRootOptions);
  adoptStyles(root, this);
  this.renderOptions.renderBefore ??= root.firstChild;
  return root;
}
