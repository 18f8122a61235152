/** The language of an element in the page or, if the page doesn't specify one, the viewer's. A BCP 47 tag. */
export const pageLanguage = (element: Element): string =>
  element.closest<HTMLElement>('[lang]')?.lang || navigator.language;
