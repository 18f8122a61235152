import { expect, test } from 'vitest';
import { Viewing } from './viewing.ts';

/** Seconds of the session from which on one stream fails for good, and where playback begins in a title of 30 s. */
const cases = [
  { name: 'the middle', from: 1, startAt: 0 },
  { name: 'shortly before the end, the other being complete', from: 0.9, startAt: 18 },
];

test.each(cases.flatMap((one) => (['video', 'audio'] as const).map((gone) => ({ ...one, gone }))))(
  '$gone gone for good from $name on: the other plays to its end',
  async ({ gone, from, startAt }) => {
    const viewing = new Viewing(1, 30);
    try {
      const { time, network, player, video } = viewing;
      const startedAt = time.now;
      network.bitsPerSecond = gone === 'video' ? 2_000_000 : 800_000;
      network.fault = (asked, _, now) =>
        asked?.stream === gone && now - startedAt > from * 1000 ? { kind: 'status', status: 404 } : undefined;
      viewing.begin(startAt);
      await time.pass(100);
      expect(viewing.codes('error')).toEqual([]);
      expect(video.ended).toBe(true);
      expect(viewing.stalled).toBeLessThan(6);
      const { repairs, skipped } = player.getStats();
      expect(skipped.length).toBeGreaterThan(0);
      expect(repairs[gone === 'video' ? 'picture-held' : 'silence']).toBeGreaterThan(0);
      expect(viewing.codes('warning')).not.toContain('media-gap');
    } finally {
      await viewing.close();
    }
  },
);
