import type { SmoothOptions } from '../player/options.ts';
import { readNumber, readSwitch } from './attributes.ts';

/** The attributes that say how much is enough, as written. */
export interface LimitAttributes {
  readonly maxHeight: string | null;
  readonly maxBitrate: string | null;
  readonly capToSize: string | null;
}

/** `options` with what the attributes say laid over them. */
export function withLimits(options: SmoothOptions, attributes: LimitAttributes): SmoothOptions {
  const maxHeight = readNumber('max-height', attributes.maxHeight, 1);
  const maxBitrate = readNumber('max-bitrate', attributes.maxBitrate, 1);
  const capToSize = readSwitch(attributes.capToSize);
  const heuristics = {
    ...options.heuristics,
    ...(maxHeight !== undefined && { maxHeight }),
    ...(maxBitrate !== undefined && { maxBitrate }),
    ...(capToSize !== undefined && { capToSize }),
  };
  return { ...options, heuristics };
}
