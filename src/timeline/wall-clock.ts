import { type Seconds, seconds, ticks, toSeconds } from '../base/time.ts';
import type { Presentation } from '../manifest/presentation.ts';

type Clock = Pick<Presentation, 'origin' | 'timescale'>;

/** Seconds from the epochs of encoders to the Unix epoch: 1970, the year 1, 1601. */
const EPOCHS = [0, 62_135_596_800, 11_644_473_600];
/** Times between 2000 and 2100 are taken for dates, in Unix seconds. */
const EARLIEST = 946_684_800;
const LATEST = 4_102_444_800;

/** The wall clock time at position 0, in Unix seconds; `undefined` if the presentation has none. */
function zeroOf({ origin, timescale }: Clock): number | undefined {
  const epoch = EPOCHS.find((offset) => {
    const at = toSeconds(origin, timescale) - offset;
    return at >= EARLIEST && at < LATEST;
  });
  // Subtracted as ticks, to keep the fraction of a second.
  return epoch === undefined ? undefined : toSeconds(ticks(origin - BigInt(epoch) * timescale), timescale);
}

/** The wall clock time of a position. */
export function dateOf(time: Seconds, presentation: Clock): Date | undefined {
  const zero = zeroOf(presentation);
  return zero === undefined ? undefined : new Date((zero + time) * 1000);
}

/** The position of a date on the media element's clock. */
export function positionOf(date: Date, presentation: Clock): Seconds | undefined {
  const zero = zeroOf(presentation);
  return zero === undefined ? undefined : seconds(date.getTime() / 1000 - zero);
}
