// The least that a player could do: one that knows everything beforehand, parses and decides nothing, and only fetches and appends. Its
// segments are made here, once. It begins with the lowest level, since nothing starts sooner on any line, and then plays the highest.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the segments of a title and a list of them into a folder, unless they are there. */
export async function makeFloor(folder, url) {
  if (existsSync(join(folder, 'tracks.json'))) return;
  const { parseManifest, createInitSegment } = await import('../build/src/index.js');
  const presentation = parseManifest(await bytesOf(url), url);
  const tracks = [];
  for (const stream of presentation.streams.filter(({ type }) => type === 'video' || type === 'audio')) {
    const [lowest, highest] = [stream.levels[0], stream.levels.at(-1)];
    for (const level of new Set([lowest, highest])) {
      // Named as in the requests of the others, so that the origin's log reads alike.
      const levelFolder = join(folder, `QualityLevels(${level.bitrate})`);
      mkdirSync(levelFolder, { recursive: true });
      writeFileSync(join(levelFolder, `${stream.type}.mp4`), createInitSegment(stream, level));
      for (const chunk of stream.chunks) {
        const name = `Fragments(${stream.type}=${chunk.start})`;
        writeFileSync(join(levelFolder, name), await segmentOf(url, stream, level, chunk));
      }
    }
    const starts = [...stream.chunks].map(({ start }) => Number(start));
    const mime = `${stream.type}/mp4; codecs="${highest.codec}"`;
    const { timescale } = stream;
    const bitrates = { first: lowest.bitrate, rest: highest.bitrate };
    tracks.push({ type: stream.type, mime, starts, timescale: Number(timescale), ...bitrates });
  }
  writeFileSync(join(folder, 'tracks.json'), JSON.stringify(tracks));
}

async function segmentOf(manifest, stream, level, { start, duration }) {
  const { fragmentUrl, FragmentTransmuxer, ticks } = await import('../build/src/index.js');
  const transmuxer = new FragmentTransmuxer({ stream, level, start, duration, origin: ticks(0) });
  const pieces = transmuxer.push(await bytesOf(fragmentUrl(manifest, stream, level, start)));
  transmuxer.finish();
  return Buffer.concat(pieces);
}

const bytesOf = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
