/** What the media element reported about its frames during one tick. */
export interface FrameTick {
  /** In seconds; only differences matter. */
  readonly at: number;
  /** Frames that were due, and those of them that were dropped. */
  readonly due: number;
  readonly dropped: number;
  /** Bits per second of the level on screen. */
  readonly bitrate: number;
  /** Whether the figures are meaningless: paused, seeking, hidden or just shown again, another playback rate, a new level. */
  readonly isIdle: boolean;
}

/** Whether the device keeps up with the video. Immutable: each tick gives a new state. */
export interface MachineState {
  /** Consecutive bad ticks, and the fraction of frames dropped in the best of them. */
  readonly badTicks: number;
  readonly leastDropped: number;
  /** Levels from this bitrate on are not chosen until then; bits per second, seconds. */
  readonly ceiling: number;
  readonly until: number;
  /** How many times in a row a level was avoided. */
  readonly times: number;
}

export const NEVER_STRAINED: MachineState = {
  badTicks: 0,
  leastDropped: 1,
  ceiling: Number.POSITIVE_INFINITY,
  until: 0,
  times: 0,
};

/** Consecutive bad ticks before a level is avoided: decoders drop frames at each change. */
const TICKS = 4;
/** Fraction of frames dropped from which one level is avoided, and two. */
const STRAINED = 0.1;
const OVERTAXED = 0.6;
/** Fewer frames are meaningless. */
const FEWEST = 5;
/** Seconds for which a level is avoided the first time; each further time doubles it. */
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
  // There is nothing below the lowest level.
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

/** What `MediaCapabilities` reports about a level. */
export interface DecoderAnswer {
  readonly supported: boolean;
  readonly smooth: boolean;
  readonly powerEfficient: boolean;
}

/** Reasons other than the network to choose less. */
export interface Frugality {
  /** On a low battery. */
  readonly savesPower: boolean;
  /** The video has not been visible for a while. */
  readonly isUnseen: boolean;
}

/** A level, and what the browser says about it, if it is known. */
export interface JudgedLevel {
  readonly bitrate: number;
  readonly answer: DecoderAnswer | undefined;
}

/** Why a level is not allowed, by its own answer and that of the lowest one; `undefined` if it may be chosen. */
export function reasonAgainst(
  { bitrate, answer }: JudgedLevel,
  lowest: JudgedLevel,
  { savesPower, isUnseen }: Frugality,
): 'unseen' | 'decoder' | 'power' | undefined {
  if (bitrate <= lowest.bitrate) return undefined;
  if (isUnseen) return 'unseen';
  if (answer && !(answer.supported && (answer.smooth || isNeverSmooth(lowest)))) return 'decoder';
  return savesPower && answer?.powerEfficient === false ? 'power' : undefined;
}

/** WebKitGTK says this of every level that no hardware decodes, whatever its size: then it means nothing. */
const isNeverSmooth = ({ answer }: JudgedLevel): boolean => answer?.smooth === false;
