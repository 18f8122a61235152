import type { Colour } from './cue.ts';

/** TTML 2, 8.3.12, and a few more that SRT files use. */
const NAMES: Readonly<Record<string, number>> = {
  transparent: 0x00000000,
  black: 0x000000ff,
  silver: 0xc0c0c0ff,
  gray: 0x808080ff,
  grey: 0x808080ff,
  white: 0xffffffff,
  maroon: 0x800000ff,
  red: 0xff0000ff,
  purple: 0x800080ff,
  fuchsia: 0xff00ffff,
  magenta: 0xff00ffff,
  green: 0x008000ff,
  lime: 0x00ff00ff,
  olive: 0x808000ff,
  yellow: 0xffff00ff,
  navy: 0x000080ff,
  blue: 0x0000ffff,
  teal: 0x008080ff,
  aqua: 0x00ffffff,
  cyan: 0x00ffffff,
  orange: 0xffa500ff,
  pink: 0xffc0cbff,
  brown: 0xa52a2aff,
};

const HEX = /^#([\da-f]{6})([\da-f]{2})?$/i;
const SHORT_HEX = /^#([\da-f])([\da-f])([\da-f])$/i;
const FUNCTION = /^rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,\s*(\d{1,3})\s*)?\)$/i;

/** A name, `#rrggbb[aa]`, `rgb()` or `rgba()`; alpha is from 0 to 255, unlike in CSS. TTML 2, 8.3.12. */
export function parseColour(written: string): Colour | undefined {
  const text = written.trim().toLowerCase();
  if (Object.hasOwn(NAMES, text)) return ofNumber(NAMES[text] ?? 0);
  const [, rgb, alpha = 'ff'] = HEX.exec(text) ?? [];
  if (rgb !== undefined) return ofNumber(Number.parseInt(rgb + alpha, 16));
  const short = SHORT_HEX.exec(text);
  if (short)
    return parseColour(
      `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join('')}`,
    );
  const parts = FUNCTION.exec(text);
  if (!parts) return undefined;
  const [red = 0, green = 0, blue = 0, opacity = 255] = parts
    .slice(1)
    .map((part) => (part === undefined ? 255 : Math.min(255, Number(part))));
  return { red, green, blue, alpha: opacity / 255 };
}

const ofNumber = (value: number): Colour => ({
  red: (value >>> 24) & 0xff,
  green: (value >>> 16) & 0xff,
  blue: (value >>> 8) & 0xff,
  alpha: (value & 0xff) / 255,
});

/** `#rrggbbaa`, without the alpha if it is full. */
export function formatColour({ red, green, blue, alpha }: Colour): string {
  const hex = (value: number) => Math.round(value).toString(16).padStart(2, '0');
  return `#${hex(red)}${hex(green)}${hex(blue)}${alpha < 1 ? hex(alpha * 255) : ''}`;
}
