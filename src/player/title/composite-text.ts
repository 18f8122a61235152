import { rescale, type Timescale, ticks } from '../../base/time.ts';
import type { EmbeddedText, Stream } from '../../manifest/presentation.ts';
import { type JoinedStream, joinParts, type Part } from '../../timeline/joined-stream.ts';

/** The text of one clip, and its position. */
export interface ClipText extends Pick<Part, 'bounds' | 'offset'> {
  readonly streams: readonly Stream[];
}

/** A text stream that is joined from those of clips. */
export interface JoinedText<Clip extends ClipText> {
  readonly stream: Stream;
  readonly joined: JoinedStream | undefined;
  /** The clip of each part. */
  readonly parts: ReadonlyMap<Part, Clip>;
}

/** The text streams of all clips, joined by name. A clip without one has no text there. */
export function joinText<Clip extends ClipText>(
  clips: readonly Clip[],
  timescale: Timescale,
): readonly JoinedText<Clip>[] {
  const names = new Set(clips.flatMap(({ streams }) => streams.map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const found = clips.flatMap((clip) => {
      const stream = clip.streams.find((one) => one.name === name);
      return stream ? [{ clip, stream }] : [];
    });
    const [first] = found;
    if (!first) return [];
    const parts = new Map<Part, Clip>();
    for (const { clip, stream } of found) {
      const part = { stream, levels: stream.levels, bounds: clip.bounds, offset: clip.offset };
      const hasFragments = stream.urlTemplate !== undefined && !stream.embedded;
      if (hasFragments && joinParts([part], stream.levels, timescale)) parts.set(part, clip);
    }
    const embedded = found.flatMap(({ clip, stream }) => placed(stream, clip, timescale));
    const joined = joinParts([...parts.keys()], first.stream.levels, timescale);
    if (!joined && embedded.length === 0) return [];
    const { embedded: _, ...stream } = first.stream;
    return [
      {
        stream: {
          ...stream,
          timescale,
          chunks: joined?.chunks ?? stream.chunks,
          ...(embedded.length > 0 && { embedded }),
        },
        joined,
        parts,
      },
    ];
  });
}

/** The payloads in a clip's manifest, moved to the clip's position; those outside of the clip are omitted. */
function placed(
  { embedded = [], timescale }: Stream,
  { bounds, offset }: ClipText,
  scale: Timescale,
): EmbeddedText[] {
  return embedded.flatMap((payload) => {
    const start = rescale(payload.start, timescale, scale);
    const end = ticks(start + rescale(payload.duration, timescale, scale));
    const isInside = start < bounds.end && (end > bounds.begin || start >= bounds.begin);
    if (!isInside) return [];
    const [isCutBefore, isCutBehind] = [start < bounds.begin, end > bounds.end];
    const from = isCutBefore ? bounds.begin : start;
    const to = isCutBehind ? bounds.end : end;
    return [
      { ...payload, start: ticks(from - bounds.begin + offset), duration: ticks(to > from ? to - from : 0n) },
    ];
  });
}
