import { hexFromBytes } from '../base/bytes.ts';
import type { Box } from '../mp4/box.ts';
import { BoxReader } from '../mp4/reader.ts';

/** A key and its parameters, from an override or a sample group. */
export interface KeyUse {
  readonly isProtected: boolean;
  readonly ivSize: number;
  readonly keyId: string;
}

/** Consecutive samples with one key; `undefined`: with that of their track. */
export interface KeyRun {
  readonly count: number;
  readonly use: KeyUse | undefined;
}

const SEIG = 0x73656967;
const ENTRY_SIZE = 20;

/** Which samples of a fragment have which key, by its own `seig` groups. ISO/IEC 23001-7, 6; ISO/IEC 14496-12, 8.9. */
export function readKeyRuns(view: DataView, boxes: readonly Box[], sampleCount: number): readonly KeyRun[] {
  const members = readSeig(view, boxes, 'sbgp');
  const uses = readKeyUses(view, boxes);
  const runs: KeyRun[] = [];
  let covered = 0;
  const add = (count: number, use: KeyUse | undefined) => {
    const taken = Math.min(count, sampleCount - covered);
    const last = runs.at(-1);
    if (taken <= 0) return;
    covered += taken;
    if (last && isSameUse(last.use, use)) runs.splice(-1, 1, { count: last.count + taken, use });
    else runs.push({ count: taken, use });
  };
  if (members && uses) {
    if (members.version > 0) members.reader.u32();
    for (let left = members.reader.u32(); left > 0; left--) {
      const count = members.reader.u32();
      // An index into the fragment's own entries, or a value that stands for one: there is no other list.
      const index = members.reader.u32() & 0xffff;
      add(count, index === 0 ? undefined : uses[index - 1]);
    }
  }
  // The rest is in no group.
  add(sampleCount, undefined);
  return runs;
}

export const isSameUse = (a: KeyUse | undefined, b: KeyUse | undefined): boolean =>
  a?.isProtected === b?.isProtected && a?.ivSize === b?.ivSize && a?.keyId === b?.keyId;

function readKeyUses(view: DataView, boxes: readonly Box[]): readonly KeyUse[] | undefined {
  const groups = readSeig(view, boxes, 'sgpd');
  if (!groups) return undefined;
  const { reader, version } = groups;
  const length = version > 0 ? reader.u32() : ENTRY_SIZE;
  if (version > 1) reader.u32();
  const uses: KeyUse[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const size = length === 0 ? reader.u32() : length;
    const head = reader.u32();
    uses.push({ isProtected: (head & 0xff00) !== 0, ivSize: head & 0xff, keyId: readKeyId(view, reader) });
    reader.skip(Math.max(0, size - ENTRY_SIZE));
  }
  return uses;
}

function readSeig(view: DataView, boxes: readonly Box[], type: string) {
  for (const box of boxes.filter((candidate) => candidate.type === type)) {
    const reader = new BoxReader(view, box);
    const { version } = reader.versionAndFlags();
    if (reader.u32() === SEIG) return { reader, version };
  }
  return undefined;
}

export function readKeyId(view: DataView, reader: BoxReader): string {
  const at = reader.skip(16);
  return hexFromBytes(new Uint8Array(view.buffer, view.byteOffset + at, 16));
}
