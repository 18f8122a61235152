import { writeFile } from 'node:fs/promises';
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';

/** A film of made-up samples: its parameter sets are real, its pictures are noise. */
export interface MadeFilm {
  /** Pictures a second, as a fraction. */
  readonly rate: readonly [number, number];
  readonly pictures: number;
  /** Pictures from one key frame to the next. */
  readonly keyEvery: number;
  /** Whether every second and third picture are decoded in the reverse order. */
  readonly reorders?: boolean;
  /** Size with square pixels; default: as coded, 256 × 144. */
  readonly display?: readonly [number, number];
  /** Degrees by which players rotate the pictures. */
  readonly rotation?: 90;
  /** AAC frames; none unless told. */
  readonly audioFrames?: number;
  /** Audio frames that lie before the film's start. */
  readonly priming?: number;
}

/** What was written, in decoding order. */
export interface MadeSamples {
  readonly video: readonly Uint8Array[];
  readonly audio: readonly Uint8Array[];
}

export const SPS = '6742C00CD981013B011000000300100000030320F142A680';
export const PPS = '68C96092C8';
const AUDIO_CONFIG = '1190';
const AUDIO_RATE = 48_000;

/** Writes the film as MP4, and gives the bytes of its samples. */
export async function makeFilm(path: string, film: MadeFilm): Promise<MadeSamples> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const videoSource = new EncodedVideoPacketSource('avc');
  const audioSource = new EncodedAudioPacketSource('aac');
  const [pictures, per] = film.rate;
  const frames = film.audioFrames ?? 0;
  output.addVideoTrack(videoSource, { frameRate: pictures / per, rotation: film.rotation ?? 0 });
  if (frames > 0) output.addAudioTrack(audioSource);
  await output.start();
  const made = { video: [] as Uint8Array[], audio: [] as Uint8Array[] };
  for (let i = 0; i < film.pictures; i++) {
    const isKey = i % film.keyEvery === 0;
    const data = noise(i, isKey ? 60 : 9 + (i % 7), isKey ? 0x65 : 0x41);
    made.video.push(data);
    const time = ((film.reorders ? shownAt(i, film) : i) * per) / pictures;
    const packet = new EncodedPacket(data, isKey ? 'key' : 'delta', time, per / pictures);
    await videoSource.add(packet, { decoderConfig: videoConfig(film) });
  }
  videoSource.close();
  for (let i = 0; i < frames; i++) {
    const data = noise(i, 5 + (i % 11), 0x21);
    made.audio.push(data);
    const time = ((i - (film.priming ?? 0)) * 1024) / AUDIO_RATE;
    await audioSource.add(new EncodedPacket(data, 'key', time, 1024 / AUDIO_RATE), {
      decoderConfig: {
        codec: 'mp4a.40.2',
        sampleRate: AUDIO_RATE,
        numberOfChannels: 2,
        description: Buffer.from(AUDIO_CONFIG, 'hex'),
      },
    });
  }
  if (frames > 0) audioSource.close();
  await output.finalize();
  await writeFile(path, new Uint8Array(target.buffer ?? new ArrayBuffer(0)));
  return made;
}

/** Key frames stay; the others go in pairs, the later one decoded first. */
function shownAt(index: number, { keyEvery, pictures }: MadeFilm): number {
  const inGroup = index % keyEvery;
  if (inGroup === 0) return index;
  const partner = inGroup % 2 === 1 ? index + 1 : index - 1;
  const isSameGroup = Math.floor(partner / keyEvery) === Math.floor(index / keyEvery);
  return isSameGroup && partner < pictures ? partner : index;
}

/** One NAL unit after its length. */
function noise(seed: number, length: number, header: number): Uint8Array {
  const bytes = new Uint8Array(4 + length);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes[4] = header;
  for (let i = 5; i < bytes.length; i++) bytes[i] = (seed * 31 + i * 17) & 0xff;
  return bytes;
}

function videoConfig({ display }: MadeFilm): VideoDecoderConfig {
  const [sps, pps] = [Buffer.from(SPS, 'hex'), Buffer.from(PPS, 'hex')];
  const head = [1, ...sps.subarray(1, 4), 0xff, 0xe1];
  const description = Uint8Array.from([...head, 0, sps.length, ...sps, 1, 0, pps.length, ...pps]);
  const [displayAspectWidth, displayAspectHeight] = display ?? [256, 144];
  const size = { codedWidth: 256, codedHeight: 144, displayAspectWidth, displayAspectHeight };
  return { codec: 'avc1.42C00C', ...size, description };
}
