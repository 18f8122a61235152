import { SmoothError } from '../../base/errors.ts';
import { seconds } from '../../base/time.ts';
import type { Chunk, Stream } from '../../manifest/presentation.ts';
import type { Cue } from '../../text/cue.ts';
import { roleOf } from '../../text/text-streams.ts';
import { CueTimeline } from '../../text/times/cue-timeline.ts';
import { nowInSeconds } from '../live/now.ts';
import { fetchText } from './fetch-text.ts';
import { addFragment, listedPayloads, replaceEmbedded } from './read-cues.ts';
import type { TextPorts } from './text-ports.ts';

/** More than any title has. */
const ALL_CUES = 1_000_000;
const ATTEMPTS = 2;
const AT_ONCE = 4;

/**
 * All cues of a stream; every fragment is fetched, of a live title those in the window. Missing ones are skipped, with a warning. Rejects with network
 * errors if all are missing.
 */
export async function loadAllCues(
  stream: Stream,
  ports: TextPorts,
  signal: AbortSignal,
): Promise<readonly Cue[]> {
  const role = roleOf(stream);
  if (role?.kind !== 'cues') return [];
  const { presentation } = ports.title;
  const timeline = new CueTimeline({ prior: role.prior, mostCues: ALL_CUES });
  const embedded = listedPayloads(stream, ports.live);
  if (embedded) {
    await replaceEmbedded(timeline, { timescale: stream.timescale, embedded }, presentation, signal);
    return timeline.cues;
  }
  // A few at a time: a title may have thousands.
  const chunks = chunksOf(stream, ports);
  const failures: unknown[] = [];
  let isEmpty = true;
  const load = async () => {
    for (const chunk of { [Symbol.iterator]: () => chunks }) {
      const failure = await addChunk(timeline, stream, chunk, ports, signal);
      if (failure) failures.push(failure.error);
      else isEmpty = false;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, load));
  const [first] = failures;
  if (first !== undefined && isEmpty) throw first;
  if (first !== undefined) {
    const problem = `${failures.length} of its fragments are missing`;
    ports.warn(new SmoothError('text-unavailable', { stream: stream.name, problem }, { cause: first }));
  }
  return timeline.cues;
}

/** The available chunks. */
function* chunksOf(stream: Stream, { live }: TextPorts): Generator<Chunk, void> {
  const growing = live?.streamOf(stream);
  if (!live || !growing) {
    yield* stream.chunks;
    return;
  }
  // By index: meanwhile the list grows, and loses its first chunks.
  const last = growing.newestAt(nowInSeconds())?.index ?? -1;
  let chunk = growing.timeline.chunkAt(seconds(live.info.window.start));
  for (; chunk && chunk.index <= last; chunk = stream.chunks.at(chunk.index + 1)) yield chunk;
}

/** Adds the cues of a chunk, or returns the error. */
async function addChunk(
  timeline: CueTimeline,
  stream: Stream,
  chunk: Chunk,
  ports: TextPorts,
  signal: AbortSignal,
): Promise<{ readonly error: unknown } | undefined> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const response = await fetchText(ports, stream, chunk, attempt, signal);
      await addFragment(timeline, response, ports.title.presentation, signal);
      return undefined;
    } catch (error) {
      signal.throwIfAborted();
      if (attempt === ATTEMPTS - 1) return { error };
    }
  }
}
