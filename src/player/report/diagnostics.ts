import type { SmoothError } from '../../base/errors.ts';
import { repairFinding } from '../../doctor/examine-fragment.ts';
import { examineManifest } from '../../doctor/examine-manifest.ts';
import type { Finding } from '../../doctor/finding.ts';
import { type Json, plain } from '../../doctor/plain.ts';
import { summarise, type TitleSummary } from '../../doctor/summary.ts';
import type { RecordedPart } from '../../heuristics/recorded-call.ts';
import type { Presentation } from '../../manifest/presentation.ts';
import type { SmoothOptions } from '../options.ts';
import type { Journal } from './journal.ts';
import type { PlayerStats } from './stats.ts';

/** The parts of a player that are reported; see `SmoothPlayer`. */
export interface Diagnosed {
  readonly state: Diagnostics['state'];
  readonly error: SmoothError | undefined;
  readonly media: HTMLMediaElement | undefined;
  readonly presentation: Presentation | undefined;
  getStats(): PlayerStats;
}

/** Everything that helps to analyse a problem, as plain JSON. Without tokens or credentials. */
export interface Diagnostics {
  /** Version of this format. */
  readonly format: 1;
  readonly version: string;
  /** ISO 8601; and on the clock of the following entries, in milliseconds. */
  readonly takenAt: string;
  readonly now: number;
  readonly browser: Json;
  readonly options: Json;
  readonly source: string | undefined;
  readonly state: 'idle' | 'loading' | 'ready' | 'failed' | 'destroyed';
  readonly error: Json;
  readonly element: Json;
  readonly presentation: TitleSummary | undefined;
  /** The findings about the title so far. */
  readonly findings: readonly Finding[];
  readonly stats: Json;
  /** The newest, oldest first. */
  readonly requests: Json;
  readonly events: Json;
  /** Each decision with its complete input; `npx smooth-player replay` computes them again. */
  readonly decisions: readonly RecordedPart[];
}

/** Collects what a player remembers. */
export function diagnose(
  player: Diagnosed,
  version: string,
  options: SmoothOptions,
  journal: Journal,
  source: string | undefined,
): Diagnostics {
  const { presentation, state, error, media } = player;
  return {
    format: 1,
    version,
    takenAt: new Date().toISOString(),
    now: performance.now(),
    browser: plain(browserFacts()),
    options: plain(options),
    source: source === undefined ? undefined : String(plain(source)),
    state,
    error: plain(error),
    element: plain(media && elementFacts(media)),
    presentation: presentation && summarise(presentation),
    findings: findingsOf(player),
    stats: plain(player.getStats()),
    requests: plain(journal.requests.entries),
    events: plain(journal.events.entries),
    decisions: plain(journal.decisions.parts.map(slim)) as unknown as readonly RecordedPart[],
  };
}

function findingsOf(player: Diagnosed): readonly Finding[] {
  const { presentation } = player;
  const { repairs } = player.getStats();
  const mended = Object.entries(repairs).map(([kind, count]) => repairFinding(kind, 'fragments', count));
  return [...(presentation ? examineManifest(presentation) : []), ...mended];
}

/** The heuristics see no more than this of levels. */
function slim({ calls, ...part }: RecordedPart): RecordedPart {
  const levelOf = ({ bitrate, width, height }: LevelLike) => ({ bitrate, width, height });
  return {
    ...part,
    calls: calls.map((call) => {
      const { levels, current }: { levels?: unknown; current?: LevelLike } = call.input;
      const slimmed = {
        // Some decisions only need the number of levels.
        ...(Array.isArray(levels) && { levels: (levels as readonly LevelLike[]).map(levelOf) }),
        ...(current && { current: levelOf(current) }),
      };
      return { ...call, input: { ...call.input, ...slimmed } };
    }),
  };
}

interface LevelLike {
  readonly bitrate: number;
  readonly width?: number;
  readonly height?: number;
}

function browserFacts(): object {
  const { userAgent, hardwareConcurrency, onLine } = navigator;
  // Supported by some browsers only.
  const connection: unknown = Reflect.get(navigator, 'connection');
  const hint = (name: string): unknown => connection instanceof Object && Reflect.get(connection, name);
  return {
    userAgent,
    hardwareConcurrency,
    deviceMemory: Reflect.get(navigator, 'deviceMemory'),
    onLine,
    connection: connection && {
      effectiveType: hint('effectiveType'),
      downlink: hint('downlink'),
      rtt: hint('rtt'),
      saveData: hint('saveData'),
    },
    page: location.origin + location.pathname,
    visibility: document.visibilityState,
    pixelRatio: devicePixelRatio,
    screen: { width: screen.width, height: screen.height },
    mediaSource: 'MediaSource' in globalThis,
    managedMediaSource: 'ManagedMediaSource' in globalThis,
    encryptedMedia: 'requestMediaKeySystemAccess' in navigator,
  };
}

function elementFacts(media: HTMLMediaElement): object {
  const { currentTime, duration, paused, ended, seeking, readyState, networkState, playbackRate } = media;
  const { clientWidth, clientHeight, muted, volume, buffered, seekable } = media;
  const rangesOf = (ranges: TimeRanges) =>
    Array.from({ length: ranges.length }, (_, i) => ({ start: ranges.start(i), end: ranges.end(i) }));
  return {
    ...{ currentTime, duration, paused, ended, seeking, readyState, networkState, playbackRate },
    ...{ clientWidth, clientHeight, muted, volume },
    error: media.error && { code: media.error.code, message: media.error.message },
    buffered: rangesOf(buffered),
    seekable: rangesOf(seekable),
  };
}
