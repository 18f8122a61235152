import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BoxWriter } from '../../src/mp4/writer.ts';
import { boxAt, boxesIn, type FileBox, readAt } from './boxes.ts';
import { type ContentKey, encryptFragment, type PiffVersion } from './encrypt-fragment.ts';
import { readFragmentIndex } from './fragment-index.ts';
import { fragmentIndex } from './ismv.ts';
import { protectionElement } from './playready-header.ts';
import { readServerManifest, type ServedTrack } from './server-manifest.ts';

export interface EncryptOptions {
  /** The first one is the tracks'; several keys rotate. */
  readonly keys: readonly [ContentKey, ...ContentKey[]];
  readonly piff: PiffVersion;
  /** Number of fragments per key; default 1. */
  readonly rotateEvery?: number;
  /** The key of a level or stream; default: the keys rotate. */
  readonly keyOf?: (track: ServedTrack) => number;
  /** The number of fragments of each stream that stay clear; default 0. */
  readonly clearLead?: number;
  /** Names of streams that stay clear. */
  readonly clearStreams?: readonly string[];
  /** The licence URL in the header. */
  readonly licenceUrl?: string | undefined;
  /** Whether the header has checksums of its keys; default true. */
  readonly hasChecksum?: boolean;
}

/** A title on disk: `folder/name.ism`. */
export interface PresentationPlace {
  readonly folder: string;
  readonly name: string;
}

/** Encrypts a packaged title into another folder, or in place. */
export async function encryptPresentation(
  from: PresentationPlace,
  to: PresentationPlace,
  options: EncryptOptions,
): Promise<void> {
  const server = await readFile(join(from.folder, `${from.name}.ism`), 'utf8');
  const { tracks, clientManifest = `${from.name}.ismc` } = readServerManifest(Buffer.from(server));
  await mkdir(to.folder, { recursive: true });
  for (const track of tracks) {
    await encryptFile(join(from.folder, track.src), join(to.folder, track.src), track, options);
  }
  const client = await readFile(join(from.folder, clientManifest), 'utf8');
  const isProtected = client.replace(
    /<SmoothStreamingMedia[^>]*>/,
    (root) => `${root}\n${protectionElement(options)}`,
  );
  await writeFile(join(to.folder, `${to.name}.ismc`), isProtected);
  await writeFile(
    join(to.folder, `${to.name}.ism`),
    server.replace(`"${clientManifest}"`, `"${to.name}.ismc"`),
  );
}

/** Copies a file box by box, with encrypted fragments and a new index. */
async function encryptFile(
  from: string,
  to: string,
  track: ServedTrack,
  options: EncryptOptions,
): Promise<void> {
  // Browsers don't return decrypted text or images.
  const isNoMedia = track.kind === 'text' || track.params.get('subtype')?.toUpperCase() === 'ZOET';
  const isClear = isNoMedia || (options.clearStreams?.includes(track.name) ?? false);
  const times = [...((await readFragmentIndex(from)).get(track.trackId) ?? [])];
  const timeAt = new Map(times.map(([time, offset]) => [offset, time]));
  await mkdir(dirname(to), { recursive: true });
  const [source, target] = [await open(from), await open(`${to}.part`, 'w')];
  try {
    const { size: end } = await source.stat();
    const index: Parameters<typeof fragmentIndex>[1][number][] = [];
    let [written, fragments] = [0, 0];
    let nalLengthSize: number | undefined;
    let vector = randomBytes(8).readBigUInt64BE();
    const write = async (bytes: Uint8Array) => {
      await target.writeFile(bytes);
      written += bytes.length;
    };
    for (let box = await boxAt(source, 0, end); box && box.type !== 'mfra'; ) {
      let next = await boxAt(source, box.offset + box.size, end);
      const bytes = await readBox(source, box);
      const time = timeAt.get(box.offset);
      if (box.type === 'moov' && !isClear) {
        nalLengthSize = lengthSizeOf(bytes);
        await write(encryptMovie(bytes, options));
      } else if (box.type === 'moof' && time !== undefined && next?.type === 'mdat') {
        index.push({ time: time as Parameters<typeof fragmentIndex>[1][number]['time'], offset: written });
        const mdat = await readBox(source, next);
        const turns = Math.floor(fragments / (options.rotateEvery ?? 1)) % options.keys.length;
        const turn = options.keyOf?.(track) ?? turns;
        if (isClear || fragments < (options.clearLead ?? 0)) {
          await write(bytes);
          await write(mdat);
        } else {
          const key = options.keys[turn] ?? options.keys[0];
          const recipe = { key, namesKey: turn > 0, piff: options.piff, nalLengthSize, firstVector: vector };
          const made = encryptFragment(bytes, mdat.subarray(next.headerSize), recipe);
          vector += BigInt(made.samples);
          await write(made.moof);
          await write(mdat.subarray(0, next.headerSize));
          await write(made.payload);
        }
        fragments += 1;
        next = await boxAt(source, next.offset + next.size, end);
      } else await write(bytes);
      box = next;
    }
    await write(fragmentIndex(track.trackId, index));
  } finally {
    await source.close();
    await target.close();
  }
  await rename(`${to}.part`, to);
}

const readBox = (file: FileHandle, { offset, size }: FileBox): Promise<Buffer> => readAt(file, offset, size);

/** Size of NAL unit lengths, from `avcC`; `undefined` for audio. ISO/IEC 14496-15, 5.3.3.1. */
function lengthSizeOf(moov: Buffer): number | undefined {
  const at = moov.indexOf('avcC');
  return at < 0 ? undefined : (moov.readUInt8(at + 8) & 3) + 1;
}

/** Converts the sample entry to an encrypted one, with `sinf` at its end. */
function encryptMovie(moov: Buffer, options: EncryptOptions): Buffer {
  const parents: number[] = [];
  let [start, end] = [0, moov.length];
  for (const type of ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd']) {
    const found = boxesIn(moov, start, end).find((box) => box.type === type);
    if (!found) throw new Error(`the file has no ${type}`);
    parents.push(found.at);
    start = found.start + (type === 'stsd' ? 8 : 0);
    end = found.end;
  }
  const [entry] = boxesIn(moov, start, end);
  if (!entry) throw new Error('the file has no sample entry');
  const sinf = schemeInfo(entry.type, options);
  const grown = Buffer.concat([moov.subarray(0, entry.end), sinf, moov.subarray(entry.end)]);
  grown.write(entry.type === 'mp4a' ? 'enca' : 'encv', entry.at + 4, 'latin1');
  for (const at of [...parents, entry.at]) grown.writeUInt32BE(grown.readUInt32BE(at) + sinf.length, at);
  return grown;
}

/** PIFF 1.1, 5.3.3; ISO/IEC 23001-7, 8.2. */
function schemeInfo(original: string, { piff, keys: [{ keyId }] }: EncryptOptions): Buffer {
  const isPiff1 = piff === '1.1';
  const w = new BoxWriter(128);
  w.box('sinf', () => {
    w.box('frma', () => w.fourCC(original));
    w.fullBox('schm', 0, 0, () => {
      w.fourCC(isPiff1 ? 'piff' : 'cenc');
      w.u32(isPiff1 ? 0x10001 : 0x10000);
    });
    w.box('schi', () => {
      w.box(isPiff1 ? 'uuid' : 'tenc', () => {
        if (isPiff1) w.bytes(Buffer.from('8974dbce7be74c5184f97148f9882554', 'hex'));
        w.u32(0);
        w.u24(1);
        w.u8(8);
        w.bytes(Buffer.from(keyId, 'hex'));
      });
    });
  });
  return Buffer.from(w.finish());
}
