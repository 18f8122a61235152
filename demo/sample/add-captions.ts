/**
 * Adds captions to the sample's video, as CEA-608 in SEI messages of H.264, and leaves every other byte unchanged:
 * `node tools/run.mjs demo/sample/add-captions.ts demo/sample`, after the sample has been packaged.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFragmentIndex } from '../origin/fragment-index.ts';
import { readServerManifest } from '../origin/server-manifest.ts';
import { readTimedText, type TimedText } from '../origin/text/timed-text.ts';
import { withCaptions } from './caption-sei.ts';
import { line21, type PictureCaption } from './line21.ts';
import { SAMPLE } from './strip.ts';

await main(process.argv[2] ?? 'demo/sample');

async function main(folder: string): Promise<void> {
  const captions = await readTimedText(join(folder, 'text/en.vtt'));
  const pairs = line21(captions.map(onPictures));
  const { tracks } = readServerManifest(await readFile(join(folder, 'sample.ism')));
  for (const { kind, src, trackId } of tracks) {
    if (kind !== 'video') continue;
    const path = join(folder, src);
    const times = (await readFragmentIndex(path)).get(trackId) ?? new Map<bigint, number>();
    const before = await readFile(path);
    const after = withCaptions(before, { trackId, times, pairs });
    await writeFile(path, after);
    console.log(`${src}: ${after.length - before.length} bytes more`);
  }
}

function onPictures({ start, end, lines, isHigh }: TimedText): PictureCaption {
  const picture = (time: bigint) => Math.round((Number(time) / 1e7) * SAMPLE.framesPerSecond);
  return {
    from: picture(start),
    to: picture(end),
    lines: lines.map((line) => line.map(({ text }) => text).join('')),
    isHigh,
    isItalic: lines.flat().every(({ isItalic }) => isItalic),
  };
}
