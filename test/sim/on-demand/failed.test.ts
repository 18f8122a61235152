import { expect, test } from 'vitest';
import { Viewing } from './viewing.ts';

/** Ends playback: for so long nothing could be loaded from the server. */
const GONE = { from: 5000, until: 260_000 };

/** Plays until an outage has ended playback, and then until the server is back. */
async function failed(): Promise<Viewing> {
  const viewing = new Viewing(1);
  const { time, network, player } = viewing;
  const startedAt = time.now;
  network.bitsPerSecond = 2_000_000;
  network.fault = (asked, _, now) =>
    asked && now - startedAt > GONE.from && now - startedAt < GONE.until
      ? { kind: 'status', status: 503 }
      : undefined;
  viewing.begin();
  await time.pass(200);
  expect(player.state).toBe('failed');
  expect(player.error?.code).toBe('fragments-unavailable');
  expect(viewing.codes('error')).toEqual(['fragments-unavailable']);
  const [stall, error] = ['stall', 'error'].map((type) =>
    viewing.events.find((event) => event.type === type),
  );
  expect((error?.at ?? 0) - (stall?.at ?? 0)).toBeGreaterThan(119_000);
  await time.pass(70);
  return viewing;
}

test.each([
  { name: 'retry()', use: ({ player }: Viewing) => void player.retry(), from: undefined },
  {
    name: 'a seek',
    use: ({ video }: Viewing) => {
      video.currentTime = 41;
    },
    from: 41,
  },
  {
    name: 'play()',
    use: ({ video }: Viewing) => {
      video.pause();
      void video.play();
    },
    from: undefined,
  },
])('after an outage has ended playback, $name goes on from there', async ({ use, from }) => {
  const viewing = await failed();
  try {
    const { time, player, video } = viewing;
    const place = from ?? video.currentTime;
    use(viewing);
    await time.pass(5);
    expect(player.state).toBe('ready');
    expect(video.currentTime).toBeGreaterThan(place + 2);
    expect(video.currentTime).toBeLessThan(place + 5.1);
    expect(viewing.uncaught).toEqual([]);
  } finally {
    await viewing.close();
  }
});

test('what was chosen before a failure is chosen after it', async () => {
  const viewing = await failed();
  try {
    const { time, player } = viewing;
    player.setQuality(player.qualities[0] ?? 'auto');
    void player.retry();
    await time.pass(3);
    expect(player.quality).toMatchObject({ bitrate: 300_000 });
  } finally {
    await viewing.close();
  }
});
