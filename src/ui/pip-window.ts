import type { CSSResultOrNative, LitElement, ReactiveElement } from 'lit';
import { pageLanguage } from './page-language.ts';
import type { SmoothVideoElement } from './smooth-video.ts';

/** Document Picture-in-Picture, which TypeScript doesn't know yet. */
interface PipWindows {
  requestWindow(size: { readonly width: number; readonly height: number }): Promise<Window>;
}

/** CSS pixels. */
const WIDTH = 480;

/** Elements that may be created in the window. */
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

/** Moves a player with its controls into a window that stays in front; closing that moves it back. */
export async function openPipWindow(element: SmoothVideoElement): Promise<void> {
  const { videoWidth, videoHeight } = element;
  const size = { width: WIDTH, height: Math.round((WIDTH * (videoHeight || 9)) / (videoWidth || 16)) };
  const windows = Reflect.get(globalThis, 'documentPictureInPicture') as PipWindows;
  // At the same time, because the user activation doesn't last.
  const [opened, loaded] = await Promise.allSettled([windows.requestWindow(size), loadElements()]);
  if (opened.status === 'rejected') throw opened.reason;
  const pip = opened.value;
  if (loaded.status === 'rejected') {
    pip.close();
    throw loaded.reason;
  }
  const { document: inside } = pip;
  inside.documentElement.lang = pageLanguage(element);
  inside.title = document.title;
  inside.body.style.cssText = 'margin: 0; overflow: hidden; background: #000';
  // The page's style sheets don't apply there.
  for (const [name, value] of element.computedStyleMap())
    if (name.startsWith('--smooth-')) inside.body.style.setProperty(name, String(value));

  const place = placeholderOf(element);
  element.before(place);
  move(element, inside.body);
  element.dispatchEvent(new Event('enterpictureinpicture'));
  pip.addEventListener(
    'pagehide',
    () => {
      // The page may have moved it meanwhile.
      if (element.ownerDocument === inside) move(element, place.parentNode ?? document.body, place);
      place.remove();
      element.dispatchEvent(new Event('leavepictureinpicture'));
    },
    { once: true },
  );
}

/** Keeps the element's room in the page. */
function placeholderOf(element: HTMLElement): HTMLElement {
  const place = document.createElement('div');
  place.style.cssText = `inline-size: ${element.offsetWidth}px; block-size: ${element.offsetHeight}px; background: #000`;
  place.slot = element.slot;
  return place;
}

function move(element: HTMLElement, to: Node, before: Node | null = null): void {
  to.insertBefore(element, before);
  styleTree(element);
}

/** Style sheets belong to a document: an element that leaves it loses them, also in its shadow tree. */
function styleTree(element: Element): void {
  const { shadowRoot } = element;
  if (!shadowRoot) return;
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
async function loadElements(): Promise<void> {
  const [{ defineMenu }, { defineFeedback }, { definePreview }, { defineErrorView }, { defineCaptions }] =
    await Promise.all([
      import('./menu/menu.ts'),
      import('./feedback.ts'),
      import('./preview.ts'),
      import('./error-view.ts'),
      import('./text/captions-overlay.ts'),
      import('./text/style-dialog.ts').then(({ defineCaptionStyle }) => defineCaptionStyle()),
      import('./stats-view.ts').then(({ defineStatsView }) => defineStatsView()),
      import('./keys-sheet.ts').then(({ defineKeysSheet }) => defineKeysSheet()),
      import('./live/live-controls.ts').then(({ defineLiveControls }) => defineLiveControls()),
    ]);
  for (const define of [defineMenu, defineFeedback, definePreview, defineErrorView, defineCaptions]) define();
  for (const tag of TAGS) {
    const found = customElements.get(tag) as ElementClass | undefined;
    if (found && !Object.hasOwn(found.prototype, 'createRenderRoot'))
      Object.defineProperty(found.prototype, 'createRenderRoot', { value: createRenderRoot });
  }
}

/** As Lit's, with style sheets of the element's own document. */
function createRenderRoot(this: LitElement): ShadowRoot {
  const { shadowRootOptions } = this.constructor as ElementClass;
  const root = this.shadowRoot ?? this.attachShadow(shadowRootOptions);
  adoptStyles(root, this);
  this.renderOptions.renderBefore ??= root.firstChild;
  return root;
}
