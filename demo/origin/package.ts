import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addTicks, DEFAULT_TIMESCALE, seconds, type Ticks, ticks, toTicks } from '../../src/base/time.ts';
import { cutAudio, cutVideo, type Fragment } from './cut.ts';
import { type EncryptOptions, encryptPresentation } from './encrypt.ts';
import { fileHeader, fragmentHeader, fragmentIndex, type IndexEntry } from './ismv.ts';
import {
  type AudioFormat,
  openSource,
  type SourceFile,
  type SourceTrack,
  type VideoFormat,
} from './source-track.ts';
import {
  type PackagedLevel,
  type PackagedStream,
  writeClientManifest,
  writeServerManifest,
} from './write-manifests.ts';

export interface PackageOptions {
  /** MP4 files, one for each video level. */
  readonly videos: readonly string[];
  /** Audio of its own; without any, that of the first video file that has some. */
  readonly audio: readonly { readonly language: string | undefined; readonly path: string }[];
  /** Made when missing. */
  readonly folder: string;
  /** Of the presentation: `name.ism`, `name.ismc` and so on. */
  readonly name: string;
  readonly fragmentSeconds: number;
  /** Default: everything stays clear. */
  readonly encryption?: EncryptOptions | undefined;
  /** Told what was written. */
  readonly report: (line: string) => void;
}

/** Makes a presentation of MP4 files: nothing is encoded again, and nothing written unless all files fit together. */
export async function packagePresentation(options: PackageOptions): Promise<void> {
  const sources: SourceFile[] = [];
  const openAll = async (path: string) => {
    const source = await openSource(path);
    sources.push(source);
    return { path, source };
  };
  try {
    const videos: SourceFile[] = [];
    for (const path of options.videos) videos.push((await openAll(path)).source);
    const audios: AudioInput[] = [];
    for (const { language, path } of options.audio) {
      const { source } = await openAll(path);
      if (source.audio === undefined) throw new Error(`${path} has no audio`);
      audios.push({ language, track: source.audio });
    }
    const fallback = videos.find(({ audio }) => audio !== undefined)?.audio;
    if (audios.length === 0 && fallback !== undefined)
      audios.push({ language: fallback.language, track: fallback });
    await writePresentation(options, planStreams(options, videos, audios));
    const { encryption, report } = options;
    if (!encryption) return;
    await encryptPresentation(options, options, encryption);
    report(`encrypted as PIFF ${encryption.piff} with ${encryption.keys.length} keys`);
  } finally {
    for (const source of sources) source.close();
  }
}

interface AudioInput {
  readonly language: string | undefined;
  readonly track: SourceTrack<AudioFormat>;
}

/** A level with what its file is made of. */
interface PlannedLevel extends PackagedLevel {
  readonly track: SourceTrack<VideoFormat | AudioFormat>;
  readonly fragments: readonly Fragment[];
}

interface PlannedStream extends PackagedStream {
  readonly levels: readonly PlannedLevel[];
}

function planStreams(
  { name, videos: paths, fragmentSeconds }: PackageOptions,
  videos: readonly SourceFile[],
  audios: readonly AudioInput[],
): PlannedStream[] {
  const length = toTicks(seconds(fragmentSeconds), DEFAULT_TIMESCALE);
  const [first, ...others] = videos.map(({ video }, i) => {
    if (video === undefined) throw new Error(`${paths[i]} has no video`);
    return video;
  });
  if (first === undefined) throw new Error('no video file was given');
  const cut = cutVideo([first, ...others], length);
  const cuts = [first, ...others].map((track, i) => ({ track, fragments: cut.levels[i] ?? [] }));
  let trackId = 1;
  const planLevels = (tracks: readonly Cut[], fileName: (kilobits: number) => string) =>
    uniqueBitrates(tracks).map(({ bitrate, kilobits, track, fragments }): PlannedLevel => {
      return {
        file: fileName(kilobits),
        trackId: trackId++,
        bitrate,
        format: track.format,
        track,
        fragments,
      };
    });
  const video: PlannedStream = {
    kind: 'video',
    name: 'video',
    language: undefined,
    fragments: cut.levels[0] ?? [],
    levels: planLevels(cuts, (kilobits) => `${name}_${kilobits}.ismv`),
  };
  const suffixes = uniqueNames(audios.map(({ language }) => language ?? 'audio'));
  const audio = audios.map(({ language, track }, i): PlannedStream => {
    const suffix = suffixes[i] ?? 'audio';
    const fragments = cutAudio(track, cut, length);
    return {
      kind: 'audio',
      name: language === undefined ? suffix : `audio_${suffix}`,
      language,
      fragments,
      levels: planLevels([{ track, fragments }], (kilobits) => `${name}_${suffix}_${kilobits}.isma`),
    };
  });
  return [video, ...audio];
}

