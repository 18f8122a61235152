const alternatives = new WeakMap<HTMLMediaElement, readonly HTMLSourceElement[]>();

/**
 * Sets what an element may play on another device, such as a television by AirPlay, which can't use a media source.
 * Applies to media sources that are attached later.
 */
export function setAlternatives(media: HTMLMediaElement, sources: readonly HTMLSourceElement[]): void {
  alternatives.set(media, sources);
}

/**
 * Adds a URL and its alternatives to the element as `<source>` children; returns a function that removes them, or
 * `undefined` if there are none.
 */
export function attachWithAlternatives(media: HTMLMediaElement, url: string): (() => void) | undefined {
  const others = alternatives.get(media) ?? [];
  if (others.length === 0) return undefined;
  const own = Object.assign(document.createElement('source'), { src: url, type: 'video/mp4' });
  const children = [own, ...others.map((source) => source.cloneNode() as HTMLSourceElement)];
  media.removeAttribute('src');
  media.prepend(...children);
  media.load();
  return () => {
    if (own.parentNode !== media) return;
    for (const child of children) child.remove();
    media.load();
  };
}
