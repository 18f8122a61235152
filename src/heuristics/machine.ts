/** What the media element reported about its frames during one tick. */
export interface FrameTick {
  /** In seconds; only differences matter. */
  readonly at: number;
  /** Frames that were due, and those of them that were dropped. */
  readonly due: number;
  readonly dropped: number;
  /** Bits per second of the level on screen. */
  readonly bitrate: number;
  /** Whether the figures mean nothing: paused, seeking, hidden or just shown again, another playback rate, a new level. */
  readonly isIdle: boolean;
}

/** Whether the device keeps up with the video. Immutable: each tick gives a new state. */
export interface MachineState {
  /** Ticks in a row that were bad, and the share of frames dropped in the best of them. */
  readonly badTicks: number;
  readonly leastDropped: number;
  /** Levels from this bitrate on are not chosen until then; bits per second, seconds. */
  readonly ceiling: number;
  readonly until: number;
  /** How many times in a row a level was left. */
  readonly times: number;
}

export const NEVER_STRAINED: MachineState = {
  badTicks: 0,
  leastDropped: 1,
  ceiling: Number.POSITIVE_INFINITY,
  until: 0,
  times: 0,
};

/** Bad ticks in a row before a level is left: decoders drop frames at each change. */
const TICKS = 4;
/** Share of frames dropped from which one level is left, and two. */
const STRAINED = 0.1;
const OVERTAXED = 0.6;
/** Fewer frames say nothing. */
const FEWEST = 5;
/** Seconds for which a level is left the first time; twice as long each time after. */
const FIRST_BACK_OFF = 60;
const LONGEST_BACK_OFF = 7200;
/** After this many times the back-off, past failures no longer count. */
const FORGIVEN_AFTER = 4;

/** Updates the state with one tick; `bitrates` are those of all levels, ascending. */
export function watchFrames(known: MachineState, tick: FrameTick, bitrates: readonly number[]): MachineState {
  const { at, due, dropped, bitrate, isIdle } = tick;
  const calm = { ...known, badTicks: 0, leastDropped: 1 };
  const share = dropped / due;
  if (isIdle || !(due >= FEWEST) || share < STRAINED) return calm;
  const badTicks = known.badTicks + 1;
  const leastDropped = Math.min(known.leastDropped, share);
  if (badTicks < TICKS) return { ...known, badTicks, leastDropped };
  const index = bitrates.indexOf(bitrate);
  const ceiling = bitrates[Math.max(1, leastDropped >= OVERTAXED ? index - 1 : index)];
  // Nothing lies below the lowest level.
  if (index < 1 || ceiling === undefined) return calm;
  const isForgiven = at - known.until > backOff(known.times) * FORGIVEN_AFTER;
  const times = isForgiven ? 1 : known.times + 1;
  return { ...calm, ceiling, until: at + backOff(times), times };
}

/** Whether a level may be chosen at this time. */
export function canPlay({ ceiling, until }: MachineState, bitrate: number, at: number): boolean {
  return bitrate < ceiling || at >= until;
}

const backOff = (times: number) => Math.min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2 ** Math.max(0, times - 1));

/** What `MediaCapabilities` says about a level. */
export interface DecoderAnswer {
  readonly supported: boolean;
  readonly smooth: boolean;
  readonly powerEfficient: boolean;
}

/** Reasons besides the network to choose less. */
export interface Frugality {
  /** On a low battery. */
  readonly savesPower: boolean;
  /** The picture has not been visible for a while. */
  readonly isUnseen: boolean;
}

/** Why a level is left out; `undefined` when it may be chosen. */
export function reasonAgainst(
  { bitrate }: { readonly bitrate: number },
  lowest: number,
  answer: DecoderAnswer | undefined,
  { savesPower, isUnseen }: Frugality,
): 'unseen' | 'decoder' | 'power' | undefined {
  if (bitrate <= lowest) return undefined;
  if (isUnseen) return 'unseen';
  if (answer && !(answer.supported && answer.smooth)) return 'decoder';
  return savesPower && answer?.powerEfficient === false ? 'power' : undefined;
}
