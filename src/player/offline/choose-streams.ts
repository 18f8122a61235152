import { SmoothError } from '../../base/errors.ts';
import { isFilmStrip, isMain } from '../../manifest/main-stream.ts';
import type { Presentation, QualityLevel, Stream } from '../../manifest/presentation.ts';
import { languageTag } from '../../text/language.ts';
import { findQuality } from '../find-quality.ts';
import type { PlayableStream, PlayableStreams } from '../select-streams.ts';
import { qualitiesOf } from '../tracks.ts';
import type { ChosenStream, DownloadWishes, TrackWish } from './download-record.ts';

type Levels = readonly [QualityLevel, ...QualityLevel[]];

/**
 * The streams to store: by default one video stream, all audio and all text, each at one level. `best` chooses the video level if
 * no quality was requested. If no stream matches a request, the first of its type is used. Throws `option-invalid` for an unknown quality.
 */
export function chooseStreams(
  { streams }: Presentation,
  playable: PlayableStreams,
  { quality, tracks = {} }: DownloadWishes,
  best: (levels: Levels) => QualityLevel,
): readonly ChosenStream[] {
  const pictures = wanted(playable.video, tracks.video, 'first').map(({ stream, levels }) =>
    chosen(stream, wishedLevel(levels, quality) ?? best(levels)),
  );
  const sounds = wanted(playable.audio, tracks.audio, 'all').map(({ stream, levels }) =>
    chosen(stream, levels.at(-1) ?? levels[0]),
  );
  const texts = streams
    .filter(({ type }) => type === 'text')
    .filter((stream) => isWanted(stream, tracks.text ?? 'all'))
    .map((stream) => chosen(stream, stream.levels[0]));
  const strips = streams
    .filter((stream) => pictures.length > 0 && isFilmStrip(stream))
    .map((stream) => chosen(stream, stream.levels[0]));
  return [...pictures, ...sounds, ...texts, ...strips];
}

/** The presentation with only the chosen streams and levels. */
export function narrow(presentation: Presentation, chosen: readonly ChosenStream[]): Presentation {
  const streams = presentation.streams.flatMap((stream) => {
    const choice = chosen.find(({ name }) => name === stream.name);
    const level = choice && levelOf(stream, choice);
    return level ? [isMain(stream) ? { ...stream, levels: [level] as const } : stream] : [];
  });
  return { ...presentation, streams };
}

export const levelOf = ({ levels }: Stream, { level, bitrate }: ChosenStream): QualityLevel | undefined =>
  levels.find((one) => one.index === level && one.bitrate === bitrate) ??
  levels.find((one) => one.bitrate === bitrate);

const chosen = ({ name }: Stream, { index, bitrate }: QualityLevel): ChosenStream => ({
  name,
  level: index,
  bitrate,
});

function wishedLevel(levels: Levels, quality: DownloadWishes['quality']): QualityLevel | undefined {
  if (quality === undefined) return undefined;
  const found = findQuality(quality, qualitiesOf(levels));
  if (!found) {
    const problem = `"${quality}" matches none of the title's`;
    throw new SmoothError('option-invalid', { option: 'quality', problem });
  }
  return levels[found.index];
}

function wanted(
  streams: readonly PlayableStream[],
  wish: TrackWish | undefined,
  unless: 'first' | 'all',
): readonly PlayableStream[] {
  if (wish === undefined) return unless === 'all' ? streams : streams.slice(0, 1);
  const found = streams.filter(({ stream }) => isWanted(stream, wish));
  return found.length > 0 || wish.length === 0 || wish === 'none' ? found : streams.slice(0, 1);
}

function isWanted({ name, language }: Stream, wish: TrackWish): boolean {
  if (wish === 'all' || wish === 'none') return wish === 'all';
  const tag = languageTag(language)?.toLowerCase();
  return [wish].flat().some((one) => {
    const asked = languageTag(one)?.toLowerCase();
    return one === name || (tag !== undefined && (tag === asked || tag.startsWith(`${asked}-`)));
  });
}
