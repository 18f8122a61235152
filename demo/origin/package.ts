import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addTicks, DEFAULT_TIMESCALE, seconds, type Ticks, ticks, toTicks } from '../../src/base/time.ts';
import { cutAudio, cutVideo } from './cut.ts';
import { type EncryptOptions, encryptPresentation } from './encrypt.ts';
import {
  type FilmStrip,
  type FilmStripOptions,
  type PlannedStrip,
  planFilmStrip,
  readFilmStrip,
  writeFilmStrip,
} from './film-strip.ts';
import {
  type AudioFormat,
  openSource,
  type SourceFile,
  type SourceTrack,
  type VideoFormat,
} from './source-track.ts';
import { planText, type TextOptions, type TextStream, writeText } from './text/package-text.ts';
import { type EncodedTrack, uniqueBitrates } from './unique-bitrates.ts';
import { fingerprint, WorkFolder } from './work-folder.ts';
import { type WritableLevel, writeLevel } from './write-level.ts';
import {
  type PackagedLevel,
  type PackagedStream,
  writeClientManifest,
  writeServerManifest,
} from './write-manifests.ts';

export interface PackageOptions {
  /** MP4 files, one for each video level. */
  readonly videos: readonly string[];
  /** Separate audio; default: that of the first video file that has any. */
  readonly audio: readonly { readonly language: string | undefined; readonly path: string }[];
  /** Created if missing. */
  readonly folder: string;
  /** The title's name: `name.ism`, `name.ismc` and so on. */
  readonly name: string;
  readonly fragmentSeconds: number;
  /** Captions, chapters and messages; default none. */
  readonly text?: TextOptions | undefined;
  /** Preview pictures for a seek bar; default none. */
  readonly filmStrip?: FilmStripOptions | undefined;
  /** Default: nothing is encrypted. */
  readonly encryption?: EncryptOptions | undefined;
  /** Called with messages about what was written. */
  readonly report: (line: string) => void;
  /** Called with the progress, in bytes of media. */
  readonly progress?: ((progress: PackageProgress) => void) | undefined;
}

export interface PackageProgress {
  /** The file that is being written. */
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

/**
 * Packages MP4 files as a title: nothing is re-encoded, and nothing is written unless all files fit together. Files are
 * moved into the folder when all are complete. After an interruption, complete files stay in a work folder, and a call
 * with the same options continues from there.
 */
export async function packagePresentation(options: PackageOptions, signal?: AbortSignal): Promise<void> {
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
    for (const { track } of audios) reportLeftOut(track, options.report);
    const streams = planStreams(options, videos, audios);
    const texts = await planTexts(options, streams);
    const strip = planStrip(options, streams, texts, videos);
    await writeWhole(options, { streams, texts, strip }, signal);
  } finally {
    for (const source of sources) source.close();
  }
}

/** Encoders' priming isn't worth mentioning. */
function reportLeftOut(
  { file, leftOut = ticks(0) }: SourceTrack<AudioFormat>,
  report: PackageOptions['report'],
) {
  if (leftOut < 2_000_000n) return;
  report(`${file}: ${(Number(leftOut) / 1e7).toFixed(3)} s of audio before the first picture are left out`);
}

interface AudioInput {
  readonly language: string | undefined;
  readonly track: SourceTrack<AudioFormat>;
}

/** A level and its source. */
interface PlannedLevel extends PackagedLevel, WritableLevel {
  readonly format: VideoFormat | AudioFormat;
}

interface PlannedStream extends PackagedStream {
  readonly levels: readonly PlannedLevel[];
}

