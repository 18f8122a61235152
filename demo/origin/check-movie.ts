import { open } from 'node:fs/promises';
import { type Box, boxAt, boxesIn, type FileBox, readAt } from './boxes.ts';

/**
 * Throws if an MP4 file has something that mediabunny doesn't see: samples in fragments besides those in `moov`, as
 * recorders write them, or a change of format within a track. ISO/IEC 14496-12, 8.5.2 and 8.8.
 */
export async function checkMovie(path: string, trackIds: readonly number[]): Promise<void> {
  const file = await open(path);
  try {
    const { size: end } = await file.stat();
    let isInMovie = false;
    let box: FileBox | undefined;
    for (let at = 0; ; at = box.offset + box.size) {
      box = await boxAt(file, at, end);
      if (box === undefined) return;
      if (box.type === 'moof' && isInMovie)
        throw new Error('it has samples in moov and in fragments: use "ffmpeg -i FILE -c copy NEW.mp4"');
      if (box.type !== 'moov') continue;
      const movie = readMovie(await readAt(file, box.offset, box.size));
      const tracks = movie.tracks.filter(({ id }) => trackIds.includes(id));
      if (tracks.some(({ formats }) => formats > 1))
        throw new Error('the format of a track changes, which titles can\'t express: use "encode"');
      isInMovie = tracks.some(({ samples }) => samples > 0);
      if (!movie.hasFragments || !isInMovie) return;
    }
  } finally {
    await file.close();
  }
}

function readMovie(bytes: Buffer) {
  const [root] = boxesIn(bytes);
  const children = root ? boxesIn(bytes, root.start, root.end) : [];
  const tracks = children.filter(({ type }) => type === 'trak').map((track) => readTrack(bytes, track));
  return { tracks, hasFragments: children.some(({ type }) => type === 'mvex') };
}

/** The number of different sample descriptions, and of samples in `moov`. */
function readTrack(bytes: Buffer, track: Box) {
  const find = (...path: string[]) =>
    path.reduce<Box | undefined>(
      (parent, name) => parent && boxesIn(bytes, parent.start, parent.end).find(({ type }) => type === name),
      track,
    );
  const numberAt = (box: Box | undefined, at: number) =>
    box && box.start + at + 4 <= box.end ? bytes.readUInt32BE(box.start + at) : 0;
  const table = (name: string) => find('mdia', 'minf', 'stbl', name);
  const header = find('tkhd');
  const formats = table('stsd');
  const entries = formats ? boxesIn(bytes, formats.start + 8, formats.end) : [];
  return {
    id: numberAt(header, header && bytes.readUInt8(header.start) === 1 ? 20 : 12),
    formats: new Set(entries.map(({ at, end }) => bytes.toString('latin1', at, end))).size,
    samples: numberAt(table('stsz') ?? table('stz2'), 8),
  };
}
