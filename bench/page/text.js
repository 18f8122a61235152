// The page in which one player after another shows what titles have to read; `bench/rows/text-cases.mjs` asks for it.
import { TEXT_PLAYERS } from './text-players.js';

const LOADED_MS = 5000;
const SOUGHT_MS = 4000;
/** Text may come so long after the picture of a place that was sought. */
const DRAWN_MS = 1500;

const name = new URLSearchParams(location.search).get('player');
const stage = document.querySelector('#stage');
const squeezed = (text) => text.replace(/\s+/g, '');

async function until(test, withinMs) {
  const end = performance.now() + withinMs;
  while (!test()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

/** What can be read, without blanks: players lay them out differently. */
function textIn(root) {
  if (!root || root.checkVisibility?.() === false) return '';
  const texts = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (parentElement.checkVisibility({ visibilityProperty: true, opacityProperty: true })) texts.push(data);
  }
  return squeezed(texts.join(''));
}

/** The middle of what can be read, in per cent of the stage. */
function placeOf(root) {
  const range = document.createRange();
  range.selectNodeContents(root);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.data.trim()) range.selectNode(walker.currentNode);
  const [box, all] = [range.getBoundingClientRect(), stage.getBoundingClientRect()];
  return [
    ((box.left + box.width / 2 - all.left) / all.width) * 100,
    ((box.top + box.height / 2 - all.top) / all.height) * 100,
  ];
}

/**
 * Plays a title, and looks at moments of it: what stands there once it is `wanted`, or at last. Gives `undefined` for a title that
 * isn't played.
 */
async function look(url, moments) {
  const { video, drawn, hasFailed, close } = await TEXT_PLAYERS[name](stage, url);
  try {
    const isOver = () => video.readyState >= 2 || hasFailed?.() === true;
    if (!(await until(isOver, LOADED_MS)) || hasFailed?.()) return undefined;
    video.pause();
    const seen = [];
    for (const { at, wanted } of moments) {
      video.currentTime = at;
      await until(() => !video.seeking && video.readyState >= 2, SOUGHT_MS);
      const isRight = () => wanted.includes(textIn(drawn()));
      // What has to go may take a moment; what has to stay away may not come.
      if (wanted.includes('')) await new Promise((resolve) => setTimeout(resolve, 150));
      await until(isRight, DRAWN_MS);
      const text = textIn(drawn());
      seen.push({ text, place: text ? placeOf(drawn()) : undefined });
    }
    return seen;
  } finally {
    await close();
    stage.replaceChildren();
  }
}

globalThis.look = (url, moments) =>
  look(
    url,
    moments.map(({ at, wanted }) => ({ at, wanted: wanted.map(squeezed) })),
  ).catch(() => undefined);
