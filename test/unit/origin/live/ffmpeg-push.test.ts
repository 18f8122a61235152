import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createOrigin } from '../../../../demo/origin/server.ts';
import { ask } from '../ask.ts';
import { askFragment, askManifest } from './ask-live.ts';
import { until } from './pusher.ts';

const PATH = '/live/event.isml';

/** Why the test can't run here; `undefined`: it can. */
function obstacle(): string | undefined {
  const { error, stdout } = spawnSync('ffmpeg', ['-hide_banner', '-encoders'], { encoding: 'utf8' });
  if (error) return 'ffmpeg is not installed (on Debian: apt-get install ffmpeg)';
  return /\blibx264\b/.test(stdout) ? undefined : 'this ffmpeg cannot encode H.264: it has no libx264';
}

const reason = obstacle();
if (reason !== undefined) console.warn(`A push by ffmpeg is not tested: ${reason}.`);

/** Eight seconds of picture at two levels and of sound, as fast as they can be made. */
const ENCODE = [
  ...['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25'],
  ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
  ...['-map', '0:v', '-map', '0:v', '-map', '1:a', '-t', '8'],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-b:v:0', '300k', '-b:v:1', '100k'],
  ...['-g', '50', '-keyint_min', '50', '-sc_threshold', '0', '-c:a', 'aac', '-b:a', '64k'],
  ...['-f', 'ismv', '-movflags', 'isml+frag_keyframe'],
];

function encodeTo(url: string): Promise<string> {
  const encoder = spawn('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', ...ENCODE, url]);
  let complaints = '';
  encoder.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  return new Promise((resolve, reject) => {
    encoder.once('error', reject).once('close', (code) => resolve(code === 0 ? '' : complaints));
  });
}

it.skipIf(reason !== undefined)(
  'what ffmpeg pushes is a live title, and on demand when it ends',
  async () => {
    const archive = await mkdtemp(join(tmpdir(), 'origin-ffmpeg-'));
    const origin = createOrigin({
      control: true,
      publish: [{ path: PATH, archive }],
      presentations: { '/archive': archive },
    });
    try {
      const url = await origin.listen();
      expect(await encodeTo(`${url}${PATH}/Streams(main)`)).toBe('');
      const point = async () => JSON.parse(`${(await ask(url, '/control/live')).body}`)[0];
      // ffmpeg does not wait until what it sent is taken in.
      await until(async () => (await point()).state === 'ended');
      const { presentation } = await point();
      for (const path of [PATH, `/archive/${presentation}`]) {
        const { root, streams } = await askManifest(url, path);
        expect([root.IsLive, root.Duration]).toEqual([undefined, '80000000']);
        expect(streams.map(({ name, bitrates }) => [name, ...bitrates])).toEqual([
          ['video', '300000', '100000'],
          ['audio', '64000'],
        ]);
        for (const { name, bitrates, chunks } of streams) {
          // What ffmpeg sends before time 0, for the decoder to get going, is gone; nothing is missing in between.
          expect(chunks[0]?.time).toBe(0n);
          for (const [i, { time, duration }] of chunks.entries())
            expect(chunks[i + 1]?.time ?? time + duration).toBe(time + duration);
          for (const bitrate of bitrates) {
            for (const { time, duration } of chunks) {
              const { status, self, durations, samples } = await askFragment(url, path, name, time, {
                bitrate,
              });
              expect([status, self]).toEqual([200, { time, duration }]);
              expect(BigInt(durations.reduce((sum, ticks) => sum + ticks, 0))).toBe(duration);
              expect(samples.every(({ length }) => length > 0)).toBe(true);
            }
          }
        }
      }
    } finally {
      await origin.close();
      await rm(archive, { recursive: true, force: true });
    }
  },
);
