import { type Seconds, seconds, ticks, toSeconds } from '../base/time.ts';
import type { Presentation } from '../manifest/presentation.ts';

type Clock = Pick<Presentation, 'origin' | 'timescale'>;

/** Seconds from the epochs that encoders count from to the Unix epoch: 1970, the year 1, 1601. */
const EPOCHS = [0, 62_135_596_800, 11_644_473_600];
/** Between 2000 and 2100 a time is taken for a date, in Unix seconds. */
const EARLIEST = 946_684_800;
const LATEST = 4_102_444_800;

/** The wall clock at 0 of the media element's, in Unix seconds; `undefined` where the presentation doesn't tell. */
function zeroOf({ origin, timescale }: Clock): number | undefined {
  const epoch = EPOCHS.find((offset) => {
    const at = toSeconds(origin, timescale) - offset;
    return at >= EARLIEST && at < LATEST;
  });
  // Subtracted as ticks, so that a fraction of a second is kept.
  return epoch === undefined ? undefined : toSeconds(ticks(origin - BigInt(epoch) * timescale), timescale);
}

/** The wall clock at a moment. */
export function dateOf(time: Seconds, presentation: Clock): Date | undefined {
  const zero = zeroOf(presentation);
  return zero === undefined ? undefined : new Date((zero + time) * 1000);
}

/** Where a date lies on the media element's clock. */
export function positionOf(date: Date, presentation: Clock): Seconds | undefined {
  const zero = zeroOf(presentation);
  return zero === undefined ? undefined : seconds(date.getTime() / 1000 - zero);
}
