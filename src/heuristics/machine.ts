/** What the media element told of its frames during one tick. */
export interface FrameTick {
  /** In seconds; only differences matter. */
  readonly at: number;
  /** Frames that were due, and those of them that were not shown in time. */
  readonly due: number;
  readonly dropped: number;
  /** Bits per second of the level on screen. */
  readonly bitrate: number;
  /** Whether the figures say nothing: paused, seeking, hidden or just shown again, another speed, a new level. */
  readonly isIdle: boolean;
}

/** How the machine gets on with the picture; replaced by each tick, never changed. */
export interface MachineState {
  /** Ticks in a row that were bad, and the share of frames dropped in the best of them. */
  readonly badTicks: number;
  readonly leastDropped: number;
  /** From this level on nothing is chosen until then, in seconds; bits per second. */
  readonly ceiling: number;
  readonly until: number;
  /** How often in a row a level was left. */
  readonly times: number;
}

export const NEVER_STRAINED: MachineState = {
  badTicks: 0,
  leastDropped: 1,
  ceiling: Number.POSITIVE_INFINITY,
  until: 0,
  times: 0,
};

/** Ticks that have to be bad before a level is left: decoders stumble at each change. */
const TICKS = 4;
/** Shares of frames dropped from which on one level is left, and two. */
const STRAINED = 0.1;
const OVERTAXED = 0.6;
/** So few frames tell nothing. */
const FEWEST = 5;
/** How long a level is left for the first time; twice as long each time after. */
const FIRST_BACK_OFF = 60;
const LONGEST_BACK_OFF = 7200;
/** A level that was played for so many times the back-off since is no longer held against the machine. */
const FORGIVEN_AFTER = 4;

/** What is known of the machine after one more tick; `bitrates` are those of all levels, ascending. */
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
  // There is nothing below the lowest.
  if (index < 1 || ceiling === undefined) return calm;
  const isForgiven = at - known.until > backOff(known.times) * FORGIVEN_AFTER;
  const times = isForgiven ? 1 : known.times + 1;
  return { ...calm, ceiling, until: at + backOff(times), times };
}

/** Whether a level may be tried at this time. */
export function canPlay({ ceiling, until }: MachineState, bitrate: number, at: number): boolean {
  return bitrate < ceiling || at >= until;
}

const backOff = (times: number) => Math.min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2 ** Math.max(0, times - 1));

/** What a decoder says of a level; `undefined` where it can't be asked. */
export interface DecoderAnswer {
  readonly supported: boolean;
  readonly smooth: boolean;
  readonly powerEfficient: boolean;
}

/** What bears on the choice besides the line. */
export interface Frugality {
  /** On battery, and that is low. */
  readonly savesPower: boolean;
  /** Nobody has seen the picture for a while. */
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
