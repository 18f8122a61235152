import { addTicks, rescale, seconds, toTicks } from '../../src/base/time.ts';
import type { SmoothPlayerElement } from '../../src/element.ts';

/** A video fragment as the origin's rules name it. */
export interface FragmentPlace {
  /** As in its URL. */
  readonly stream: string;
  /** Start in ticks. */
  readonly time: string;
}

/** A video fragment that has not been requested yet; `undefined` if all have. */
export function nextChunk({ player, buffered }: SmoothPlayerElement): FragmentPlace | undefined {
  const { presentation, videoTrack } = player;
  const stream = presentation?.streams.find(({ type, name }) => type === 'video' && name === videoTrack?.id);
  if (!presentation || !stream || buffered.length === 0) return undefined;
  const end = seconds(buffered.end(buffered.length - 1));
  const { chunks, timescale } = stream;
  const origin = rescale(presentation.origin, presentation.timescale, timescale);
  // The chunk at the end may be in progress, so the one after it.
  const onItsWay = chunks.from(addTicks(origin, toTicks(end, timescale)));
  const next = onItsWay && chunks.at(onItsWay.index + 1);
  const [, name] = /\(([^()=]+)=\{start/i.exec(stream.urlTemplate ?? '') ?? [];
  return next && name ? { stream: name, time: String(next.start) } : undefined;
}
