import type { Ticks } from '../../src/base/time.ts';
import type { QualityLevel } from '../../src/manifest/presentation.ts';
import { chapterList } from '../origin/formats/chapter-list.ts';
import { mpd } from '../origin/formats/dash.ts';
import { hlsKeys } from '../origin/formats/hls-keys.ts';
import { mediaPlaylist } from '../origin/formats/media-playlist.ts';
import type { MediaLevel, MediaStream } from '../origin/formats/media-title.ts';
import { multivariantPlaylist } from '../origin/formats/multivariant-playlist.ts';
import { ratesOfFragments } from '../origin/level-rates.ts';
import type { ExportedMedia } from './export-media.ts';
import type { ExportWork } from './export-work.ts';

/** Writes the playlists; returns the names of the entry points. */
export async function exportHls(
  work: ExportWork,
  { sizes, keyFrames }: ExportedMedia,
): Promise<readonly string[]> {
  const { reader, snapshot, names, title } = work.task;
  const events = await reader.events(snapshot, title);
  const probeOf = await work.probes();
  const { protection } = snapshot.presentation;
  const leading = title.video[0] ?? title.audio[0];
  const targetDuration = reader.targetDuration(title);
  const write = async (media: MediaStream, level: MediaLevel, pictures?: ReadonlyMap<Ticks, number>) => {
    const { encryption } = probeOf(media, level);
    const isKeyFrames = pictures !== undefined;
    const listed = mediaPlaylist(title, media, level, {
      names,
      isKeyFrames,
      span: '',
      targetDuration,
      keys: encryption ? hlsKeys(encryption, protection) : [],
      isDated: events.splices.length > 0,
      splices: media === leading && !isKeyFrames ? events.splices : [],
      byteRange: pictures && ((time) => ({ length: pictures.get(time) ?? 0, offset: 0 })),
    });
    await work.replace(names.playlist(level.place, { isKeyFrames, span: '' }), listed);
  };
  for (const media of [...title.video, ...title.audio, ...title.captions]) {
    for (const level of media.levels) {
      await write(media, level);
      const pictures = keyFrames.get(level.level);
      if (pictures) await write(media, level, pictures);
    }
  }
  const hasChapters = events.chapters.length > 0;
  if (hasChapters) await work.replace(names.chapters(''), chapterList(events, title));
  const levelFacts = (media: MediaStream, level: MediaLevel) => ({
    probe: probeOf(media, level),
    rates: ratesOfLevel(sizes, level.level),
  });
  const listed = multivariantPlaylist(title, { names, span: '', levelFacts, hasChapters });
  return writeEntries(work, listed, 'Manifest(format=m3u8-cmaf).m3u8', 'index.m3u8');
}

/** Writes the MPD; returns its names. */
export async function exportDash(work: ExportWork): Promise<readonly string[]> {
  const { reader, snapshot, names, title } = work.task;
  const events = await reader.events(snapshot, title);
  const probeOf = await work.probes();
  const listed = mpd(title, { names, probeOf, publishedAt: 0, keepsClock: false, ...events });
  return writeEntries(work, listed, 'Manifest(format=mpd-time-cmaf).mpd', 'index.mpd');
}

const ratesOfLevel = (sizes: ExportedMedia['sizes'], level: QualityLevel) =>
  ratesOfFragments(sizes.get(level) ?? []) ?? { peak: level.bitrate, average: level.bitrate };

/** Under the name of the origin's URL, and under a simple one. */
async function writeEntries(
  work: ExportWork,
  listed: string,
  smoothName: string,
  plainName: string,
): Promise<readonly string[]> {
  const entries = work.task.plainNames ? [plainName] : [plainName, smoothName];
  for (const name of entries) await work.replace(name, listed);
  return entries;
}
