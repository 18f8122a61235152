import { type FileHandle, open } from 'node:fs/promises';
import { boxAt, type FileBox, readAt } from '../demo/origin/boxes.ts';
import { isSmoothError } from '../src/base/errors.ts';
import { type Ticks, ticks, timescale } from '../src/base/time.ts';
import { examineFragment, type FragmentQuestion } from '../src/doctor/examine-fragment.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { boxesIn, childrenOf, findBox } from '../src/mp4/box.ts';
import { readMovieFragment } from '../src/mp4/fragment.ts';
import type { FragmentReported } from './inspect-title.ts';

/** A track according to the file's `moov`, or guessed. */
interface Track {
  readonly id: number;
  readonly type: 'video' | 'audio' | 'text';
  readonly timescale: number;
  readonly sampleEntry: string | undefined;
}

export interface MediaReport {
  readonly tracks: readonly (Track & { readonly fragments: number })[];
  readonly hasIndex: boolean;
  readonly fragments: readonly FragmentReported[];
  readonly findings: readonly Finding[];
  readonly needs: readonly string[];
}

/** The maximum number of fragments read; the rest of longer files is ignored. */
const MOST_FRAGMENTS = 20_000;
const MOST_MOOV = 16 * 1024 * 1024;
const MOST_FRAGMENT = 64 * 1024 * 1024;

interface Found {
  readonly moof: FileBox;
  readonly mdat: FileBox | undefined;
}

/** Examines an `.ismv`, an `.isma`, or one fragment in a file: the first fragment of each track. */
export async function inspectMedia(
  path: string,
  seen: (where: string, bytes: Uint8Array) => void,
): Promise<MediaReport> {
  const file = await open(path);
  try {
    const { moov, fragments, hasIndex, brokenAt } = await walk(file);
    if (moov) seen('moov', moov);
    const findings: Finding[] = [];
    if (brokenAt !== undefined) {
      const what = `its boxes are invalid from byte ${brokenAt} on`;
      findings.push({
        weight: 'mended',
        where: 'file',
        what,
        section: 'ISO/IEC 14496-12, 4.2',
        action: 'requests truncated fragments again',
      });
    }
    const known = moov ? tracksOf(moov) : [];
    const counts = new Map<number, number>();
    const reported: FragmentReported[] = [];
    const tracks = [...known];
    for (const found of fragments) {
      const id = await trackIdOf(file, found.moof);
      const before = counts.get(id) ?? 0;
      counts.set(id, before + 1);
      if (before > 0) continue;
      const bytes = await bytesOf(file, found);
      let track = tracks.find((one) => one.id === id);
      if (!track) {
        track = { id, type: guessType(bytes), timescale: 10_000_000, sampleEntry: undefined };
        tracks.push(track);
      }
      const where = `track ${id} (${track.type}), first fragment`;
      seen(where, bytes);
      const { facts, findings: met } = examineFirst(bytes, track, where);
      findings.push(...met);
      reported.push({ where, stream: String(id), type: track.type, facts, ms: 0 });
    }
    if (fragments.length === 0) {
      const what = moov ? 'it has no fragments' : 'it has neither moov nor moof';
      const remedy = "package it in fragments, with this project's packager or with ffmpeg -f ismv";
      findings.push({
        weight: 'fatal',
        where: 'file',
        what,
        section: 'MS-SSTR 2.2.4',
        action: 'plays fragments only',
        remedy,
      });
    }
    if (tracks.length > 0 && tracks.every(({ type }) => type === 'text')) {
      findings.push({
        weight: 'fatal',
        where: 'file',
        what: 'it has only text',
        section: 'MS-SSTR 2.2.2.3',
        action: 'plays audio and video',
      });
    }
    if (moov && fragments.length > 0 && !hasIndex) {
      const what = 'it has no mfra at its end';
      findings.push({
        weight: 'note',
        where: 'file',
        what,
        section: 'PIFF 1.1, 5',
        action: 'is not affected, but servers use it to find fragments',
      });
    }
    return {
      tracks: tracks.map((track) => ({ ...track, fragments: counts.get(track.id) ?? 0 })),
      hasIndex,
      fragments: reported,
      findings,
      needs: reported.some(({ facts }) => facts?.isEncrypted) ? ['a licence for its keys'] : [],
    };
  } finally {
    await file.close();
  }
}

