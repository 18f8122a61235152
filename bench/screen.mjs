// Which quality was on screen, and when: the frames that a page has seen, by the fragments that the origin was asked for.
import { requestsOf } from './session.mjs';
import { KILOBITS, variationOver } from './title.mjs';

export const CHUNK_SECONDS = 2;
/** The first seconds on screen, in milliseconds. */
const EARLY_MS = 2000;
const LOOK_MS = 250;
/** Less than a frame. */
const ROUNDING = 0.01;
/** Seconds that decoders run ahead of the screen, at most, and of which the bytes tell the bitrate. */
const DECODED_AHEAD = 0.4;
const LEAST_SECONDS = 0.3;

/** The highest level that a line carries, in kbit/s, as the title was made for it. */
export const sustainedBy = ({ steps }) =>
  steps
    ? KILOBITS.findLast((kilobits) => steps.every(([, rate]) => 1000 * kilobits <= rate))
    : KILOBITS.at(-1);

/** Where the chunk begins that holds a time, in seconds. */
export const chunkAt = (time) => CHUNK_SECONDS * Math.floor((time + ROUNDING) / CHUNK_SECONDS);

/**
 * Each frame's time and kbit/s. `offset`: what has to be added to the element's times to get the title's. Frames of chunks that nobody
 * asked for are left out, and those of the last chunk while it can't be said yet which of several requests is played.
 */
export function qualitiesOf(frames, requests, offset = 0) {
  const chunks = new Map();
  for (const frame of frames) {
    const start = chunkAt(frame.mediaTime + offset);
    chunks.set(start, [...(chunks.get(start) ?? []), frame]);
  }
  const latest = [...chunks.keys()].at(-1);
  return [...chunks].flatMap(([start, own]) => {
    const end = own.at(-1).at;
    const asked = requests.filter((one) => one.start === start && one.at <= end);
    const request = playedOf(asked, own, start, offset) ?? (start === latest ? undefined : asked.at(-1));
    return request ? own.map(({ at }) => ({ at, kilobits: request.bitrate / 1000 })) : [];
  });
}

/**
 * Which of the requests for a chunk is played. Not always the last: what comes too late isn't, and players may drop it. The bytes that
 * were decoded tell; the last frames of the chunk are left out, since decoders run ahead.
 */
function playedOf(requests, frames, start, offset) {
  if (new Set(requests.map(({ bitrate }) => bitrate)).size < 2) return requests.at(-1);
  const [first] = frames;
  const last = frames.findLast(({ mediaTime }) => mediaTime + offset < start + CHUNK_SECONDS - DECODED_AHEAD);
  const seconds = last ? last.mediaTime - first.mediaTime : 0;
  if (seconds < LEAST_SECONDS) return undefined;
  const rate = (8 * (last.decoded - first.decoded)) / seconds;
  const expected = variationOver(first.mediaTime + offset, last.mediaTime + offset);
  const distance = ({ bitrate }) => Math.abs(Math.log(rate / (bitrate * expected)));
  return requests.toSorted((one, other) => distance(one) - distance(other))[0];
}

/** The mean over the first two seconds on screen, also while a frame stands still. */
export function earlyQuality(shown) {
  const end = shown[0].at + EARLY_MS;
  const early = shown.filter(({ at }) => at < end);
  const weighted = early.map(({ at, kilobits }, i) => kilobits * ((early[i + 1]?.at ?? end) - at));
  return weighted.reduce((sum, one) => sum + one, 0) / EARLY_MS;
}

/**
 * Watches a player after a start or a seek, until at least `kilobits` are on screen, for two seconds at least and `limit` at most, in
 * seconds. Gives the quality of the first frame and of the first two seconds, and the seconds until `kilobits`: the limit if they never
 * were there.
 */
export async function watchQuality(page, origin, { path, kilobits, limit, offset }) {
  for (;;) {
    const { from, frames } = await page.evaluate(() => globalThis.bench.screen());
    const now = Date.now();
    const shown = qualitiesOf(frames, requestsOf(origin, path), offset);
    const reached = shown.find((one) => one.kilobits >= kilobits);
    const isOver = now - from > 1000 * limit;
    if (isOver || (reached && now - shown[0].at > EARLY_MS)) {
      const seconds = reached ? (reached.at - from) / 1000 : limit;
      const [first] = shown;
      return { first: first?.kilobits, early: first && earlyQuality(shown), reach: Math.min(limit, seconds) };
    }
    await page.waitForTimeout(LOOK_MS);
  }
}
