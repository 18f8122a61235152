// The list of keys, by asking the element's own function about each.
const KEYS = [
  ...'abcdefghijklmnopqrstuvwxyz',
  '0',
  '5',
  '9',
  ' ',
  '<',
  '>',
  ',',
  '.',
  '?',
  '/',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Escape',
];
const NAMES = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  0: '0 to 9',
};
const MEANINGS = {
  'toggle-play': 'Play or pause',
  'seek-by': (request) => `${Math.abs(request.seconds)} seconds ${request.seconds < 0 ? 'back' : 'forward'}`,
  'trick-hold': (request) => `Held: move fast ${request.by < 0 ? 'backward' : 'forward'}`,
  'trick-step': (request) => `Faster ${request.by < 0 ? 'backward' : 'forward'}: 4, 8, 16, 32 times`,
  'seek-fraction': (request) =>
    request.fraction === 0
      ? 'To the beginning'
      : request.fraction === 1
        ? 'To the end'
        : 'To that tenth of the title',
  'volume-by': (request) => (request.by < 0 ? 'Quieter' : 'Louder'),
  'toggle-mute': 'Mute or unmute',
  'toggle-captions': 'Subtitles and captions on or off',
  'page-by': (request) =>
    request.by < 0
      ? 'Previous chapter; without chapters, a minute back'
      : 'Next chapter; without chapters, a minute forward',
  'toggle-fullscreen': 'Full screen',
  'toggle-pip': 'Picture in picture',
  'rate-step': (request) => (request.by < 0 ? 'Slower' : 'Faster'),
  'step-frame': (request) => `While paused: one frame ${request.by < 0 ? 'back' : 'forward'}`,
  'toggle-stats': 'Playback statistics',
  'toggle-keys': 'This list',
  'other-title': (request) =>
    request.by < 0
      ? 'Previous title: `previoustrack` fires, and the page loads it'
      : 'Next title: `nexttrack` fires, and the page loads it',
};

const meaningOf = (request) => {
  const meaning = MEANINGS[request.type];
  return typeof meaning === 'function' ? meaning(request) : (meaning ?? request.type.replaceAll('-', ' '));
};

export async function keysPage() {
  const { hotkey } = await import('../../build/src/ui/hotkeys.js');
  const ask = (key, more = {}) =>
    hotkey({
      key,
      code: '',
      ctrlKey: false,
      altKey: false,
      metaKey: false,
      shiftKey: false,
      repeat: false,
      on: 'other',
      paused: true,
      ...more,
    });
  const rows = [];
  for (const key of KEYS) {
    if (/[1-9]/.test(key)) continue;
    const name = NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key);
    const plain = ask(key);
    const text = plain && (key === '0' ? 'To that tenth of the title' : meaningOf(plain));
    if (text) rows.push([`<kbd>${name.replace('<', '&lt;').replace('>', '&gt;')}</kbd>`, text]);
    const variants = [
      [{ repeat: true }, (label) => `<kbd>${label}</kbd>, held`],
      [{ shiftKey: true }, (label) => `<kbd>Shift</kbd> <kbd>${label}</kbd>`],
      [{ ctrlKey: true, altKey: true }, (label) => `<kbd>Ctrl</kbd> <kbd>Alt</kbd> <kbd>${label}</kbd>`],
    ];
    for (const [more, written] of variants) {
      const request = ask(key, more);
      const isSame = plain && request && meaningOf(request) === meaningOf(plain);
      if (request && !isSame) rows.push([written(name), meaningOf(request)]);
    }
  }
  return `# Keys

These keys work while the player or one of its controls has the focus. Controls that use a key themselves keep it: arrow keys on a slider, Space and Enter on a
button. \`hotkeys="off"\` turns all of them off. This list comes from the element's own code.

| key | |
| --- | --- |
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}
`;
}
