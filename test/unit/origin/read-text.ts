import { ticks } from '../../../src/base/time.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { Presentation, Stream } from '../../../src/manifest/presentation.ts';
import type { EventCue } from '../../../src/text/events/event-cue.ts';
import { addEvents, EMPTY_LIST } from '../../../src/text/events/event-list.ts';
import { embeddedEvents, fragmentEvents } from '../../../src/text/events/read-events.ts';
import { readTextFragment } from '../../../src/text/fragment/read-text-fragment.ts';
import { fromTicks } from '../../../src/text/moment.ts';
import { CueTimeline } from '../../../src/text/times/cue-timeline.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { finish } from '../../support/text.ts';
import { ask } from './ask.ts';

/** A title as a player finds it at an origin. */
export interface FoundTitle {
  readonly url: string;
  readonly presentation: Presentation;
}

export async function findTitle(base: string, path: string): Promise<FoundTitle> {
  const { status, body } = await ask(base, `${path}/Manifest`);
  if (status !== 200) throw new Error(`the manifest answers ${status}`);
  const url = `${base}${path}/Manifest`;
  return { url, presentation: parseManifest(body, url) };
}

export function streamOf({ presentation }: FoundTitle, name: string): Stream {
  const stream = presentation.streams.find((candidate) => candidate.name === name);
  if (!stream) throw new Error(`there is no stream ${name}`);
  return stream;
}

/** The response for one fragment of a stream's first level. */
export async function askText({ url }: FoundTitle, stream: Stream, start: bigint) {
  const address = new URL(fragmentUrl(url, stream, stream.levels[0], ticks(start)));
  const response = await ask(address.origin, address.pathname);
  if (response.status !== 200) throw new Error(`${address.pathname} answers ${response.status}`);
  return response;
}

/** All subtitles of a stream, put together from its fragments. */
export async function cuesOf(title: FoundTitle, name: string) {
  const stream = streamOf(title, name);
  const { timescale } = stream;
  const { origin } = title.presentation;
  const timeline = new CueTimeline();
  const repairs: string[] = [];
  for (const { start, duration } of stream.chunks) {
    const { body } = await askText(title, stream, start);
    const read = finish(readTextFragment(body, { timescale, start, duration, origin }));
    repairs.push(...read.repairs.map(({ kind }) => kind));
    const place = { start: fromTicks(start, timescale), duration: fromTicks(duration, timescale) };
    const zero = fromTicks(origin, timescale);
    timeline.add({ key: String(start), ...place, origin: zero, zero }, read.documents);
  }
  return { cues: timeline.cues, clock: timeline.clockOf().clock, repairs };
}

/** What the manifest itself has of a stream of events. */
export function embeddedOf(title: FoundTitle, name: string): readonly EventCue[] {
  const { embedded = [], timescale } = streamOf(title, name);
  const place = { timescale, zero: fromTicks(title.presentation.origin, timescale) };
  return addEvents(EMPTY_LIST, embeddedEvents(embedded, place)).list.cues;
}

/** The event that a sparse fragment holds. */
export async function eventAt(title: FoundTitle, name: string, start: bigint) {
  const stream = streamOf(title, name);
  const chunk = { start: ticks(start), duration: ticks(0) };
  const { body } = await askText(title, stream, start);
  const [event] = fragmentEvents(body, chunk, {
    timescale: stream.timescale,
    zero: fromTicks(title.presentation.origin, stream.timescale),
  });
  return event?.cue;
}
