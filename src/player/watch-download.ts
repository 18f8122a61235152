import { childController } from '../base/async.ts';
import { SmoothError } from '../base/errors.ts';
import type { BytesResponse } from '../net/fetch-bytes.ts';

/** How often a running download is looked at, in milliseconds. */
const LOOK_EVERY_MS = 250;

/** Ends a download with a `network-timeout` when `isHopeless`, which is asked from time to time, also while nothing comes. */
export function watchDownload(
  parent: AbortSignal,
  isHopeless: (received: number, response: BytesResponse | undefined) => boolean,
) {
  const controller = childController(parent);
  let response: BytesResponse | undefined;
  let received = 0;
  const timer = setInterval(() => {
    if (!isHopeless(received, response) || !response) return;
    const afterMs = performance.now() - response.requestedAt;
    controller.abort(new SmoothError('network-timeout', { url: response.url, phase: 'buffer', afterMs }));
  }, LOOK_EVERY_MS);
  return {
    signal: controller.signal,
    progressed(from: BytesResponse, bytes: number): void {
      response = from;
      received = bytes;
    },
    stop(): void {
      clearInterval(timer);
      controller.dispose();
    },
  };
}
