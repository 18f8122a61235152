import { type Ticks, ticks } from '../base/time.ts';
import type { Box } from '../mp4/box.ts';
import { BoxReader } from '../mp4/reader.ts';

/** A start and a duration on the stream's clock. */
export interface TickSpan {
  readonly start: Ticks;
  readonly duration: Ticks;
}

const TFXD = '6d1d9b0542d544e680e2141daff757b2';
const TFRF = 'd4807ef2ca3946958e5426cb9e46a79f';

/** The fragment's own time, which live origins write. [MS-SSTR] 2.2.4.5, TfxdBox. */
export function readOwnTime(view: DataView, boxes: readonly Box[]): TickSpan | undefined {
  const box = boxes.find(({ uuid }) => uuid === TFXD);
  if (!box) return undefined;
  const reader = new BoxReader(view, box);
  return readSpan(reader, reader.versionAndFlags().version);
}

/** The following fragments, as far as the origin knows them. [MS-SSTR] 2.2.4.6, TfrfBox. */
export function readLookAhead(view: DataView, boxes: readonly Box[]): readonly TickSpan[] {
  const box = boxes.find(({ uuid }) => uuid === TFRF);
  if (!box) return [];
  const reader = new BoxReader(view, box);
  const { version } = reader.versionAndFlags();
  const count = reader.u8();
  return Array.from({ length: count }, () => readSpan(reader, version));
}

/** Version 1 and above: 64 bits each. The time is signed, because audio priming makes it negative. */
function readSpan(reader: BoxReader, version: number): TickSpan {
  return version === 0
    ? { start: ticks(reader.u32()), duration: ticks(reader.u32()) }
    : { start: ticks(reader.i64()), duration: ticks(reader.u64()) };
}
