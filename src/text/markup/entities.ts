/** Names of the characters from U+00A0 on, in order. HTML, named character references. */
const LATIN =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
/** From U+0391 on; U+03A2 has no name. */
const GREEK =
  'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi Chi Psi Omega';
const OTHERS =
  'lt< gt> amp& quot" apos\' OElig\u0152 oelig\u0153 Scaron\u0160 scaron\u0161 Yuml\u0178 fnof\u0192 circ\u02c6 tilde\u02dc ensp\u2002 emsp\u2003 thinsp\u2009 zwnj\u200c zwj\u200d lrm\u200e rlm\u200f ndash\u2013 mdash\u2014 horbar\u2015 lsquo\u2018 rsquo\u2019 sbquo\u201a ldquo\u201c rdquo\u201d bdquo\u201e dagger\u2020 Dagger\u2021 bull\u2022 hellip\u2026 permil\u2030 prime\u2032 Prime\u2033 lsaquo\u2039 rsaquo\u203a euro\u20ac trade\u2122 larr\u2190 uarr\u2191 rarr\u2192 darr\u2193 harr\u2194 minus\u2212 infin\u221e asymp\u2248 ne\u2260 le\u2264 ge\u2265 loz\u25ca spades\u2660 clubs\u2663 hearts\u2665 diams\u2666 sung\u266a star\u2606 phone\u260e female\u2640 male\u2642 check\u2713';

let named: Map<string, string> | undefined;

function characters(): Map<string, string> {
  if (named) return named;
  named = new Map<string, string>();
  const addFrom = (names: string, first: number) => {
    for (const [at, name] of names.split(' ').entries()) named?.set(name, String.fromCodePoint(first + at));
  };
  addFrom(LATIN, 0xa0);
  addFrom(GREEK, 0x391);
  addFrom(GREEK.toLowerCase().replace('-', 'sigmaf'), 0x3b1);
  for (const entry of OTHERS.split(/ (?=\w)/)) named.set(entry.slice(0, -1), entry.slice(-1));
  return named;
}

/** The longest name, or number of digits of a code point, that is looked up. */
const REFERENCE = /&(#?\w{1,12});/g;

/**
 * Text with its references replaced: numbers, and HTML's names of characters. Unknown references stay unchanged; `note`
 * is called for each such `&`.
 */
export function resolveEntities(text: string, note: () => void = () => {}): string {
  if (!text.includes('&')) return text;
  let resolved = 0;
  const plain = text.replace(REFERENCE, (whole, name: string) => {
    const character = name.startsWith('#') ? ofNumber(name.slice(1)) : characters().get(name);
    if (character === undefined) return whole;
    resolved++;
    return character;
  });
  let ampersands = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) ampersands++;
  for (let left = ampersands - resolved; left > 0; left--) note();
  return plain;
}

function ofNumber(digits: string): string | undefined {
  const isHex = /^x[\da-f]{1,6}$/i.test(digits);
  if (!isHex && !/^\d{1,7}$/.test(digits)) return undefined;
  const code = isHex ? Number.parseInt(digits.slice(1), 16) : Number(digits);
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : '\ufffd';
}
