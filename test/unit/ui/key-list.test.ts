import { expect, test } from 'vitest';
import { hotkey } from '../../../src/ui/hotkeys.ts';
import { keyRows } from '../../../src/ui/key-list.ts';
import { keysStringsFor } from '../../../src/ui/keys-strings.ts';
import { stringsFor } from '../../../src/ui/strings.ts';

const rows = keyRows(stringsFor('en'), keysStringsFor('en'), true);
const VALUES: Readonly<Record<string, string>> = {
  Space: ' ',
  '←': 'ArrowLeft',
  '→': 'ArrowRight',
  '↑': 'ArrowUp',
  '↓': 'ArrowDown',
};

/** What the keys of a row ask for, by `hotkey`. */
function requestsOf(written: string) {
  const parts = written.split('+');
  const last = parts.at(-1) ?? '';
  return hotkey({
    key: VALUES[last] ?? last,
    code: '',
    ctrlKey: parts.includes('Ctrl'),
    altKey: parts.includes('Alt'),
    metaKey: false,
    shiftKey: parts.includes('Shift'),
    repeat: false,
    on: 'other',
    paused: true,
  });
}

test.each(
  rows.flatMap(({ keys, label }) => keys.filter((key) => key !== '…').map((key) => ({ key, label }))),
)('$key does something: $label', ({ key }) => expect(requestsOf(key)).toBeDefined());

test('every key that does something is listed', () => {
  const listed = new Set(rows.flatMap(({ keys }) => keys.map((key) => requestsOf(key)?.type)));
  for (const key of [...'abcdefghijklmnopqrstuvwxyz<>,.?0', 'Home', 'PageUp', 'ArrowUp', 'ArrowLeft']) {
    const request = requestsOf(key);
    if (request) expect(listed, key).toContain(request.type);
  }
});

test('without chapters, the page keys go a minute', () => {
  const [row] = keyRows(stringsFor('en'), keysStringsFor('en'), false).filter(({ keys }) =>
    keys.includes('PageUp'),
  );
  expect(row?.label).toBe('Seek: ±1 min');
});
