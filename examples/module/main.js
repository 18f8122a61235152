import { SmoothPlayer } from 'smooth-player';

const video = document.querySelector('video');
const menu = document.querySelector('select');
const output = document.querySelector('output');
if (!video || !menu || !output) throw new Error('The page lacks an element.');

const player = new SmoothPlayer(video);

player.addEventListener('qualitychange', ({ to, reason }) => {
  output.textContent = `${to.label} (${reason})`;
});
player.addEventListener('error', ({ error }) => {
  console.error(error);
  output.textContent = error.userMessage;
});
menu.addEventListener('change', () => {
  const chosen = player.qualities.find(({ label }) => label === menu.value);
  player.setQuality(chosen ?? 'auto');
});

await player.load('/titles/sample.ism/Manifest');
menu.append(...player.qualities.map(({ label }) => new Option(label)));
