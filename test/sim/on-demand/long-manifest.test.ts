import { expect, test } from 'vitest';
import type { SmoothOptions } from '../../../src/player/options.ts';
import type { RequestSeen } from './network.ts';
import { manifestOf } from './title.ts';
import { Viewing } from './viewing.ts';

/** A megabyte and a half: some four seconds at 3 Mbit/s, of which the audio stream is the second half. */
const HOURS_14 = manifestOf(50_000);
const SLOW = 3_000_000;

/** What was requested before the manifest was complete, and after. */
async function watch(viewing: Viewing, seconds = 20): Promise<{ early: RequestSeen[]; late: RequestSeen[] }> {
  const { time, network, events } = viewing;
  network.bitsPerSecond = SLOW;
  viewing.begin();
  await time.pass(seconds);
  const loaded = events.find(({ type }) => type === 'loaded')?.at ?? Number.POSITIVE_INFINITY;
  const fragments = network.seen.filter(({ asked }) => asked);
  expect(viewing.uncaught).toEqual([]);
  return {
    early: fragments.filter(({ at }) => at < loaded),
    late: fragments.filter(({ at }) => at >= loaded),
  };
}

async function withViewing(
  manifest: string,
  use: (viewing: Viewing) => Promise<void>,
  options: SmoothOptions = {},
): Promise<void> {
  const viewing = new Viewing(1, 0, options, manifest);
  try {
    await use(viewing);
  } finally {
    await viewing.close();
  }
}

const nameOf = ({ asked }: RequestSeen) => `${asked?.stream} ${asked?.second}`;
const FIRST = ['video 0', 'audio 0'];

test('the first fragments of a long manifest are requested while it arrives, and once', async () => {
  await withViewing(HOURS_14, async (viewing) => {
    const startedAt = viewing.time.now;
    const { early, late } = await watch(viewing);
    expect(early.map(nameOf)).toEqual(FIRST);
    const [video, audio] = early.map(({ at }) => (at - startedAt) / 1000);
    // The first piece takes 44 ms, after 40 ms to the first byte; the headers of the audio come after half of the text.
    expect(video).toBeLessThan(0.15);
    expect(audio).toBeLessThan(2.5);
    expect(late.map(nameOf)).toContain('video 2');
    expect(late.filter((request) => FIRST.includes(nameOf(request)))).toEqual([]);
    expect(viewing.video.currentTime).toBeGreaterThan(10);
    expect(viewing.codes('warning')).toEqual([]);
  });
});

test('they are counted as measured when they arrived', async () => {
  await withViewing(HOURS_14, async (viewing) => {
    await watch(viewing, 8);
    const { estimate } = viewing.player.getStats();
    // Manifest and fragments have a network each here.
    expect(estimate).toBeGreaterThan(SLOW * 0.5);
    expect(estimate).toBeLessThan(SLOW * 2.5);
  });
});

test.each([
  {
    name: 'whose length is not announced',
    announcesLength: false,
    encode: (text: string) => Buffer.from(text),
  },
  {
    name: 'in UTF-16',
    announcesLength: true,
    encode: (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  },
  {
    name: 'with a byte order mark',
    announcesLength: true,
    encode: (text: string) => Buffer.from(`\ufeff${text}`),
  },
])('a manifest $name is read as it arrives', async ({ announcesLength, encode }) => {
  await withViewing(HOURS_14, async (viewing) => {
    viewing.network.announcesLength = announcesLength;
    viewing.network.manifest = new Uint8Array(encode(HOURS_14));
    const { early, late } = await watch(viewing);
    expect(early.map(nameOf)).toEqual(FIRST);
    expect(late.filter((request) => FIRST.includes(nameOf(request)))).toEqual([]);
  });
});

test.each([
  { name: 'a short manifest', manifest: manifestOf(600), options: {} },
  {
    name: 'a live title',
    manifest: HOURS_14.replace('<SmoothStreamingMedia', '<SmoothStreamingMedia IsLive="TRUE"'),
    options: {},
  },
  { name: 'requests with CMCD data', manifest: HOURS_14, options: { cmcd: {} } },
])('nothing is requested early: $name', async ({ manifest, options }) => {
  await withViewing(
    manifest,
    async (viewing) => {
      expect((await watch(viewing, 8)).early).toEqual([]);
    },
    options,
  );
});

test('nothing is requested early for a start elsewhere', async () => {
  await withViewing(HOURS_14, async (viewing) => {
    viewing.network.bitsPerSecond = SLOW;
    viewing.begin(100);
    await viewing.time.pass(12);
    expect(viewing.network.seen.flatMap(({ asked }) => asked?.second ?? [])).not.toContain(0);
    expect(viewing.video.currentTime).toBeGreaterThan(101);
  });
});

test.each([
  {
    name: 'of a level that is not allowed any more',
    arrange: ({ player }: Viewing) =>
      player.addEventListener('loaded', () => {
        const [lowest] = player.qualities;
        player.limitQualities((quality) => quality !== lowest);
      }),
  },
  {
    name: 'by a manifest that was cut off, and is loaded again',
    arrange: ({ network }: Viewing) => {
      let manifests = 0;
      network.fault = (asked) => (asked || manifests++ > 0 ? undefined : { kind: 'cut', afterShare: 0.3 });
    },
  },
])('a wrong guess costs one request: $name', async ({ arrange }) => {
  await withViewing(HOURS_14, async (viewing) => {
    arrange(viewing);
    const { early, late } = await watch(viewing);
    const [guess, ...others] = [...early, ...late];
    expect(guess && nameOf(guess)).toBe('video 0');
    expect(
      others
        .map(nameOf)
        .filter((name) => FIRST.includes(name))
        .toSorted(),
    ).toEqual(['audio 0', 'video 0']);
    expect(viewing.video.currentTime).toBeGreaterThan(5);
  });
});

test('an end that has to be mended changes nothing about the first requests', async () => {
  await withViewing(HOURS_14.replace('</SmoothStreamingMedia>', ''), async (viewing) => {
    const { early, late } = await watch(viewing);
    expect(early.map(nameOf).slice(0, 2)).toEqual(FIRST);
    expect(viewing.codes('warning')).toContain('manifest-mended');
    expect(late.filter((request) => FIRST.includes(nameOf(request)))).toEqual([]);
    expect(viewing.video.currentTime).toBeGreaterThan(1);
  });
});

test('they end with the load that they belong to', async () => {
  await withViewing(HOURS_14, async (viewing) => {
    const { network, time, player } = viewing;
    network.bitsPerSecond = SLOW;
    network.fault = (asked) => (asked ? { kind: 'silence' } : undefined);
    viewing.begin();
    await time.pass(1);
    const [video] = network.seen.filter(({ asked }) => asked);
    expect(video?.signal?.aborted).toBe(false);
    void player.unload();
    await time.pass(1);
    expect(video?.signal?.aborted).toBe(true);
  });
});
