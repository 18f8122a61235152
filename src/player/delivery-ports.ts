import type { SmoothError } from '../base/errors.ts';
import type { Seconds, Ticks } from '../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../manifest/presentation.ts';
import type { LineMeter, Transfer } from '../net/line-meter.ts';
import type { Feed } from './feed.ts';
import type { FetchedFragment } from './fetch-fragment.ts';
import type { Held } from './inventory.ts';
import type { Title } from './load-title.ts';
import type { Lock } from './lock.ts';
import type { Settings } from './options.ts';
import type { Refusals } from './refusals.ts';

export interface LevelChoice {
  readonly level: QualityLevel;
  readonly reason: string;
}

/** What a delivery needs of the playback that owns it. */
export interface DeliveryPorts {
  readonly title: Title;
  readonly settings: () => Settings;
  readonly meter: LineMeter;
  /** What the segments' times count from, in the stream's ticks. */
  readonly zero: (stream: Stream) => Ticks;
  readonly lock: Lock;
  readonly choose: (feed: Feed, chunk: Chunk) => LevelChoice;
  /** What to ask for instead of going on with a download, of which so much has come. */
  readonly instead: (
    feed: Feed,
    choice: LevelChoice,
    received: number,
    expected: number | undefined,
  ) => LevelChoice | undefined;
  readonly requested: (feed: Feed, choice: LevelChoice) => void;
  readonly fetched: (feed: Feed, held: Held, fragment: FetchedFragment) => void;
  readonly learn: (transfer: Transfer) => void;
  readonly retried: (error: SmoothError) => void;
  readonly warn: (error: SmoothError) => void;
  /** Chunks that broke a media source before. */
  readonly refusals: Refusals;
  readonly skipped: (start: Seconds, end: Seconds) => void;
  /** Whether someone else sees to a failure; it is thrown then. */
  readonly isElsewhere: (error: SmoothError) => boolean;
  /** Resolves when there is nothing left to play. */
  readonly runDry: (signal: AbortSignal) => Promise<void>;
  /** For how long playback has wanted media and had none, in seconds. */
  readonly dryFor: () => number;
  readonly makeRoom: (feed: Feed, tried: number, signal: AbortSignal) => Promise<void>;
}
