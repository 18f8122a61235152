/** Calls back once, as soon as the viewer seeks or plays. The returned function cancels that. */
export function retryOnUse(media: EventTarget, again: (wish: 'seek' | 'play') => void): () => void {
  const listening = new AbortController();
  const on = (type: 'seeking' | 'play', wish: 'seek' | 'play') =>
    media.addEventListener(
      type,
      () => {
        listening.abort();
        again(wish);
      },
      { signal: listening.signal },
    );
  on('seeking', 'seek');
  on('play', 'play');
  return () => listening.abort();
}
