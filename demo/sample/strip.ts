/**
 * A strip of blocks along the lower edge of every frame of the sample, for machines: white for 1 and black for 0, and a
 * patch that flashes with the beep. Read at block centres, so that it works at any scale. From left to right: the
 * pattern 1 0 1 0, the frame number (12 bits) and the level (3 bits), both most significant bit first, and a bit for
 * even parity of frame and level.
 */
export const STRIP = {
  blocks: 20,
  /** Fraction of the picture's height; the strip touches the lower edge. */
  height: 1 / 15,
  sync: [1, 0, 1, 0],
  frameBits: 12,
  levelBits: 3,
} as const;

/** The flash, in fractions of the picture. White in flashing frames, black in all others. */
export const FLASH = { x: 0.9, y: 0.08, width: 0.06, height: 0.1 } as const;

/** The content of the sample, in frames. Each second but the first begins with a flash and a beep. */
export const SAMPLE = {
  framesPerSecond: 25,
  frames: 750,
  flashFrames: 3,
  beepSeconds: 0.1,
  /** Pitch of the beep by language. */
  beepHertz: { en: 880, fr: 1320 },
  /** Heights by level index as burnt in: 0 is the lowest. */
  heights: [144, 240, 360, 480, 720, 1080],
} as const;

/** Brightness of a pixel, 0 to 255. */
export type PixelAt = (x: number, y: number) => number;

export interface StripReading {
  readonly frame: number;
  readonly level: number;
}

/** Reads the strip from a decoded picture; `undefined` if there is none or its check bit is wrong. */
export function readStrip(pixelAt: PixelAt, width: number, height: number): StripReading | undefined {
  const y = Math.floor(height * (1 - STRIP.height / 2));
  const bits = Array.from({ length: STRIP.blocks }, (_, block) => {
    const x = Math.floor(((block + 0.5) * width) / STRIP.blocks);
    return pixelAt(x, y) > 127 ? 1 : 0;
  });
  const payload = bits.slice(STRIP.sync.length);
  const ones = payload.filter((bit) => bit === 1).length;
  if (STRIP.sync.some((bit, index) => bits[index] !== bit) || ones % 2 !== 0) return undefined;
  return {
    frame: toNumber(payload.slice(0, STRIP.frameBits)),
    level: toNumber(payload.slice(STRIP.frameBits, STRIP.frameBits + STRIP.levelBits)),
  };
}

/** The blocks of a frame, left to right: what `readStrip` reads back. */
export function stripBits({ frame, level }: StripReading): readonly number[] {
  const payload = [...toBits(frame, STRIP.frameBits), ...toBits(level, STRIP.levelBits)];
  return [...STRIP.sync, ...payload, payload.filter((bit) => bit === 1).length % 2];
}

/** Whether the picture shows the flash that accompanies the beep. */
export function readFlash(pixelAt: PixelAt, width: number, height: number): boolean {
  const x = Math.floor((FLASH.x + FLASH.width / 2) * width);
  const y = Math.floor((FLASH.y + FLASH.height / 2) * height);
  return pixelAt(x, y) > 127;
}

const toNumber = (bits: readonly number[]) => bits.reduce((value, bit) => value * 2 + bit, 0);

const toBits = (value: number, count: number) =>
  Array.from({ length: count }, (_, index) => (value >> (count - 1 - index)) & 1);
