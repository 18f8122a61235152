import { spawnSync } from 'node:child_process';

/** Brightness of the film's first picture, and what comes to it each second. */
export const BLACK = 16;
export const STEP = 3;

/** A film that ffmpeg makes. */
export interface Shot {
  readonly seconds: number;
  readonly keySeconds: number;
  readonly size?: string;
  /** Of a pixel, as a fraction. */
  readonly shape?: string;
}

/** Five pictures a second that grow lighter, with B-frames. */
export function shoot(path: string, { seconds, keySeconds, size = '320x180', shape = '1' }: Shot): void {
  const source = `color=black:size=${size}:rate=5:duration=${seconds},format=gray,geq=lum=${BLACK}+${STEP}*T`;
  const done = spawnSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `${source},format=yuv420p,setsar=${shape}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-sc_threshold', '0'],
    ...['-g', String(5 * keySeconds), path],
  ]);
  if (done.status !== 0) throw new Error(String(done.stderr));
}
