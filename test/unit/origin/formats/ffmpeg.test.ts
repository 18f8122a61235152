import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOrigin, type Origin } from '../../../../demo/origin/server.ts';
import { readStrip, SAMPLE as STRIP } from '../../../../demo/sample/strip.ts';
import { SAMPLE } from './titles.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).error === undefined;
if (!hasFfmpeg) console.warn('ffmpeg does not read what the origin makes: it is not installed.');

const [WIDTH, HEIGHT] = [320, 180];

let origin: Origin;
let url: string;
beforeAll(async () => {
  origin = createOrigin({
    presentations: { '/sample': SAMPLE },
    live: [{ path: '/live/a.isml', source: join(SAMPLE, 'sample.ism'), epoch: 'dotnet' }],
  });
  url = await origin.listen();
});
afterAll(() => origin.close());

function run(args: readonly string[]): Promise<{ out: Buffer; complaints: string }> {
  const child = spawn('ffmpeg', ['-v', 'error', '-nostdin', ...args]);
  const pieces: Buffer[] = [];
  let complaints = '';
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', () => resolve({ out: Buffer.concat(pieces), complaints }));
  });
}

/** Decodes a level; gives the number of each frame, as its pixels tell, and which level it is of. */
async function framesOf(path: string, level: number, more: readonly string[] = []) {
  const { out, complaints } = await run([
    ...more,
    ...['-i', `${url}${path}`, '-map', `0:v:${level}`, '-vf', `scale=${WIDTH}:${HEIGHT},format=gray`],
    ...['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'],
  ]);
  const size = WIDTH * HEIGHT;
  const frames = Array.from({ length: Math.floor(out.length / size) }, (_, i) =>
    readStrip((x, y) => out[i * size + y * WIDTH + x] ?? 0, WIDTH, HEIGHT),
  );
  return {
    frames: frames.map((strip) => strip?.frame),
    levels: new Set(frames.map((strip) => strip?.level)),
    complaints,
  };
}

const ALL = Array.from({ length: STRIP.frames }, (_, i) => i);

describe.skipIf(!hasFfmpeg)('ffmpeg', () => {
  it.each([
    ['HLS', 'Manifest(format=m3u8-cmaf).m3u8', 0],
    ['HLS', 'Manifest(format=m3u8-cmaf).m3u8', 3],
    ['DASH', 'Manifest(format=mpd-time-cmaf).mpd', 0],
    ['DASH', 'Manifest(format=mpd-time-cmaf).mpd', 3],
  ])('decodes every frame of %s, in order: %s, level %i', async (_, manifest, level) => {
    const { frames, levels, complaints } = await framesOf(`/sample/sample.ism/${manifest}`, level);
    expect(complaints).toBe('');
    expect(frames).toEqual(ALL);
    expect([...levels]).toEqual([level]);
  });

  it('decodes the audio of both languages to its end', async () => {
    for (const track of [0, 1]) {
      const { out, complaints } = await run([
        ...['-i', `${url}/sample/sample.ism/Manifest(format=m3u8-cmaf).m3u8`, '-map', `0:a:${track}`],
        ...['-ac', '1', '-ar', '8000', '-f', 's16le', 'pipe:1'],
      ]);
      expect(complaints).toBe('');
      expect(out.length / 2 / 8000).toBeCloseTo(30, 0);
    }
  });

  it('finds one picture a chunk in the list of key frames', async () => {
    const path =
      '/sample/sample.ism/QualityLevels(57019)/Manifest(video,format=m3u8-cmaf,type=keyframes).m3u8';
    const { frames } = await framesOf(path, 0);
    expect(frames).toEqual(Array.from({ length: 15 }, (_, i) => i * 50));
  });

  it.each([
    ['HLS', 'Manifest(format=m3u8-cmaf).m3u8'],
    ['DASH', 'Manifest(format=mpd-time-cmaf).mpd'],
  ])('follows a live channel in %s', async (_, manifest) => {
    const { frames } = await framesOf(`/live/a.isml/${manifest}`, 0, ['-t', '5']);
    expect(frames.length).toBeGreaterThanOrEqual(120);
    const steps = new Set(
      frames.slice(1).map((frame = -1, i) => (frame - (frames[i] ?? -1) + STRIP.frames) % STRIP.frames),
    );
    expect([...steps]).toEqual([1]);
  });
});
