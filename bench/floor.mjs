// The least that a player could do: one that knows everything beforehand, parses and decides nothing, and only fetches and appends. Its
// segments are made here, once.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bitrates of the floor's first fragment, and of all others, about those that peers begin with and reach. */
const FIRST = 900_000;

/** Writes the segments of a title and a list of them into a folder, unless they are there. */
export async function makeFloor(folder, url) {
  if (existsSync(join(folder, 'list.json'))) return;
  mkdirSync(folder, { recursive: true });
  const { parseManifest, createInitSegment } = await import('../build/src/index.js');
  const presentation = parseManifest(await bytesOf(url), url);
  const tracks = [];
  for (const stream of presentation.streams.filter(({ type }) => type === 'video' || type === 'audio')) {
    const highest = stream.levels.at(-1);
    const first = stream.levels.findLast(({ bitrate }) => bitrate <= FIRST) ?? highest;
    const name = (level, index) => `${stream.type}-${stream.levels.indexOf(level)}-${index}.mp4`;
    for (const level of new Set([first, highest])) {
      writeFileSync(join(folder, name(level, 'init')), createInitSegment(stream, level));
      for (const chunk of stream.chunks)
        writeFileSync(join(folder, name(level, chunk.index)), await segmentOf(url, stream, level, chunk));
    }
    const starts = [...stream.chunks].map(({ start }) => Number(start) / Number(stream.timescale));
    const mime = `${stream.type}/mp4; codecs="${highest.codec}"`;
    const levels = [first, highest].map((level) => stream.levels.indexOf(level));
    tracks.push({ type: stream.type, mime, starts, first: levels[0], rest: levels[1] });
  }
  writeFileSync(join(folder, 'list.json'), JSON.stringify(tracks));
}

async function segmentOf(manifest, stream, level, { start, duration }) {
  const { fragmentUrl, FragmentTransmuxer, ticks } = await import('../build/src/index.js');
  const transmuxer = new FragmentTransmuxer({ stream, level, start, duration, origin: ticks(0) });
  const pieces = transmuxer.push(await bytesOf(fragmentUrl(manifest, stream, level, start)));
  transmuxer.finish();
  return Buffer.concat(pieces);
}

const bytesOf = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
