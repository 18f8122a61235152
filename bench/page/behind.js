// How far behind the encoder a live picture is: what is shown says where in the content it is from.
import { readStrip, SAMPLE } from '/build/demo/sample/strip.js';

const [WIDTH, HEIGHT] = [213, 120];
const SAMPLE_SECONDS = SAMPLE.frames / SAMPLE.framesPerSecond;

const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
const context = canvas.getContext('2d', { willReadFrequently: true });

/**
 * Seconds from the encoder to the screen, as the pixels tell; `undefined` if they can't be read. `begun`: when the channel's content began,
 * in milliseconds since 1970.
 */
export function secondsBehind(video, begun, presentedAt) {
  context.drawImage(video, 0, 0, WIDTH, HEIGHT);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  const strip = readStrip((x, y) => data[4 * (y * WIDTH + x) + 1], WIDTH, HEIGHT);
  if (!strip) return undefined;
  const encoded = (performance.timeOrigin + presentedAt - begun) / 1000;
  const behind = encoded - strip.frame / SAMPLE.framesPerSecond;
  return ((behind % SAMPLE_SECONDS) + SAMPLE_SECONDS) % SAMPLE_SECONDS;
}
