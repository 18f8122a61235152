import { delay } from '../../base/async.ts';
import { SmoothError } from '../../base/errors.ts';
import type { Presentation, Stream } from '../../manifest/presentation.ts';
import type { Title } from '../title/title.ts';
import { ManifestRefresh } from './lists/manifest-refresh.ts';
import { nowInSeconds } from './now.ts';

export interface StartPorts {
  readonly reload: (signal: AbortSignal) => Promise<Title>;
  readonly warn: (error: SmoothError) => void;
}

/** Interval of checks whether a title has begun, in milliseconds. */
const LOOK_EVERY_MS = 2000;
/** How long to wait for audio or video that has no fragment yet while the other has, in seconds. */
const FOR_THE_OTHER = 8;

/** A title that has not begun lists no fragment yet: waits until it does, or until aborted. */
export async function awaitStart(
  title: Title,
  { reload, warn }: StartPorts,
  signal: AbortSignal,
): Promise<Title> {
  let begun = title;
  const refresh = new ManifestRefresh(
    {
      load: reload,
      merge: ({ presentation, answer }) => {
        begun = { ...title, presentation, ...(answer && { answer }) };
      },
      warn,
    },
    signal,
  );
  let since = Number.POSITIVE_INFINITY;
  for (let looks = 0; ; looks += 1) {
    const missing = missingOf(begun.presentation);
    if (missing === 'nothing') return begun;
    if (missing === 'some') since = Math.min(since, nowInSeconds());
    if (nowInSeconds() - since > FOR_THE_OTHER) return begun;
    if (looks === 0) warn(new SmoothError('live-not-begun', {}));
    await delay(LOOK_EVERY_MS, signal);
    await refresh.refresh();
  }
}

/** Which of audio and video has no fragment yet. */
function missingOf({ streams }: Presentation): 'nothing' | 'some' | 'all' {
  const kinds = (['video', 'audio'] as const)
    .map((type) => streams.filter((stream) => stream.type === type && stream.parent === undefined))
    .filter(({ length }) => length > 0);
  const empty = kinds.filter((kind) => !kind.some(hasChunks));
  return empty.length === 0 ? 'nothing' : empty.length < kinds.length ? 'some' : 'all';
}

const hasChunks = ({ chunks }: Stream): boolean => chunks.length > 0;
