import { expect, test } from 'vitest';
import { manifestOf } from './title.ts';
import { Viewing } from './viewing.ts';

test.each(
  (['video', 'audio'] as const).flatMap((late) => [
    { late, seconds: 32, ahead: 30 },
    { late, seconds: 10, ahead: 6 },
  ]),
)(
  '$late begins $seconds s late, which is further than the buffer of $ahead s: the title plays',
  async (one) => {
    const { late, seconds, ahead } = one;
    const manifest = manifestOf(60, (stream, second) => stream === late && second < seconds);
    const viewing = new Viewing(1, 60, { buffer: { ahead } }, manifest);
    try {
      viewing.begin();
      await viewing.time.pass(70);
      expect(viewing.codes('error')).toEqual([]);
      expect(viewing.video.ended).toBe(true);
    } finally {
      await viewing.close();
    }
  },
);
