import type { ControlRequest } from './requests.ts';

/** A key press and its target. */
export interface KeyPress {
  readonly key: string;
  /** The physical key, as in `KeyboardEvent.code`. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  /** Whether it is a repetition of a held key. */
  readonly repeat: boolean;
  /** The focused control: these use some of the keys themselves. */
  readonly on: 'button' | 'slider' | 'menu' | 'text' | 'other';
  readonly paused: boolean;
}

/** Seconds of a large step, where there are no chapters. */
export const PAGE_STEP = 60;

const SLIDER_KEYS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'];

/** The request of a key; `undefined`: none, or the focused control handles it. */
export function hotkey(press: KeyPress): ControlRequest | undefined {
  const { on } = press;
  const key = latinKey(press);
  if (press.ctrlKey && press.altKey && !press.metaKey && key.toLowerCase() === 'd')
    return { type: 'toggle-stats' };
  if (press.ctrlKey || press.altKey || press.metaKey || on === 'text' || on === 'menu') return undefined;
  if (on === 'button' && (key === ' ' || key === 'Enter')) return undefined;
  if (on === 'slider' && SLIDER_KEYS.includes(key)) return undefined;
  if (/^[0-9]$/.test(key)) return { type: 'seek-fraction', fraction: Number(key) / 10 };
  return letter(key.length === 1 ? key.toLowerCase() : key, press);
}

/** Whether a held key repeats a request. A switch would flicker. */
export const repeats = ({ type }: ControlRequest): boolean => !/^(?:toggle|other)-/.test(type);

/** The key of a Latin keyboard at the same place, for layouts of other scripts. */
function latinKey({ key, code, shiftKey }: KeyPress): string {
  const isOther = key.length === 1 && /\p{L}/u.test(key) && !/\p{Script=Latin}/u.test(key);
  const [, letter] = (isOther && /^Key([A-Z])$/.exec(code)) || [];
  if (letter) return letter.toLowerCase();
  // Where these two are letters, as in Russian.
  if (isOther && code === 'Comma') return shiftKey ? '<' : ',';
  if (isOther && code === 'Period') return shiftKey ? '>' : '.';
  return key;
}

function letter(key: string, { paused, repeat, shiftKey }: KeyPress): ControlRequest | undefined {
  switch (key) {
    case ' ':
    case 'k':
    case 'MediaPlayPause':
      return { type: 'toggle-play' };
    case 'j':
      return repeat ? { type: 'trick-hold', by: -1 } : { type: 'seek-by', seconds: -10 };
    case 'l':
      return repeat ? { type: 'trick-hold', by: 1 } : { type: 'seek-by', seconds: 10 };
    case 'ArrowLeft':
      return shiftKey ? { type: 'trick-step', by: -1 } : { type: 'seek-by', seconds: -5 };
    case 'ArrowRight':
      return shiftKey ? { type: 'trick-step', by: 1 } : { type: 'seek-by', seconds: 5 };
    case 'ArrowUp':
      return { type: 'volume-by', by: 0.05 };
    case 'ArrowDown':
      return { type: 'volume-by', by: -0.05 };
    case 'Home':
      return { type: 'seek-fraction', fraction: 0 };
    case 'End':
      return { type: 'seek-fraction', fraction: 1 };
    case 'c':
      return { type: 'toggle-captions' };
    case 'PageUp':
      return { type: 'page-by', by: -1 };
    case 'PageDown':
      return { type: 'page-by', by: 1 };
    case '?':
      return { type: 'toggle-keys' };
    case 'n':
      return shiftKey ? { type: 'other-title', by: 1 } : undefined;
    case 'p':
      return shiftKey ? { type: 'other-title', by: -1 } : undefined;
    case 'm':
      return { type: 'toggle-mute' };
    case 'f':
      return { type: 'toggle-fullscreen' };
    case 'i':
      return { type: 'toggle-pip' };
    case '<':
      return { type: 'rate-step', by: -1 };
    case '>':
      return { type: 'rate-step', by: 1 };
    case ',':
      return paused ? { type: 'step-frame', by: -1, held: repeat } : undefined;
    case '.':
      return paused ? { type: 'step-frame', by: 1, held: repeat } : undefined;
    default:
      return undefined;
  }
}
