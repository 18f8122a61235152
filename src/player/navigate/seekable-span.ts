/** The seekable range, in seconds. */
export interface SeekableSpan {
  readonly start: number;
  readonly end: number;
}

export function seekableOf({ seekable, duration }: HTMLMediaElement): SeekableSpan {
  const last = seekable.length - 1;
  if (last >= 0) return { start: seekable.start(0), end: seekable.end(last) };
  return { start: 0, end: Number.isFinite(duration) ? duration : 0 };
}
