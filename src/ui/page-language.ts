/**
 * The language of an element: its own `lang`, that of its nearest ancestor, also outside its shadow tree, or else the
 * viewer's. A BCP 47 tag.
 */
export function pageLanguage(element: Element): string {
  const found = element.closest<HTMLElement>('[lang]')?.lang;
  if (found) return found;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? pageLanguage(root.host) : navigator.language;
}
