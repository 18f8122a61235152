/** CEA-608 characters that are not ASCII, by code. CTA-608, table 50. */
const BASIC: Readonly<Record<number, string>> = {
  // ASCII has a straight one there.
  39: '\u2019',
  42: 'á',
  92: 'é',
  94: 'í',
  95: 'ó',
  96: 'ú',
  123: 'ç',
  124: '÷',
  125: 'Ñ',
  126: 'ñ',
  127: '█',
};

/** From 0x30 on, after 0x11. The tenth is a transparent space. CTA-608, table 49. */
const SPECIAL = '®°½¿™¢£♪à\u00a0èâêîôû';
/** From 0x20 on, after 0x12 and 0x13. CTA-608, tables 5 to 10. */
const EXTENDED = ["ÁÉÓÚÜü\u2018¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»", 'ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤¦ÅåØø┌┐└┘'] as const;

export const basicCharacter = (code: number): string => BASIC[code] ?? String.fromCharCode(code);
export const specialCharacter = (code: number): string => SPECIAL[code - 0x30] ?? '';
export const extendedCharacter = (set: 0x12 | 0x13, code: number): string =>
  EXTENDED[set - 0x12]?.[code - 0x20] ?? '';
