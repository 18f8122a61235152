import { buildFragment } from '../../support/fragment-builder.ts';

export const CHUNK = 2;
const TICKS = 10_000_000;

const VIDEO = [
  {
    bitrate: 300_000,
    width: 426,
    height: 240,
    data: '000000016742C015D981B1FE4FFF0280027F1000000300100000030320F162E6800000000168C9632C80',
  },
  {
    bitrate: 800_000,
    width: 854,
    height: 480,
    data: '00000001674D401EECC06C1EF37FF828002808800000030080000019078B16CD0000000168E97892C8',
  },
  {
    bitrate: 2_000_000,
    width: 1280,
    height: 720,
    data: '000000016764001FACD9805005BB011000000300100000030320F18319A00000000168E97B2C8B',
  },
];
const AUDIO = { bitrate: 64_000 };

/** Of a fragment's samples; few, so that a session of a minute takes milliseconds. */
const SAMPLES = 4;

/** A title of so many seconds, in chunks of two: three levels of video, one of audio. `leaveOut`: chunks the manifest lacks. */
export function manifestOf(
  seconds: number,
  leaveOut: (stream: 'video' | 'audio', second: number) => boolean = () => false,
): string {
  const chunks = (stream: 'video' | 'audio') =>
    Array.from({ length: seconds / CHUNK }, (_, i) => i * CHUNK)
      .filter((second) => !leaveOut(stream, second))
      .map((second) => `<c t="${second * TICKS}" d="${CHUNK * TICKS}"/>`)
      .join('');
  const levels = VIDEO.map(
    ({ bitrate, width, height, data }, i) =>
      `<QualityLevel Index="${i}" Bitrate="${bitrate}" FourCC="H264" MaxWidth="${width}" MaxHeight="${height}" CodecPrivateData="${data}"/>`,
  ).join('');
  return `<?xml version="1.0"?><SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="${seconds * TICKS}"><StreamIndex Type="video" Name="video" Url="QualityLevels({bitrate})/Fragments(video={start time})">${levels}${chunks('video')}</StreamIndex><StreamIndex Type="audio" Name="audio" Url="QualityLevels({bitrate})/Fragments(audio={start time})"><QualityLevel Index="0" Bitrate="${AUDIO.bitrate}" FourCC="AACL" SamplingRate="48000" Channels="2" BitsPerSample="16" PacketSize="4" AudioTag="255" CodecPrivateData="1190"/>${chunks('audio')}</StreamIndex></SmoothStreamingMedia>`;
}

const cache = new Map<string, Uint8Array>();

/** The fragment of any chunk of a stream at a level: the time is in its URL alone. */
export function fragmentOf(stream: 'video' | 'audio', bitrate: number): Uint8Array {
  const key = `${stream} ${bitrate}`;
  const known = cache.get(key);
  if (known) return known;
  const size = Math.round((bitrate * CHUNK) / 8 / SAMPLES);
  const duration = (CHUNK * TICKS) / SAMPLES;
  const isVideo = stream === 'video';
  const bytes = new Uint8Array(
    buildFragment({
      runs: [
        {
          samples: Array.from({ length: SAMPLES }, () => ({ size, duration })),
          ...(isVideo && { firstSampleFlags: 0x02000000 }),
        },
      ],
      defaultFlags: isVideo ? 0x01010000 : 0x02000000,
      payload: Buffer.alloc(size * SAMPLES),
    }),
  );
  cache.set(key, bytes);
  return bytes;
}

/** What a fragment's URL asks for. */
export interface Asked {
  readonly stream: 'video' | 'audio';
  readonly bitrate: number;
  readonly second: number;
}

export function parseUrl(url: string): Asked | undefined {
  const [, bitrate, stream, time] =
    /QualityLevels\((\d+)\)\/Fragments\((video|audio)=(\d+)\)/.exec(url) ?? [];
  if (!stream) return undefined;
  return { stream: stream as Asked['stream'], bitrate: Number(bitrate), second: Number(time) / TICKS };
}
