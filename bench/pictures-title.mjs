// Makes the title that previews and trick play are measured on: its key frames are as large as real ones, unlike those of the
// other title, whose bitrates are made of filler.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const LEVELS = [
  [320, 180, 230],
  [480, 270, 450],
  [640, 360, 850],
  [960, 540, 1500],
  [1280, 720, 2500],
];
const SECONDS = 160;

/** Makes `pictures.ism` in a folder, unless it is there; gives whether it is. Needs ffmpeg. */
export async function makePicturesTitle(folder) {
  if (existsSync(join(folder, 'pictures.ism'))) return true;
  if (spawnSync('ffmpeg', ['-version']).error) return false;
  console.log('Making the title to look for places in (once) …');
  const work = join(folder, 'pictures');
  mkdirSync(work, { recursive: true });
  const ffmpeg = (args) => spawnSync('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: 'inherit' });
  const videos = LEVELS.map(([width, height, kilobits]) => {
    const path = join(work, `${height}.mp4`);
    const rate = ['-b:v', '-minrate', '-maxrate', '-bufsize'].flatMap((name) => [name, `${kilobits}k`]);
    ffmpeg([
      ...['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=25:duration=${SECONDS}`],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', ...rate, '-pix_fmt', 'yuv420p'],
      ...['-x264-params', 'nal-hrd=cbr:keyint=50:min-keyint=50:scenecut=0', path],
    ]);
    return path;
  });
  const audio = join(work, 'audio.mp4');
  ffmpeg(['-f', 'lavfi', '-i', `sine=frequency=440:duration=${SECONDS}`, '-c:a', 'aac', audio]);
  const { packagePresentation } = await import('../build/demo/origin/package.js');
  await packagePresentation({
    videos,
    audio: [{ language: 'en', path: audio }],
    folder,
    name: 'pictures',
    fragmentSeconds: 2,
    encryption: undefined,
    report: () => {},
  });
  rmSync(work, { recursive: true });
  return true;
}
