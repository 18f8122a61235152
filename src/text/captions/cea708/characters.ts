/** G2, by code. CTA-708, 7.1.8. */
const G2: Readonly<Record<number, string>> = {
  32: ' ',
  33: '\u00a0',
  37: '…',
  42: 'Š',
  44: 'Œ',
  48: '█',
  49: '\u2018',
  50: '\u2019',
  51: '“',
  52: '”',
  53: '•',
  57: '™',
  58: 'š',
  60: 'œ',
  61: '℠',
  63: 'Ÿ',
  118: '⅛',
  119: '⅜',
  120: '⅝',
  121: '⅞',
  122: '│',
  123: '┐',
  124: '└',
  125: '─',
  126: '┘',
  127: '┌',
};

/** G0 is ASCII, except for the last. */
export const g0 = (code: number): string => (code === 0x7f ? '♪' : String.fromCharCode(code));
/** G1 is Latin-1. */
export const g1 = (code: number): string => String.fromCharCode(code);
/** Codes without a character are drawn as a line. CTA-708, 7.1.8. */
export const g2 = (code: number): string => G2[code] ?? '_';
/** G3 has only the caption sign. */
export const g3 = (code: number): string => (code === 0xa0 ? '[CC]' : '_');

/** Whether a 16-bit character can be one of KS X 1001, as EUC-KR has it: most of Unicode can't. */
export const isKorean = (high: number, low: number): boolean =>
  high >= 0xa1 && high <= 0xfd && low >= 0xa1 && low <= 0xfe;
/** A 16-bit character (P16): of KS X 1001, or of Unicode. */
export const wide = (high: number, low: number, isOfKorea: boolean): string =>
  isOfKorea
    ? new TextDecoder('euc-kr').decode(Uint8Array.of(high, low))
    : String.fromCharCode(high * 256 + low);
