import 'smooth-player/element';
import { choose, estimate } from './heuristics.js';

const player = document.querySelector('smooth-player');
const list = document.querySelector('ol');
if (!player || !list) throw new Error('The page lacks an element.');

player.options = { heuristics: { choose, estimate, capToSize: false } };
player.addEventListener('qualityloading', ({ quality, reason }) => {
  const item = document.createElement('li');
  item.textContent = `${quality.label}: ${reason}`;
  list.append(item);
});
