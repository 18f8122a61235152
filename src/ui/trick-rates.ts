import type { Strings } from './strings.ts';

/** The rates that buttons and keys step through. */
const RATES = [-32, -16, -8, -4, 1, 4, 8, 16, 32] as const;

/** The next rate in a direction; at either end it stays the same. */
export function nextTrickRate(rate: number, by: 1 | -1): number {
  const beyond = by > 0 ? RATES.find((one) => one > rate) : RATES.findLast((one) => one < rate);
  return beyond ?? rate;
}

/** `8×`, `−8×`. */
export const trickLabel = (rate: number): string => `${rate < 0 ? '−' : ''}${Math.abs(rate)}×`;

/** `Fast forward 8×`. */
export const trickText = (rate: number, { forward, rewind }: Strings): string =>
  `${rate > 0 ? forward : rewind} ${trickLabel(rate)}`;
