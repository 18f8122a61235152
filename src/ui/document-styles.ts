import type { CSSResultOrNative, LitElement, ReactiveElement } from 'lit';

type ElementClass = typeof ReactiveElement & { readonly prototype: LitElement };

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

/** Gives an element's class the style sheets of the document that an element is created in. */
export function adapt(element: CustomElementConstructor): void {
  const { prototype } = element as unknown as ElementClass;
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