/** Everything to write. */
interface Plan {
  readonly streams: readonly PlannedStream[];
  readonly texts: readonly TextStream[];
  readonly strip: PlannedStrip | undefined;
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
  const encoded = [first, ...others].map((track, i) => ({ track, fragments: cut.levels[i] ?? [] }));
  let trackId = 1;
  const planLevels = (tracks: readonly EncodedTrack[], fileName: (kilobits: number) => string) =>
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
    levels: planLevels(encoded, (kilobits) => `${name}_${kilobits}.ismv`),
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

/** `en`, `fr`, `en_2`: repeated names are numbered. */
function uniqueNames(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

/** Cut with the video; their tracks follow those of video and audio. */
async function planTexts({ name, text }: PackageOptions, streams: readonly PlannedStream[]) {
  const starts = streams[0]?.fragments.map(({ time }) => time) ?? [];
  const firstTrackId = 1 + tracksIn(streams);
  return text ? await planText(text, { name, starts, end: endOf(streams), firstTrackId }) : [];
}

/** From the largest level. Its track is last. */
function planStrip(
  { name, filmStrip }: PackageOptions,
  streams: readonly PlannedStream[],
  texts: readonly TextStream[],
  videos: readonly SourceFile[],
): PlannedStrip | undefined {
  const [source] = videos
    .flatMap(({ video }) => video ?? [])
    .toSorted((a, b) => b.format.width * b.format.height - a.format.width * a.format.height);
  if (filmStrip === undefined || source === undefined) return undefined;
  const trackId = 1 + tracksIn(streams) + tracksIn(texts);
  const file = `${name}_strip.ismv`;
  return planFilmStrip(source, filmStrip, { file, trackId, end: endOf(streams.slice(0, 1)) });
}

const tracksIn = (streams: readonly { readonly levels: readonly unknown[] }[]): number =>
  streams.reduce((sum, { levels }) => sum + levels.length, 0);

function endOf(streams: readonly PlannedStream[]): Ticks {
  let last = ticks(0);
  for (const fragment of streams.flatMap(({ fragments }) => fragments.at(-1) ?? [])) {
    const end = addTicks(fragment.time, fragment.duration);
    if (end > last) last = end;
  }
  return last;
}

/** Writes everything into a work folder, and moves it to its place when it is complete. */
async function writeWhole(
  options: PackageOptions,
  plan: Plan,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { folder, name, encryption, report } = options;
  await mkdir(folder, { recursive: true });
  const inputs = await Promise.all(
    [...options.videos, ...options.audio.map(({ path }) => path)].map(fingerprint),
  );
  const { audio, fragmentSeconds } = options;
  // After the text, whose number of tracks may change.
  const filmStrip = plan.strip && { ...options.filmStrip, trackId: plan.strip.trackId };
  const task = { inputs, audio, fragmentSeconds, filmStrip };
  const work = await WorkFolder.open(join(folder, `.${name}.package`), task);
  const written = await writePresentation(options, work, plan, signal);
  if (encryption) {
    // The clear files stay in the work folder, which is deleted.
    await encryptPresentation({ folder: work.path, name }, { folder, name }, encryption);
    report(`encrypted as PIFF ${encryption.piff} with ${encryption.keys.length} keys`);
  } else {
    // The server manifest is last: with it, the title exists.
    for (const file of [...written, `${name}.ismc`, `${name}.ism`])
      await rename(work.at(file), join(folder, file));
  }
  await work.remove();
}

/** Returns the names of its media files. */
async function writePresentation(
  { name, report, progress }: PackageOptions,
  work: WorkFolder,
  { streams, texts, strip: planned }: Plan,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const duration = endOf(streams);
  const media = streams.flatMap(({ levels }) => levels).reduce((sum, level) => sum + mediaBytes(level), 0);
  const total = media + (planned?.bytes ?? 0);
  let before = 0;
  const write = async (file: string, bytes: number, fragments: number, make: Make) => {
    const onProgress = (done: number) => progress?.({ step: file, done: before + done, total });
    const isNew = await work.make(file, (path) => make(path, onProgress));
    const { size } = await stat(work.at(file));
    const kept = isNew ? '' : ' (kept from before)';
    report(`${file}: ${fragments} fragments, ${Math.round(size / 1024)} KiB${kept}`);
    before += bytes;
    onProgress(0);
  };
  const strips: FilmStrip[] = [];
  // First, since it may fail.
  if (planned) {
    const { file, bytes, frames } = planned;
    await write(file, bytes, frames.length, (path, onProgress) =>
      writeFilmStrip(planned, path, { folder: work.at('pictures'), duration, onProgress, signal }),
    );
    strips.push(await readFilmStrip(planned, work.at(file)));
  }
  for (const { language = 'und', levels } of streams) {
    for (const level of levels) {
      const { file, fragments } = level;
      await write(file, mediaBytes(level), fragments.length, (path, onProgress) =>
        writeLevel(path, level, { language, duration, onProgress, signal }),
      );
    }
  }
  // Small, and therefore always rewritten.
  await writeText(work.path, texts, report);
  const all = [...streams, ...texts, ...strips];
  await writeFile(work.at(`${name}.ismc`), writeClientManifest(duration, streams, texts, strips));
  await writeFile(work.at(`${name}.ism`), writeServerManifest(`${name}.ismc`, all));
  report(`${name}.ism: ${all.length} streams, ${(Number(duration) / 1e7).toFixed(3)} s`);
  return all.flatMap(({ levels }) => levels.map(({ file }) => file));
}

type Make = (path: string, onProgress: (done: number) => void) => Promise<void>;

const mediaBytes = ({ fragments }: PlannedLevel): number =>
  fragments.reduce((sum, { samples }) => sum + samples.reduce((own, { size }) => own + size, 0), 0);
