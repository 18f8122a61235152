import type { KeyPress } from './hotkeys.ts';

/** Converts an event to the input of `hotkey`; the focus may be deep in shadow trees. */
export function keyPressOf(event: KeyboardEvent, paused: boolean): KeyPress {
  const { key, code, ctrlKey, altKey, metaKey, shiftKey, repeat } = event;
  return { key, code, ctrlKey, altKey, metaKey, shiftKey, repeat, on: focusKind(event), paused };
}

function focusKind(event: KeyboardEvent): KeyPress['on'] {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return 'other';
  if (target.role?.startsWith('menu')) return 'menu';
  if (target instanceof HTMLInputElement && target.type === 'range') return 'slider';
  if (target.isContentEditable || target.matches('input, textarea, select')) return 'text';
  return target.matches('button, summary, a') ? 'button' : 'other';
}
