const alternatives = new WeakMap<HTMLMediaElement, readonly HTMLSourceElement[]>();

/**
 * Says what an element may play on another device, such as a television by AirPlay, which can't have a media source.
 * It holds for media sources that are attached later.
 */
export function setAlternatives(media: HTMLMediaElement, sources: readonly HTMLSourceElement[]): void {
  alternatives.set(media, sources);
}

/** Puts a URL and its alternatives into the element as `<source>` children; gives what takes them out, or `undefined` where there are none. */
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
