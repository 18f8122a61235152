export type { AnySmoothError, ErrorCategory, ErrorCode, ErrorDetails } from './base/errors.ts';
export { isSmoothError, SmoothError } from './base/errors.ts';
export type { Seconds, Ticks, Timescale } from './base/time.ts';
export {
  addTicks,
  rescale,
  seconds,
  subtractTicks,
  ticks,
  timescale,
  toSeconds,
  toTicks,
} from './base/time.ts';
export type { DrmOptions, LicenceHook, LicenceMessage } from './eme/drm-options.ts';
export type { EstimateInput, LevelFacts, QualityChoice, QualityInput } from './heuristics/quality-input.ts';
export { parseManifest } from './manifest/parse.ts';
export type {
  Chunk,
  ChunkList,
  ChunkRun,
  Presentation,
  Protection,
  QualityLevel,
  Stream,
  StreamType,
} from './manifest/presentation.ts';
export type { CmcdOptions } from './player/cmcd/cmcd-options.ts';
export * from './player/events.ts';
export type { LiveChangeEvent, UpdateEvent } from './player/live/live-events.ts';
export type { LiveInfo } from './player/live/live-info.ts';
export type { Picture, PictureSize } from './player/navigate/picture-source.ts';
export type { Previews } from './player/navigate/previews.ts';
export type { SnapshotOptions } from './player/navigate/snapshot.ts';
export type { Download, DownloadEventMap, DownloadState } from './player/offline/download.ts';
export type { DownloadOptions } from './player/offline/download-options.ts';
export type { DownloadProgressEvent } from './player/offline/download-progress-event.ts';
export type { DownloadWishes, TrackWish } from './player/offline/download-record.ts';
export type { ClipSource, CutSource, LoadOptions, SmoothOptions, SmoothSource } from './player/options.ts';
export type { PlayerState } from './player/player.ts';
export { SmoothPlayer } from './player/player.ts';
export type { Diagnostics } from './player/report/diagnostics.ts';
export type { PlayerStats, StallRecord, TimeRange } from './player/report/stats.ts';
export type { SteeringOptions } from './player/steering/steering-options.ts';
export type { SupportReport } from './player/support.ts';
export type { TextSource } from './player/text/side-loaded.ts';
export type { AudioTrackInfo, Quality, VideoTrackInfo } from './player/tracks.ts';
export type { Colour, Cue, CueImage, Edge, Paragraph, Region, Run, Shadow, TextStyle } from './text/cue.ts';
export type { EventCue } from './text/events/event-cue.ts';
export type { EventTrackInfo } from './text/events/event-tracks.ts';
export type { ExportFormat } from './text/export/export-text.ts';
export type { EventKind, TextKind, TextTrackInfo } from './text/text-streams.ts';
export { fragmentUrl } from './timeline/fragment-url.ts';
export type { Encryption } from './transmux/encryption.ts';
export type { FragmentReport } from './transmux/fragment-transmuxer.ts';
export { FragmentTransmuxer } from './transmux/fragment-transmuxer.ts';
export { createInitSegment } from './transmux/init-segment.ts';
export type { FragmentContext } from './transmux/movie-fragment.ts';
export type { Repair, RepairKind } from './transmux/repair.ts';
