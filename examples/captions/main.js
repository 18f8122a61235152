import 'smooth-player/element';

const element = document.querySelector('smooth-player');
const input = document.querySelector('input');
const output = document.querySelector('output');
if (!element || !input || !output) throw new Error('The page lacks an element.');

const { player } = element;

input.addEventListener('change', async () => {
  const [file] = input.files ?? [];
  if (!file) return;
  try {
    player.textTrack = await player.addTextTrack({ text: await file.text(), label: file.name });
    output.textContent = `Showing ${file.name}`;
  } catch (error) {
    output.textContent = `${file.name} cannot be read: ${error}`;
  }
});
