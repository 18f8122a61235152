/** Calls `then` once when the element becomes visible, or near to that by `margin`, as in CSS. The returned function cancels that. */
export function whenSeen(element: Element, then: () => void, margin = '0px'): () => void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      then();
    },
    { rootMargin: margin },
  );
  observer.observe(element);
  return () => observer.disconnect();
}
