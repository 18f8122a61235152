import { bench, describe } from 'vitest';
import { ticks, timescale } from '../../src/base/time.ts';
import { FragmentTransmuxer } from '../../src/transmux/fragment-transmuxer.ts';
import { buildFragment } from '../support/fragment-builder.ts';

const context = {
  stream: { type: 'video', timescale: timescale(10_000_000) },
  start: ticks(1_236_046_960_307_666n),
  duration: ticks(20_000_000),
  origin: ticks(1_236_046_000_000_000n),
} as const;

/** Two seconds at 50 pictures a second, with composition offsets. */
const twoSeconds = (pictureSize: number): Uint8Array =>
  buildFragment({
    defaultDuration: 200_000,
    runs: [
      {
        samples: Array.from({ length: 100 }, (_, i) => ({
          size: pictureSize,
          offset: 400_000 + (i % 4) * 200_000,
        })),
      },
    ],
  });

describe('one fragment', () => {
  for (const [name, size] of [
    ['100 KB', 1_000],
    ['10 MB', 100_000],
  ] as const) {
    const fragment = twoSeconds(size);
    bench(`${name}, whole`, () => {
      const transmuxer = new FragmentTransmuxer(context);
      transmuxer.push(fragment);
      transmuxer.finish();
    });
    bench(`${name}, in pieces of 16 KB`, () => {
      const transmuxer = new FragmentTransmuxer(context);
      for (let at = 0; at < fragment.length; at += 16_384)
        transmuxer.push(fragment.subarray(at, at + 16_384));
      transmuxer.finish();
    });
  }
});
