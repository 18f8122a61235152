import { type Nanoseconds, nanoseconds } from '../moment.ts';

/** Parameters for the interpretation of times. TTML 2, 7.2. */
export interface TimeParameters {
  /** Frames per second, as a fraction; with its multiplier. */
  readonly frameRate: Ratio;
  /** The same without the multiplier: what timecodes count. */
  readonly nominalFrameRate: number;
  readonly subFrameRate: number;
  readonly tickRate: Ratio;
  /** The unit of bare integers; seconds if absent. */
  readonly unitlessRate?: Ratio | undefined;
  readonly isTimecode: boolean;
  readonly dropMode: 'none' | 'ntsc' | 'pal';
}

export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export type TimeOutcome =
  /** `isLoose`: not allowed by the format. `isTicks`: in ticks, or in what may be ticks. */
  | { readonly kind: 'time'; readonly value: Nanoseconds; readonly isLoose: boolean; readonly isTicks?: true }
  /** `wallclock()`, or negative: the time can't be determined. */
  | { readonly kind: 'rejected' }
  | { readonly kind: 'unreadable' };

const SECOND = 1_000_000_000n;
/** Longer ones are not parsed. */
const MAX_LENGTH = 64;

const CLOCK = /^(\d{1,15}):(\d{1,2}):(\d{1,2})(?:([.,])(\d+)|[:;](\d{1,9})(?:\.(\d{1,9}))?)?$/;
const MINUTES = /^(\d{1,15}):(\d{1,2})(?:[.,](\d+))?$/;
const OFFSET = /^(\d{1,20})(?:([.,])(\d{1,20}))?\s*(h|ms|m|s|f|t)?$/i;

const SECONDS: Ratio = { numerator: 1n, denominator: 1n };
/** A number without a unit and with this many digits is unlikely to be seconds: a day and more. */
const LONG_NUMBER = 6;

/** Of a second, in nanoseconds. */
const UNITS: Readonly<Record<string, bigint>> = {
  h: 3600n * SECOND,
  m: 60n * SECOND,
  s: SECOND,
  ms: SECOND / 1000n,
};

/** Reads a time expression. TTML 2, 12.3.1; and other forms that occur in practice. */
export function parseTime(written: string, parameters: TimeParameters): TimeOutcome {
  const text = written.trim();
  if (text.length > MAX_LENGTH) return { kind: 'unreadable' };
  if (/^wallclock/i.test(text) || /^-\s*\d/.test(text)) return { kind: 'rejected' };
  const bare = text.replace(/^\+/, '');
  const isTrimmed = bare !== written;
  const clock = CLOCK.exec(bare);
  if (clock) return readClock(clock, parameters, isTrimmed);
  const minutes = MINUTES.exec(bare);
  if (minutes) {
    const [, m = '', s = '', fraction = ''] = minutes;
    return loose((BigInt(m) * 60n + BigInt(s)) * SECOND + fractionOf(fraction));
  }
  const offset = OFFSET.exec(bare);
  if (!offset) return { kind: 'unreadable' };
  const [, whole = '', point, fraction = '', unit] = offset;
  const value = (per: Ratio) => {
    const scale = 10n ** BigInt(fraction.length);
    const count = BigInt(whole) * scale + BigInt(fraction || '0');
    return divide(count * SECOND * per.denominator, scale * per.numerator);
  };
  const isLoose = isTrimmed || point === ',' || unit === undefined || unit !== unit.toLowerCase();
  switch (unit?.toLowerCase()) {
    case 'f':
      return { kind: 'time', value: value(parameters.frameRate), isLoose };
    case 't':
      return { kind: 'time', value: value(parameters.tickRate), isLoose, isTicks: true };
    case undefined: {
      if (point !== undefined) return { kind: 'time', value: value(SECONDS), isLoose };
      const time = { kind: 'time', value: value(parameters.unitlessRate ?? SECONDS), isLoose } as const;
      return whole.length < LONG_NUMBER ? time : { ...time, isTicks: true };
    }
    default: {
      const length = UNITS[unit?.toLowerCase() ?? ''] ?? SECOND;
      return { kind: 'time', value: value({ numerator: SECOND, denominator: length }), isLoose };
    }
  }
}

const loose = (value: bigint): TimeOutcome => ({ kind: 'time', value: nanoseconds(value), isLoose: true });

function readClock(match: RegExpExecArray, parameters: TimeParameters, isTrimmed: boolean): TimeOutcome {
  const [, h = '', m = '', s = '', point, fraction = '', frames, subFrames = '0'] = match;
  const inSeconds = BigInt(h) * 3600n + BigInt(m) * 60n + BigInt(s);
  const isLoose = isTrimmed || point === ',' || h.length < 2 || m.length < 2 || s.length < 2;
  const { frameRate, subFrameRate, isTimecode } = parameters;
  if (frames === undefined && !(isTimecode && fraction === '')) {
    return { kind: 'time', value: nanoseconds(inSeconds * SECOND + fractionOf(fraction)), isLoose };
  }
  const sub = BigInt(Math.max(1, subFrameRate));
  const counted = BigInt(frames ?? '0') * sub + BigInt(subFrames);
  if (!isTimecode) {
    const within = divide(counted * SECOND * frameRate.denominator, sub * frameRate.numerator);
    return { kind: 'time', value: nanoseconds(inSeconds * SECOND + within), isLoose };
  }
  // TTML 2, annex I: timecodes count frames, and some numbers may be dropped.
  const nominal = BigInt(Math.max(1, Math.round(parameters.nominalFrameRate)));
  const number = inSeconds * nominal - droppedBefore(BigInt(h) * 60n + BigInt(m), parameters.dropMode);
  const total = (number * sub + counted) * SECOND * frameRate.denominator;
  return { kind: 'time', value: divide(total, sub * frameRate.numerator), isLoose };
}

/** Frame numbers that are dropped up to a minute: two in each but every tenth, or four in every other one. */
function droppedBefore(minutes: bigint, mode: TimeParameters['dropMode']): bigint {
  if (mode === 'ntsc') return 2n * (minutes - minutes / 10n);
  return mode === 'pal' ? 4n * (minutes / 2n - minutes / 20n) : 0n;
}

const fractionOf = (digits: string): bigint => BigInt(digits.slice(0, 9).padEnd(9, '0'));

/** Rounded to the nearest. */
const divide = (a: bigint, b: bigint): Nanoseconds => nanoseconds((2n * a + b) / (2n * b));
