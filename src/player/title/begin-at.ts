import { type Timescale, ticks, toSeconds } from '../../base/time.ts';
import type { Part } from '../../timeline/joined-stream.ts';
import type { Title } from './title.ts';

/** Keeps the playhead behind what the first clip only decodes. */
export function beginAt(
  streams: Iterable<{ readonly clips: ReadonlyMap<Part, unknown> }>,
  scale: Timescale,
): Title['onPlayback'] {
  const leads = Array.from(streams, ({ clips }) => clips.keys().next().value?.lead ?? ticks(0));
  const beginning = Math.max(...leads.map((lead) => toSeconds(lead, scale)));
  if (beginning === 0) return undefined;
  return (media, signal) => {
    const skip = () => {
      if (media.currentTime < beginning) media.currentTime = beginning;
    };
    media.addEventListener('seeking', skip, { signal });
    skip();
  };
}