async function walk(file: FileHandle) {
  const { size: end } = await file.stat();
  const fragments: { moof: FileBox; mdat: FileBox | undefined }[] = [];
  let [moov, hasIndex, brokenAt]: [Uint8Array?, boolean?, number?] = [];
  for (let at = 0; at < end && fragments.length < MOST_FRAGMENTS; ) {
    const box = await boxAt(file, at, end);
    if (!box) {
      brokenAt = at;
      break;
    }
    if (box.type === 'moov' && box.size <= MOST_MOOV) moov = await readAt(file, box.offset, box.size);
    if (box.type === 'moof') fragments.push({ moof: box, mdat: undefined });
    if (box.type === 'mfra') hasIndex = true;
    const last = fragments.at(-1);
    if (box.type === 'mdat' && last) last.mdat ??= box;
    at = box.offset + box.size;
  }
  return { moov, fragments, hasIndex: hasIndex ?? false, brokenAt };
}

async function bytesOf(file: FileHandle, { moof, mdat }: Found): Promise<Uint8Array> {
  const end = mdat ? mdat.offset + mdat.size : moof.offset + moof.size;
  return readAt(file, moof.offset, Math.min(MOST_FRAGMENT, end - moof.offset));
}

async function trackIdOf(file: FileHandle, moof: FileBox): Promise<number> {
  const view = viewOf(await readAt(file, moof.offset, Math.min(moof.size, MOST_MOOV)));
  try {
    const tfhd = findBox(view, 'moof', 'traf', 'tfhd');
    return tfhd ? view.getUint32(tfhd.payload + 4) : 0;
  } catch {
    return 0;
  }
}

/** Examined as the chunk that it claims to be, with its own time and duration. */
function examineFirst(bytes: Uint8Array, track: Track, where: string) {
  const question = (start: Ticks, duration: Ticks): FragmentQuestion => ({
    stream: { type: track.type, timescale: timescale(track.timescale), name: String(track.id) },
    level: { bitrate: 0 },
    chunk: { start, duration },
    isLive: false,
    keyIds: [],
  });
  const start = ticks(ownTime(bytes) ?? 0n);
  const first = examineFragment(bytes, question(start, ticks(0)), where);
  const length = ticks(Math.round((first.facts?.duration ?? 0) * track.timescale));
  return first.facts ? examineFragment(bytes, question(start, length), where) : first;
}

function ownTime(bytes: Uint8Array): bigint | undefined {
  try {
    const moof = findBox(viewOf(bytes), 'moof');
    if (!moof) return undefined;
    return readMovieFragment(viewOf(bytes.subarray(moof.start, moof.end))).tracks[0]?.decodeTime;
  } catch {
    return undefined;
  }
}

const TYPES: Readonly<Record<string, Track['type']>> = { vide: 'video', soun: 'audio' };

function tracksOf(moov: Uint8Array): Track[] {
  const view = viewOf(moov);
  const root = findBox(view, 'moov');
  const traks = root ? [...childrenOf(view, root)].filter(({ type }) => type === 'trak') : [];
  return traks.flatMap((trak) => {
    const inside = viewOf(moov.subarray(trak.payload, trak.end));
    try {
      const [tkhd, mdhd] = [findBox(inside, 'tkhd'), findBox(inside, 'mdia', 'mdhd')];
      const hdlr = findBox(inside, 'mdia', 'hdlr');
      const stsd = findBox(inside, 'mdia', 'minf', 'stbl', 'stsd');
      if (!tkhd || !mdhd || !hdlr) return [];
      // Version 1 has 64-bit times before the field.
      const isLong = (payload: number) => inside.getUint8(payload) === 1;
      const fourCC = (at: number) => Buffer.from(inside.buffer, inside.byteOffset + at, 4).toString('latin1');
      return {
        id: inside.getUint32(tkhd.payload + (isLong(tkhd.payload) ? 20 : 12)),
        timescale: inside.getUint32(mdhd.payload + (isLong(mdhd.payload) ? 20 : 12)),
        type: TYPES[fourCC(hdlr.payload + 8)] ?? 'text',
        sampleEntry: stsd && stsd.end >= stsd.payload + 16 ? fourCC(stsd.payload + 12) : undefined,
      };
    } catch (error) {
      if (isSmoothError(error) || error instanceof RangeError) return [];
      throw error;
    }
  });
}

/** A video sample begins with the length of a NAL unit, which begins with a zero bit. */
function guessType(bytes: Uint8Array): Track['type'] {
  const view = viewOf(bytes);
  for (const box of boxesIn(view)) {
    if (box.type !== 'mdat' || box.end - box.payload < 6) continue;
    const length = view.getUint32(box.payload);
    const isNal = length > 1 && length <= box.end - box.payload - 4 && view.getUint8(box.payload + 4) < 0x80;
    return isNal ? 'video' : 'audio';
  }
  return 'audio';
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
