import { DEFAULT_TIMESCALE } from '../../src/base/time.ts';
import type { Fragment } from './cut.ts';
import type { AudioFormat, SourceTrack, VideoFormat } from './source-track.ts';

/** A track and its fragments. */
export interface EncodedTrack {
  readonly track: SourceTrack<VideoFormat | AudioFormat>;
  readonly fragments: readonly Fragment[];
}

/** Measured averages, the highest first. A server finds a level by its bitrate, which is also in the file name. */
export function uniqueBitrates(tracks: readonly EncodedTrack[]) {
  const measured = tracks.map((track) => ({ ...track, measured: averageBitrate(track.fragments) }));
  measured.sort((a, b) => a.measured - b.measured);
  let [bitrate, kilobits] = [0, 0];
  const levels = measured.map((one) => {
    bitrate = Math.max(one.measured, bitrate + 1);
    kilobits = Math.max(Math.round(bitrate / 1000), kilobits + 1);
    return { ...one, bitrate, kilobits };
  });
  return levels.reverse();
}

function averageBitrate(fragments: readonly Fragment[]): number {
  const bytes = fragments.flatMap(({ samples }) => samples).reduce((sum, { size }) => sum + size, 0);
  const length = fragments.reduce((sum, { duration }) => sum + Number(duration), 0);
  return Math.round((bytes * 8 * Number(DEFAULT_TIMESCALE)) / Math.max(1, length));
}
