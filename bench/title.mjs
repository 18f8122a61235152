// Makes the title that everything is measured on: the sample over and over, each level blown up to its bitrate by filler
// that decoders pass over. All levels show the same small picture, so that decoding costs each player the same.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  ALL_FORMATS,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';

export const KILOBITS = [230, 450, 850, 1500, 2500, 4000];
const SECONDS = 150;
const SAMPLE_SECONDS = 30;
const FRAMES_PER_SECOND = 25;
/** Baseline, 426 × 240: cheap to decode on any machine. */
const PICTURES = 'demo/sample/sample_92.ismv';
const SOUND = 'demo/sample/sample_en_10.isma';
/** ISO/IEC 14496-10, 7.3.2.7. */
const FILLER_DATA = 12;

/** Makes `title.ism` in a folder, unless it is there. */
export async function makeTitle(folder) {
  if (existsSync(join(folder, 'title.ism'))) return;
  console.log('Making the title to measure with (once) …');
  const work = join(folder, 'levels');
  mkdirSync(work, { recursive: true });
  const pictures = await packetsOf(PICTURES, 'video');
  const sound = await packetsOf(SOUND, 'audio');
  const videos = [];
  for (const kilobits of KILOBITS) {
    const path = join(work, `${kilobits}.mp4`);
    await writeTrack(path, new EncodedVideoPacketSource('avc'), pictures, (packet, index) =>
      withFiller(packet, (kilobits * variation(index) * 1000) / 8 / FRAMES_PER_SECOND),
    );
    videos.push(path);
  }
  const audio = join(work, 'audio.mp4');
  await writeTrack(audio, new EncodedAudioPacketSource('aac'), sound, (packet) => packet.data);
  const { packagePresentation } = await import('../build/demo/origin/package.js');
  await packagePresentation({
    videos,
    audio: [{ language: 'en', path: audio }],
    folder,
    name: 'title',
    fragmentSeconds: 2,
    encryption: undefined,
    report: () => {},
  });
  rmSync(work, { recursive: true });
}

async function packetsOf(path, type) {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const track = type === 'video' ? await input.getPrimaryVideoTrack() : await input.getPrimaryAudioTrack();
  const config = await track.getDecoderConfig();
  const packets = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  input.dispose();
  return { type, config, packets };
}

async function writeTrack(path, source, { type, config, packets }, dataOf) {
  const output = new Output({ format: new Mp4OutputFormat(), target: new FilePathTarget(path) });
  if (type === 'video') output.addVideoTrack(source);
  else output.addAudioTrack(source);
  await output.start();
  for (let from = 0, index = 0; from < SECONDS; from += SAMPLE_SECONDS) {
    for (const packet of packets) {
      const { type: kind, timestamp, duration } = packet;
      const bytes = dataOf(packet, index);
      const first = index === 0 ? { decoderConfig: config } : undefined;
      await source.add(new EncodedPacket(bytes, kind, timestamp + from, duration), first);
      index += 1;
    }
  }
  await output.finalize();
}

/** Encoders' bitrates vary: half as much again and half, over some twenty seconds, the same for every level. */
const variation = (index) => 1 + 0.35 * Math.sin(index / 83) + 0.15 * Math.sin(index / 29);

/** What a level's bitrate has to be multiplied by between two times, in seconds; a live channel shows the title over and over. */
export function variationOver(from, to) {
  const [first, last] = [from, to].map((time) => Math.round(time * FRAMES_PER_SECOND));
  const frames = Array.from({ length: Math.max(1, last - first) }, (_, i) => first + i);
  const sum = frames.reduce((total, index) => total + variation(index % (SECONDS * FRAMES_PER_SECOND)), 0);
  return sum / frames.length;
}

function withFiller({ data }, bytes) {
  const missing = Math.round(bytes) - data.length - 6;
  if (missing < 0) return data;
  const padded = new Uint8Array(data.length + 6 + missing).fill(0xff);
  padded.set(data);
  new DataView(padded.buffer).setUint32(data.length, missing + 2);
  padded[data.length + 4] = FILLER_DATA;
  padded[padded.length - 1] = 0x80;
  return padded;
}
