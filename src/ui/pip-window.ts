import { loadElements } from './all-parts.ts';
import { styleTree } from './document-styles.ts';
import { pageLanguage } from './page-language.ts';
import { pipWindows } from './picture-window.ts';
import type { SmoothVideoElement } from './smooth-video.ts';

/** CSS pixels. */
const WIDTH = 480;

/** Moves a player with its controls into a window that stays in front; closing that moves it back. */
export async function openPipWindow(element: SmoothVideoElement): Promise<void> {
  const { videoWidth, videoHeight } = element;
  const size = { width: WIDTH, height: Math.round((WIDTH * (videoHeight || 9)) / (videoWidth || 16)) };
  // At the same time, because the user activation doesn't last.
  const [opened, loaded] = await Promise.allSettled([pipWindows()?.requestWindow(size), loadElements()]);
  if (opened.status === 'rejected') throw opened.reason;
  const pip = opened.value;
  if (!pip) return;
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
