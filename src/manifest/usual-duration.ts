/** The duration that more than half of all chunks have, if any; runs of equal chunks as durations and counts. */
export function usualDuration(durations: readonly number[], counts: readonly number[]): number | undefined {
  const chunks = new Map<number, number>();
  let all = 0;
  durations.forEach((duration, run) => {
    const count = counts[run] ?? 0;
    all += count;
    chunks.set(duration, (chunks.get(duration) ?? 0) + count);
  });
  return [...chunks].find(([, count]) => count * 2 > all)?.[0];
}