interface Cut {
  readonly track: SourceTrack<VideoFormat | AudioFormat>;
  readonly fragments: readonly Fragment[];
}

/** Measured averages, the highest first. A server finds a level by its bitrate, and a file bears it in its name. */
function uniqueBitrates(tracks: readonly Cut[]) {
  const measured = tracks.map((cut) => ({ ...cut, measured: averageBitrate(cut.fragments) }));
  measured.sort((a, b) => a.measured - b.measured);
  let [bitrate, kilobits] = [0, 0];
  const levels = measured.map((cut) => {
    bitrate = Math.max(cut.measured, bitrate + 1);
    kilobits = Math.max(Math.round(bitrate / 1000), kilobits + 1);
    return { ...cut, bitrate, kilobits };
  });
  return levels.reverse();
}

function averageBitrate(fragments: readonly Fragment[]): number {
  const bytes = fragments.flatMap(({ samples }) => samples).reduce((sum, { size }) => sum + size, 0);
  const length = fragments.reduce((sum, { duration }) => sum + Number(duration), 0);
  return Math.round((bytes * 8 * Number(DEFAULT_TIMESCALE)) / Math.max(1, length));
}

/** `en`, `fr`, `en_2`: a name that comes again is numbered. */
function uniqueNames(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

async function writePresentation(
  { folder, name, report }: PackageOptions,
  streams: readonly PlannedStream[],
) {
  await mkdir(folder, { recursive: true });
  let duration = ticks(0);
  for (const fragment of streams.flatMap(({ fragments }) => fragments.at(-1) ?? [])) {
    const end = addTicks(fragment.time, fragment.duration);
    if (end > duration) duration = end;
  }
  for (const { language, levels } of streams) {
    for (const level of levels) {
      const size = await writeLevel(join(folder, level.file), level, language ?? 'und', duration);
      report(`${level.file}: ${level.fragments.length} fragments, ${Math.round(size / 1024)} KiB`);
    }
  }
  await writeFile(join(folder, `${name}.ismc`), writeClientManifest(duration, streams));
  await writeFile(join(folder, `${name}.ism`), writeServerManifest(`${name}.ismc`, streams));
  report(`${name}.ism: ${streams.length} streams, ${(Number(duration) / 1e7).toFixed(3)} s`);
}

/** Writes one file, a fragment at a time. Gives its size in bytes. */
async function writeLevel(
  path: string,
  level: PlannedLevel,
  language: string,
  duration: Ticks,
): Promise<number> {
  const { trackId, bitrate, format, track } = level;
  const file = await open(path, 'w');
  const source = track.read();
  try {
    let size = 0;
    const write = async (parts: Uint8Array[]) => {
      for (const part of parts) {
        await file.writeFile(part);
        size += part.length;
      }
    };
    await write([fileHeader({ trackId, bitrate, format, language, duration })]);
    const index: IndexEntry[] = [];
    for (const [k, fragment] of level.fragments.entries()) {
      index.push({ time: fragment.time, offset: size });
      const payload = await takeSamples(source, fragment, track.file);
      await write([fragmentHeader(fragment, k + 1, trackId, format.kind === 'video'), payload]);
    }
    await write([fragmentIndex(trackId, index)]);
    return size;
  } finally {
    await source.return();
    await file.close();
  }
}

async function takeSamples(
  source: AsyncGenerator<Uint8Array, void, unknown>,
  { samples }: Fragment,
  file: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const { size } of samples) {
    const { value } = await source.next();
    if (value?.length !== size) throw new Error(`${file} changed while it was read`);
    parts.push(value);
  }
  return Buffer.concat(parts);
}
