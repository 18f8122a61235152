import { boxesIn } from '../boxes.ts';
import type { AnnouncedTrack } from './announced-track.ts';
import type { ArrivedBox } from './box-stream.ts';
import type { LiveEvent, OpenTrack } from './live-event.ts';
import type { PeerClient } from './peer-client.ts';
import type { PeerEvent, PeerStream } from './peer-state.ts';
import { pushedFragment } from './pushed-fragment.ts';

/** Number of concurrent requests. */
const PARALLEL = 4;

/**
 * Fetches all fragments of an event that another origin has and this one lacks, the oldest first. Returns how many.
 * Those that the other can't provide are retried next time.
 */
export async function fillFromPeer(event: LiveEvent, peer: PeerClient, theirs: PeerEvent): Promise<number> {
  let taken = 0;
  for (const stream of theirs.streams) {
    for (const [place, track] of stream.tracks.entries())
      taken += await fillLevel(event, peer, { stream, track, place });
  }
  return taken;
}

interface TheirLevel {
  readonly stream: PeerStream;
  readonly track: AnnouncedTrack;
  /** Index of the track in the stream's list. */
  readonly place: number;
}

async function fillLevel(
  event: LiveEvent,
  peer: PeerClient,
  { stream, track, place }: TheirLevel,
): Promise<number> {
  const { bitrate } = track;
  const own = event.streams.find(({ name }) => name === stream.name);
  const lacking = stream.chunks.filter(
    ([time, , ...places]) => places.includes(place) && !own?.has(time, bitrate),
  );
  if (lacking.length === 0) return 0;
  const isKnown = own?.pushed.some((level) => level.track.bitrate === bitrate);
  const header = isKnown ? Buffer.of() : await peer.header(stream.name, bitrate);
  if (!header) return 0;
  const opened = event.openTrack(track, header, stream.name);
  let taken = 0;
  const queue = lacking.values();
  const worker = async () => {
    for (const [time] of queue) {
      const bytes = await peer.fragment(stream.name, bitrate, time);
      if (bytes && (await takeFragment(event, opened, bytes))) taken += 1;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return taken;
}

/** Stores a fragment from another origin; returns whether it was valid and new. */
async function takeFragment(event: LiveEvent, opened: OpenTrack, bytes: Buffer): Promise<boolean> {
  const [moof, mdat] = boxesIn(bytes).map(
    ({ type, at, start, end }): ArrivedBox => ({ type, bytes: bytes.subarray(at, end), start: start - at }),
  );
  if (moof?.type !== 'moof' || mdat?.type !== 'mdat') return false;
  const fragment = pushedFragment(
    moof,
    mdat,
    () => opened.stream.kind,
    () => opened.level.end,
  );
  return event.take(opened, fragment);
}
