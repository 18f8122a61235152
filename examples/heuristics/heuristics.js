/** Bandwidth that this video may use on a shared network, in bits per second. */
const SHARE = 250_000;

/** @param {import('smooth-player').EstimateInput} input */
export const estimate = (input) => Math.min(input.estimate, SHARE);

/**
 * Starts with the lowest level, goes up one at a time with two seconds in the buffer, and down as far as needed.
 * @param {import('smooth-player').QualityInput} input
 * @returns {import('smooth-player').QualityChoice}
 */
export function choose({ levels, current, estimate, bufferAhead }) {
  if (!current) return { level: levels[0], reason: 'start low' };
  const at = levels.indexOf(current);
  const next = levels[at + 1];
  if (next && next.bitrate < estimate && bufferAhead > 2) return { level: next, reason: 'step up' };
  if (current.bitrate < estimate) return { level: current, reason: 'keep' };
  return { level: levels.findLast(({ bitrate }) => bitrate < estimate) ?? levels[0], reason: 'step down' };
}
