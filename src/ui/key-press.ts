import type { KeyPress } from './hotkeys.ts';

/** Take letters: elements of the browser and, by their role, those of pages. */
const TEXT =
  'input, textarea, select, video[controls], audio[controls], [role=textbox], [role=searchbox], [role=combobox], [role=listbox], [role=spinbutton]';
/** Take Space and Enter. */
const BUTTON =
  'button, summary, a, [role=button], [role=link], [role=switch], [role=checkbox], [role=radio], [role=tab], [role=option]';

/** Converts an event to the input of `hotkey`; the focus may be deep in shadow trees. */
export function keyPressOf(event: KeyboardEvent, paused: boolean): KeyPress {
  // Browsers that fill in a form fire it without a key.
  const { key = '', code = '', ctrlKey, altKey, metaKey, shiftKey, repeat } = event;
  return { key, code, ctrlKey, altKey, metaKey, shiftKey, repeat, on: focusKind(event), paused };
}

function focusKind(event: KeyboardEvent): KeyPress['on'] {
  const [target] = event.composedPath();
  // A player may be in another document, which has classes of its own.
  if (!target || !('matches' in target)) return 'other';
  const element = target as HTMLElement;
  if (element.matches('[role^=menu]')) return 'menu';
  if (element.matches('input[type=range i], [role=slider]')) return 'slider';
  if (element.isContentEditable || element.matches(TEXT) || isClosed(element)) return 'text';
  return element.matches(BUTTON) ? 'button' : 'other';
}

/** A page's own element may have an input inside that nobody else can see. */
const isClosed = ({ localName, shadowRoot }: Element): boolean => localName.includes('-') && !shadowRoot;
