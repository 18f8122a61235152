import { open } from 'node:fs/promises';
import { type Ticks, ticks, toSeconds } from '../../src/base/time.ts';
import type { QualityLevel, Stream } from '../../src/manifest/presentation.ts';
import { readMovieFragment, readSamples } from '../../src/mp4/fragment.ts';
import { readAt } from '../origin/boxes.ts';
import { initSegment } from '../origin/formats/cmaf-init.ts';
import { cmafSegment } from '../origin/formats/cmaf-segment.ts';
import type { LevelProbe } from '../origin/formats/level-probe.ts';
import {
  captionGrid,
  type MediaChunk,
  type MediaLevel,
  type MediaStream,
} from '../origin/formats/media-title.ts';
import { stppInit, stppSegment } from '../origin/formats/stpp.ts';
import { webVttSegment } from '../origin/formats/webvtt.ts';
import type { MeasuredFragment } from '../origin/level-rates.ts';
import { isErrorResponse } from '../origin/live/live-title.ts';
import { type Part, type Resource, sizeOf, stretchOf } from '../origin/resource.ts';
import type { ExportWork } from './export-work.ts';
import { inParallel } from './in-parallel.ts';

/** What was found out while segments were written. */
export interface ExportedMedia {
  readonly sizes: ReadonlyMap<QualityLevel, readonly MeasuredFragment[]>;
  /** Size of a segment up to the end of its first picture in bytes, by its time, of the lowest level. */
  readonly keyFrames: ReadonlyMap<QualityLevel, ReadonlyMap<Ticks, number>>;
}

/** Writes init segments and segments of every level, captions and images. */
export async function exportMedia(work: ExportWork): Promise<ExportedMedia> {
  const { video, audio, captions, thumbnails } = work.task.title;
  const sizes = new Map<QualityLevel, MeasuredFragment[]>();
  const keyFrames = new Map<QualityLevel, Map<Ticks, number>>();
  const probeOf = await work.probes();
  for (const media of [...video, ...audio]) {
    for (const level of media.levels) {
      const isLowestPicture = media === video[0] && level === media.levels[0];
      const ends = isLowestPicture ? new Map<Ticks, number>() : undefined;
      sizes.set(level.level, await exportLevel(work, media, level, { probe: probeOf(media, level), ends }));
      if (ends) keyFrames.set(level.level, ends);
    }
  }
  for (const media of captions) await exportCaptions(work, media);
  for (const media of thumbnails) for (const level of media.levels) await exportPictures(work, media, level);
  return { sizes, keyFrames };
}

async function exportLevel(
  work: ExportWork,
  media: MediaStream,
  { level, place }: MediaLevel,
  { probe, ends }: { readonly probe: LevelProbe; readonly ends: Map<Ticks, number> | undefined },
): Promise<MeasuredFragment[]> {
  const { names, snapshot, parallel, signal, folder } = work.task;
  const { stream, chunks } = media;
  const { protection } = snapshot.presentation;
  await work.write(names.init(place), () => [initSegment(stream, probe, protection)]);
  const sizes: MeasuredFragment[] = [];
  await inParallel(chunks, parallel, signal, async (chunk) => {
    const name = names.media(place, chunk.start, 'm4s');
    const bytes = await work.write(name, () => segmentOf(work, stream, probe, { level, chunk }));
    sizes.push({ bytes, seconds: toSeconds(chunk.duration, stream.timescale) });
    ends?.set(chunk.start, await firstPictureEnd(folder.at(name)));
    work.advance(`${media.key} ${place.level}`, bytes);
  });
  return sizes;
}

async function segmentOf(
  work: ExportWork,
  stream: Stream,
  probe: LevelProbe,
  { level, chunk }: { readonly level: QualityLevel; readonly chunk: MediaChunk },
): Promise<readonly Part[]> {
  const { clock, presentation } = work.task.snapshot;
  const shift = clock.shiftOf(stream.timescale);
  const start = ticks(chunk.start + shift);
  const resource = await fragmentOf(work, stream, level, start);
  const { duration } = chunk;
  const made = await cmafSegment({
    resource,
    presentation,
    stream,
    probe,
    chunk: { start, duration },
    shift,
  });
  return made.parts;
}

/** A fragment of the title, at a time on its own clock. */
export async function fragmentOf(
  { task }: ExportWork,
  stream: Stream,
  level: QualityLevel,
  time: Ticks,
): Promise<Resource> {
  const resource = await task.reader.source.fragment({ stream, level, time, noun: 'fragments' });
  if (!resource || isErrorResponse(resource))
    throw new Error(`${stream.name} has no fragment at ${time} for ${level.bitrate} bit/s.`);
  return resource;
}

async function exportCaptions(work: ExportWork, media: MediaStream): Promise<void> {
  const { reader, snapshot, names, formats, title, parallel, signal } = work.task;
  const { stream } = media;
  const [level] = media.levels;
  if (!level) return;
  const { timescale, language } = stream;
  const shift = toSeconds(snapshot.clock.shiftOf(timescale), timescale);
  if (formats.includes('dash'))
    await work.write(names.init(level.place), () => [stppInit(Number(timescale), language)]);
  await inParallel(captionGrid(title, media).chunks, parallel, signal, async (chunk) => {
    const { start: time, duration, number } = chunk;
    const start = toSeconds(time, timescale);
    const end = toSeconds(ticks(time + duration), timescale);
    const cues = (await reader.cues(stream, start + shift, end + shift)).map((cue) => ({
      ...cue,
      start: cue.start - shift,
      end: cue.end - shift,
    }));
    if (formats.includes('hls')) {
      const text = webVttSegment(cues, { start, end });
      await work.write(names.media(level.place, time, 'vtt'), () => [Buffer.from(text)]);
    }
    if (formats.includes('dash')) {
      const bytes = stppSegment(cues, { start, end, time, duration, number });
      await work.write(names.media(level.place, time, 'm4s'), () => [bytes]);
    }
  });
}

/** The images of a film strip, as plain files. */
async function exportPictures(
  work: ExportWork,
  { stream, chunks }: MediaStream,
  { level, place }: MediaLevel,
): Promise<void> {
  const { names, snapshot, parallel, signal } = work.task;
  const shift = snapshot.clock.shiftOf(stream.timescale);
  await inParallel(chunks, parallel, signal, async ({ start }) => {
    await work.write(names.media(place, start, 'jpg'), async () => {
      const resource = await fragmentOf(work, stream, level, ticks(start + shift));
      const from = (resource.mdatAt ?? -8) + 8;
      return stretchOf(resource.parts, from, sizeOf(resource) - from);
    });
  });
}

/** The number of bytes of a segment that contain its first picture. */
async function firstPictureEnd(path: string): Promise<number> {
  const file = await open(path);
  try {
    const size = (await readAt(file, 0, 4)).readUInt32BE(0);
    const moof = await readAt(file, 0, size);
    const view = new DataView(moof.buffer, moof.byteOffset, moof.byteLength);
    const [track] = readMovieFragment(view).tracks;
    const first = track && readSamples(view, track).sizes[0];
    return (track?.runs[0]?.dataOffset ?? size + 8) + (first ?? 0);
  } finally {
    await file.close();
  }
}
