import { seconds } from '../../src/base/time.ts';
import type { CaptionPicture } from '../../src/text/captions/caption-pictures.ts';
import type { CaptionTriplet } from '../../src/text/captions/sei.ts';

/** A second has so many pairs of each field. */
export const PAIR_RATE = 30_000 / 1001;

/** With the parity that CEA-608 wants. */
export function withParity(byte: number): number {
  let ones = 0;
  for (let bits = byte & 0x7f; bits; bits >>= 1) ones += bits & 1;
  return (byte & 0x7f) | (ones % 2 === 0 ? 0x80 : 0);
}

/** Control codes by what everybody calls them, of the first channel of the first field. */
const CODES: Readonly<Record<string, number>> = {
  RCL: 0x1420,
  BS: 0x1421,
  DER: 0x1424,
  RU2: 0x1425,
  RU3: 0x1426,
  RU4: 0x1427,
  FON: 0x1428,
  RDC: 0x1429,
  TR: 0x142a,
  RTD: 0x142b,
  EDM: 0x142c,
  CR: 0x142d,
  ENM: 0x142e,
  EOC: 0x142f,
  TO1: 0x1721,
  TO2: 0x1722,
  TO3: 0x1723,
};

/**
 * Pairs for words such as `RCL 1470 "text" EOC`: codes by name or in hexadecimal, each twice, and text. `!` behind a code
 * sends it once, `~` sends nothing. `channel`: 2 and 4 have a bit of their own; `field`: 3 and 4 are in the second.
 */
export function pairs(script: string, channel: 1 | 2 | 3 | 4 = 1): [number, number][] {
  const out: [number, number][] = [];
  for (const [word] of script.matchAll(/"[^"]*"|\S+/g)) {
    if (word === '~') {
      out.push([0x80, 0x80]);
    } else if (word.startsWith('"')) {
      const bytes = Array.from(word.slice(1, -1), (character) => character.charCodeAt(0));
      for (let at = 0; at < bytes.length; at += 2) {
        out.push([withParity(bytes[at] ?? 0), at + 1 < bytes.length ? withParity(bytes[at + 1] ?? 0) : 0x80]);
      }
    } else {
      const name = word.replace('!', '');
      let code = CODES[name] ?? Number.parseInt(name, 16);
      if (channel === 2 || channel === 4) code |= 0x0800;
      // The second field has its own prefix for what is no preamble.
      if (channel > 2 && (code & 0xf770) === 0x1420) code |= 0x0100;
      const pair: [number, number] = [withParity(code >> 8), withParity(code & 0xff)];
      out.push(pair);
      if (!word.endsWith('!')) out.push(pair);
    }
  }
  return out;
}

/** Pictures with these triplets, one behind the other. */
export const picturesOf = (
  all: readonly (readonly CaptionTriplet[])[],
  start = 0,
  rate = PAIR_RATE,
): CaptionPicture[] =>
  all.map((triplets, at) => ({ time: seconds(start + at / rate), duration: seconds(1 / rate), triplets }));

export const triplet = (
  type: CaptionTriplet['type'],
  [first, second]: readonly [number, number],
): CaptionTriplet => ({
  type,
  first,
  second,
});

/** Pictures that carry a script of CEA-608, a pair each. */
export const pictures608 = (
  script: string,
  { channel = 1 as 1 | 2 | 3 | 4, start = 0, rate = PAIR_RATE } = {},
) =>
  picturesOf(
    pairs(script, channel).map((pair) => [triplet(channel > 2 ? 1 : 0, pair)]),
    start,
    rate,
  );

/** An SEI NAL unit of H.264 (or H.265) that holds triplets as messages of `cc_data`. Shares no code with the library. */
export function seiOf(
  messages: readonly (readonly CaptionTriplet[])[],
  codec: 'avc' | 'hevc' = 'avc',
): Buffer {
  const out: number[] = codec === 'avc' ? [0x06] : [0x4e, 0x01];
  for (const triplets of messages) {
    const user = [0xb5, 0x00, 0x31, 0x47, 0x41, 0x39, 0x34, 0x03, 0x40 | triplets.length, 0xff];
    for (const { type, first, second } of triplets) user.push(0xfc | type, first, second);
    user.push(0xff);
    out.push(4);
    let size = user.length;
    for (; size >= 255; size -= 255) out.push(255);
    out.push(size, ...user);
  }
  out.push(0x80);
  const escaped: number[] = [];
  let zeros = 0;
  for (const byte of out) {
    if (zeros >= 2 && byte <= 3) {
      escaped.push(3);
      zeros = 0;
    }
    escaped.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Buffer.from(escaped);
}

/** Triplets of packets of CEA-708 that hold codes for services, a packet each. */
export function packets708(
  all: readonly { readonly service: number; readonly codes: readonly number[] }[],
): CaptionTriplet[][] {
  return all.map(({ service, codes }, at) => {
    const header = service < 7 ? [(service << 5) | codes.length] : [0xe0 | codes.length, service];
    const body = [...header, ...codes];
    if (body.length % 2 === 0) body.push(0);
    const packet = [((at % 4) << 6) | ((body.length + 1) / 2), ...body];
    const triplets: CaptionTriplet[] = [];
    for (let i = 0; i < packet.length; i += 2) {
      triplets.push({ type: i === 0 ? 3 : 2, first: packet[i] ?? 0, second: packet[i + 1] ?? 0 });
    }
    return triplets;
  });
}

/** Codes of text. */
export const codesOf = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));

/** DefineWindow, visible or not, with its anchor in per cent. */
export const defineWindow = (
  window: number,
  {
    isVisible = true,
    rows = 2,
    columns = 32,
    vertical = 90,
    horizontal = 50,
    point = 7,
    style = 1,
    pen = 1,
    priority = 0,
  } = {},
): number[] => [
  0x98 + window,
  (isVisible ? 0x20 : 0) | priority,
  0x80 | vertical,
  horizontal,
  (point << 4) | (rows - 1),
  columns - 1,
  (style << 3) | pen,
];
