import { PAGE_STEP } from './hotkeys.ts';
import type { KeysStrings } from './keys-strings.ts';
import type { Strings } from './strings.ts';

/** A row of the sheet of keyboard shortcuts. */
export interface KeyRow {
  /** As printed on keyboards. Each does this; those of a combination are joined by `+`. */
  readonly keys: readonly string[];
  readonly label: string;
}

/** What the keys do, as `hotkey` in `hotkeys.ts` has it. */
export function keyRows(strings: Strings, keys: KeysStrings, hasChapters: boolean): readonly KeyRow[] {
  const by = (value: number, unit: 'second' | 'minute') =>
    `${strings.seek}: ±${new Intl.NumberFormat(strings.language, { style: 'unit', unit }).format(value)}`;
  const percent = (value: number) =>
    new Intl.NumberFormat(strings.language, { style: 'percent' }).format(value);
  return [
    { keys: ['Space', 'K'], label: `${strings.play}, ${strings.pause}` },
    { keys: ['←', '→'], label: by(5, 'second') },
    { keys: ['J', 'L'], label: by(10, 'second') },
    {
      keys: ['PageUp', 'PageDown'],
      label: hasChapters ? strings.chapters : by(PAGE_STEP / 60, 'minute'),
    },
    { keys: ['0', '…', '9'], label: `${strings.seek}: ${percent(0)} … ${percent(0.9)}` },
    { keys: ['Home', 'End'], label: `${strings.seek}: ${percent(0)}, ${percent(1)}` },
    { keys: ['Shift+←', 'Shift+→'], label: `${strings.rewind}, ${strings.forward}` },
    { keys: [',', '.'], label: keys.frame },
    { keys: ['<', '>'], label: strings.speed },
    { keys: ['↑', '↓'], label: strings.volume },
    { keys: ['M'], label: strings.mute },
    { keys: ['C'], label: strings.captions },
    { keys: ['F'], label: strings.enterFullscreen },
    { keys: ['I'], label: strings.enterPip },
    { keys: ['Shift+N', 'Shift+P'], label: keys.otherTitle },
    { keys: ['Ctrl+Alt+D'], label: strings.statistics },
    { keys: ['?'], label: keys.title },
  ];
}
