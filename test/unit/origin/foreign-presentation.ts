import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BoxWriter } from '../../../src/mp4/writer.ts';

/** A fragment of the foreign file, by what its `mdat` holds. */
export interface ForeignFragment {
  readonly track: number;
  readonly time: bigint;
  readonly payload: string;
}

export interface ForeignFile {
  readonly fragments: readonly ForeignFragment[];
  /** 0 has times and offsets of 32 bits. */
  readonly tfraVersion: 0 | 1;
  /** Bytes of each traf, trun and sample number, 1 to 4. */
  readonly numberSizes: readonly [number, number, number];
  /** Whether `mdat` tells its size in 64 bits. */
  readonly isLarge: boolean;
}

/** Writes a file with several tracks, as other people's packagers lay it out. */
export async function writeForeignFile(path: string, file: ForeignFile): Promise<void> {
  const w = new BoxWriter();
  w.box('ftyp', () => w.fourCC('piff'));
  const offsets = file.fragments.map(({ track, payload }, k) => {
    const offset = w.length;
    w.box('moof', () => {
      w.fullBox('mfhd', 0, 0, () => w.u32(k + 1));
      w.box('traf', () => {
        w.fullBox('tfhd', 0, 0, () => w.u32(track));
        w.fullBox('trun', 0, 0x200, () => [1, payload.length].forEach((value) => void w.u32(value)));
      });
    });
    w.box('free', () => w.zeros(5));
    w.u32(file.isLarge ? 1 : 8 + payload.length);
    w.fourCC('mdat');
    if (file.isLarge) w.u64(BigInt(16 + payload.length));
    w.bytes(Buffer.from(payload));
    return offset;
  });
  w.box('mfra', () => {
    for (const track of new Set(file.fragments.map((fragment) => fragment.track))) {
      writeTable(w, file, track, offsets);
    }
    w.fullBox('mfro', 0, 0, () => w.u32(0));
  });
  const bytes = Buffer.from(w.finish());
  bytes.writeUInt32BE(bytes.length - bytes.lastIndexOf('mfra') + 4, bytes.length - 4);
  await writeFile(path, bytes);
}

function writeTable(w: BoxWriter, file: ForeignFile, track: number, offsets: readonly number[]): void {
  const { fragments, tfraVersion, numberSizes } = file;
  const own = fragments.flatMap((fragment, k) => (fragment.track === track ? [k] : []));
  w.fullBox('tfra', tfraVersion, 0, () => {
    w.u32(track);
    w.u32(numberSizes.reduce((bits, size) => bits * 4 + size - 1, 0));
    w.u32(own.length);
    for (const k of own) {
      const words = [fragments[k]?.time ?? 0n, BigInt(offsets[k] ?? 0)];
      for (const word of words) tfraVersion === 1 ? w.u64(word) : w.u32(Number(word));
      for (const size of numberSizes) {
        w.zeros(size - 1);
        w.u8(1);
      }
    }
  });
}

/** Writes a server manifest in UTF-16 with its names in odd cases. */
export async function writeForeignManifest(folder: string, name: string, src: string): Promise<void> {
  const param = (key: string, value: string) => `<Param Name="${key}" VALUE="${value}" valuetype="data"/>`;
  const text = `\ufeff<?xml version="1.0" encoding="utf-16"?>
<smil xmlns="http://www.w3.org/2001/SMIL20/Language">
<HEAD><Meta NAME="clientManifestRelativePath" content="${name}.ismc"/></HEAD><body><switch>
<Video SRC="${src}" SystemBitrate="500000">${param('TrackID', '1')}${param('cam_Angle', 'left')}</Video>
<Video SRC="${src}" SystemBitrate="500000">${param('TrackID', '2')}${param('cam_Angle', 'right')}</Video>
<audio src="${src}" systembitrate="64000">${param('trackid', '3')}${param('TRACKNAME', 'Sound')}</audio>
<textstream src="../${src}" systemBitrate="1">${param('trackID', '1')}</textstream>
</switch></body></smil>`;
  await writeFile(join(folder, `${name}.ism`), Buffer.from(text, 'utf16le'));
}
