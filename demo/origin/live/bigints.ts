/** `Math.min` and `Math.max` don't accept bigints. */
export const smallest = (first: bigint, others: readonly bigint[]): bigint =>
  others.reduce((least, value) => (value - least < 0n ? value : least), first);

export const largest = (first: bigint, others: readonly bigint[]): bigint =>
  others.reduce((most, value) => (value - most > 0n ? value : most), first);
