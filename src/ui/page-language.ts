/** The language of an element's surroundings or, where the page doesn't say, the viewer's. A BCP 47 tag. */
export const pageLanguage = (element: Element): string =>
  element.closest<HTMLElement>('[lang]')?.lang || navigator.language;
