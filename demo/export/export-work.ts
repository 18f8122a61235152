import type { QualityLevel } from '../../src/manifest/presentation.ts';
import type { LevelProbe } from '../origin/formats/level-probe.ts';
import type { MediaLevel, MediaStream, MediaTitle } from '../origin/formats/media-title.ts';
import type { SegmentNames } from '../origin/formats/segment-names.ts';
import type { TitleFilter } from '../origin/formats/title-filter.ts';
import type { Snapshot, TitleReader } from '../origin/formats/title-reader.ts';
import type { Part } from '../origin/resource.ts';
import type { StaticFolder } from './static-folder.ts';

export type ExportFormat = 'smooth' | 'hls' | 'dash';

export interface ExportProgress {
  readonly step: string;
  /** Bytes of media. */
  readonly done: number;
  /** Approximate. */
  readonly total: number;
}

/** The input of an export. */
export interface ExportTask {
  readonly reader: TitleReader;
  readonly snapshot: Snapshot;
  /** The title after filtering. */
  readonly title: MediaTitle;
  readonly filter: TitleFilter;
  readonly isFiltered: boolean;
  readonly formats: readonly ExportFormat[];
  readonly plainNames: boolean;
  readonly names: SegmentNames;
  readonly folder: StaticFolder;
  /** Number of concurrent requests or reads. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  readonly progress: (progress: ExportProgress) => void;
}

/** Writes the files of an export, and counts them. */
export class ExportWork {
  readonly task: ExportTask;
  #files = 0;
  #kept = 0;
  #done = 0;
  #total = 0;
  #probes: ReadonlyMap<QualityLevel, LevelProbe> | undefined;

  constructor(task: ExportTask) {
    this.task = task;
  }

  /** Files that were written or existed, those that existed, and bytes of media. */
  get counts(): { readonly files: number; readonly kept: number; readonly bytes: number } {
    return { files: this.#files, kept: this.#kept, bytes: this.#done };
  }

  /** Adds to the expected total, in bytes of media. */
  expect(bytes: number): void {
    this.#total += bytes;
  }

  /** Bytes of media were written. */
  advance(step: string, bytes: number): void {
    this.#done += bytes;
    this.task.progress({ step, done: this.#done, total: Math.max(this.#total, this.#done) });
  }

  /** Writes a file unless it exists; returns its size. */
  async write(name: string, make: () => readonly Part[] | Promise<readonly Part[]>): Promise<number> {
    this.task.signal.throwIfAborted();
    this.#files += 1;
    const there = await this.task.folder.sizeOf(name);
    if (there !== undefined) {
      this.#kept += 1;
      return there;
    }
    return this.task.folder.write(name, await make());
  }

  /** Manifests depend on everything written before: they are always rewritten. */
  async replace(name: string, content: string | Buffer): Promise<void> {
    this.#files += 1;
    await this.task.folder.write(name, [Buffer.from(content)]);
  }

  /** The configuration in the fragments, for every level of video and audio. */
  async probes(): Promise<(media: MediaStream, level: MediaLevel) => LevelProbe> {
    this.#probes ??= await this.#probeAll();
    const probes = this.#probes;
    return (_, { level }) => probes.get(level) ?? { level, encryption: undefined, frameRate: undefined };
  }

  async #probeAll(): Promise<ReadonlyMap<QualityLevel, LevelProbe>> {
    const { reader, snapshot, title } = this.task;
    const probes = new Map<QualityLevel, LevelProbe>();
    for (const { stream, levels } of [...title.video, ...title.audio])
      for (const { level } of levels) probes.set(level, await reader.probe(snapshot, stream, level));
    return probes;
  }
}
