import { expect, type PlayerPage, test } from './fixtures.ts';

declare global {
  /** What the canvas has shown, and the position of the clock. */
  var drawn: { readonly at: number; readonly frame: number | undefined; readonly position: number }[];
  var fired: string[];
  function watchCanvas(): void;
}

/** Gives the player a canvas, and records each picture that is drawn on it. */
const defineWatchCanvas = (): void => {
  Object.assign(globalThis, {
    drawn: [],
    watchCanvas: () => {
      const canvas = document.createElement('canvas');
      canvas.hidden = true;
      canvas.style.cssText = 'position: absolute; inset: 0; width: 320px; height: 180px';
      document.body.append(canvas);
      smooth.canvas = canvas;
      const draw = CanvasRenderingContext2D.prototype.drawImage;
      CanvasRenderingContext2D.prototype.drawImage = function (...args: unknown[]) {
        Reflect.apply(draw, this, args);
        if (this.canvas !== canvas) return;
        const frame = readBitmap(args[0] as ImageBitmap)?.frame;
        drawn.push({ at: performance.now(), frame, position: smooth.position });
      };
    },
  });
};

test.beforeEach(({ page }) => page.addInitScript(defineWatchCanvas));

async function loadWatched(player: PlayerPage, startTime: number): Promise<void> {
  await player.evaluate(() => {
    watchCanvas();
    smooth.configure({ buffer: { ahead: 6 } });
  });
  await player.load(undefined, startTime);
  await player.fill(4);
}

for (const rate of [8, 16, -8]) {
  test(`at ${rate} times key frames are shown as the clock passes them, in order`, async ({
    player,
    page,
  }) => {
    await loadWatched(player, rate > 0 ? 2 : 26);
    await player.play();
    const stopped = await player.evaluate(async (to) => {
      await smooth.trickPlay(to);
      await until(() => (to > 0 ? smooth.position > 24 : smooth.position < 4));
      const shown = drawn.at(-1)?.frame ?? Number.NaN;
      await smooth.trickPlay(1);
      return { shown, rate: smooth.trickRate };
    }, rate);
    expect(stopped.rate).toBe(1);
    const seen = await player.evaluate(() => drawn);
    const frames = seen.map(({ frame }) => frame ?? Number.NaN);
    // Key frames only, each further on than the one before.
    expect(frames.filter((frame) => frame % 50 !== 0)).toEqual([]);
    expect(frames.slice(1).filter((frame, i) => !((frame - (frames[i] ?? 0)) * rate > 0))).toEqual([]);
    // Most of the ten or eleven that were passed.
    expect(frames.length).toBeGreaterThanOrEqual(8);
    // Each within the distance of one key frame of the clock.
    expect(
      seen.slice(1).filter(({ frame, position }) => Math.abs((frame ?? 0) / 25 - position) > 2.1),
    ).toEqual([]);
    // It continues from the picture that was on screen.
    await player.until(() => !video.paused && document.querySelector('canvas')?.hidden === true);
    await page.waitForFunction((from) => video.currentTime * 25 > from, stopped.shown);
    expect(await player.evaluate(() => video.currentTime)).toBeLessThan(stopped.shown / 25 + 3);
  });
}

test('playback rests meanwhile: beginnings of fragments are all that is fetched', async ({
  player,
  origin,
}) => {
  await loadWatched(player, 2);
  await player.evaluate(async () => {
    await smooth.trickPlay(16);
  });
  origin.log.clear();
  await player.until(() => smooth.position > 24);
  const entries = [...origin.log.entries];
  await player.evaluate(() => smooth.endTrickPlay('pause'));
  expect(entries.length).toBeGreaterThan(5);
  expect(entries.filter(({ url }) => /audio/.test(url))).toEqual([]);
  expect(entries.map(({ status }) => status).filter((status) => status !== 206 && status !== 0)).toEqual([]);
});

test('the end of a title ends it, once', async ({ player }) => {
  await loadWatched(player, 20);
  await player.evaluate(() => smooth.trickPlay(32));
  await player.until(() => video.ended);
  expect((await player.events('ended')).length).toBe(1);
  expect(await player.evaluate(() => smooth.trickRate)).toBe(1);
});

test('the beginning ends it, paused at the first frame', async ({ player }) => {
  await loadWatched(player, 10);
  await player.play();
  await player.evaluate(() => smooth.trickPlay(-16));
  await player.until(() => smooth.trickRate === 1 && !video.seeking);
  await player.until(() => readPicture().frame === 0);
  expect(await player.evaluate(() => video.paused)).toBe(true);
});

test('a seek by somebody else ends it there', async ({ player }) => {
  await loadWatched(player, 2);
  await player.play();
  await player.evaluate(async () => {
    await smooth.trickPlay(8);
    await until(() => smooth.position > 6);
    video.currentTime = 20;
    await until(() => !video.seeking && smooth.trickRate === 1);
  });
  await player.until(() => video.currentTime > 20.2);
  expect(await player.evaluate(() => video.currentTime)).toBeLessThan(24);
});

test('up to four times the element plays, without sound, and has it back afterwards', async ({ player }) => {
  await loadWatched(player, 1);
  await player.evaluate(() => {
    video.muted = false;
  });
  const during = await player.evaluate(async () => {
    await smooth.trickPlay(4);
    await until(() => video.currentTime > 5);
    return { muted: video.muted, rate: video.playbackRate, drawn: drawn.length };
  });
  expect(during).toEqual({ muted: true, rate: 4, drawn: 0 });
  const after = await player.evaluate(async () => {
    await smooth.trickPlay(1);
    return { muted: video.muted, rate: video.playbackRate, paused: video.paused };
  });
  expect(after).toEqual({ muted: false, rate: 1, paused: false });
});

for (const rate of [8, -8]) {
  test(`without a canvas it goes by seeking, at ${rate} times too`, async ({ player }) => {
    await player.load(undefined, rate > 0 ? 2 : 26);
    await player.fill(2);
    await player.play();
    const seen = await player.evaluate(async (to) => {
      const before = pictures.length;
      await smooth.trickPlay(to);
      await until(() => (to > 0 ? smooth.position > 24 : smooth.position < 4));
      await smooth.endTrickPlay('pause');
      return pictures.slice(before).map(({ frame }) => frame ?? Number.NaN);
    }, rate);
    const keys = seen.filter((frame) => frame % 50 === 0);
    expect(keys.length).toBeGreaterThanOrEqual(5);
    expect(keys.slice(1).filter((frame, i) => (frame - (keys[i] ?? 0)) * rate < 0)).toEqual([]);
    expect(await player.evaluate(() => video.paused)).toBe(true);
  });
}

test('its end is told where it ended, and 1 outside of it does nothing', async ({ player }) => {
  await loadWatched(player, 2);
  const told = await player.evaluate(async () => {
    await smooth.trickPlay(1);
    const isPaused = video.paused;
    const positions: number[] = [];
    smooth.addEventListener('ratechange', () => positions.push(smooth.position));
    await smooth.trickPlay(16);
    await until(() => (drawn.at(-1)?.frame ?? 0) >= 300);
    await smooth.endTrickPlay('pause');
    return { isPaused, last: positions.at(-1), shown: (drawn.at(-1)?.frame ?? 0) / 25 };
  });
  expect(told.isPaused).toBe(true);
  expect(told.last).toBeCloseTo(told.shown, 1);
});

test('the latest wish holds, and what was on its way before ends nothing', async ({ player }) => {
  await loadWatched(player, 2);
  const rates = await player.evaluate(async () => {
    const seen: unknown[] = [];
    const settle = () => new Promise((resolve) => setTimeout(resolve, 300));
    const note = async (name: string) => {
      await settle();
      seen.push(`${name}: ${smooth.trickRate} ${smooth.trickRate === 1 ? video.playbackRate : ''}`.trim());
      await smooth.endTrickPlay('pause');
      video.currentTime = 4;
      await until(() => !video.seeking);
      await settle();
    };
    void smooth.trickPlay(16);
    await smooth.trickPlay(1);
    await note('16, 1');
    void smooth.trickPlay(4);
    await smooth.endTrickPlay('pause');
    await note('4, end');
    void video.play();
    await smooth.trickPlay(8);
    await note('play, 8');
    video.currentTime = 10;
    await smooth.trickPlay(8);
    await note('seek, 8');
    await smooth.trickPlay(4);
    await smooth.trickPlay(8);
    await note('4, 8');
    await smooth.trickPlay(8);
    await smooth.trickPlay(4);
    await note('8, 4');
    return seen;
  });
  expect(rates).toEqual(['16, 1: 1 1', '4, end: 1 1', 'play, 8: 8', 'seek, 8: 8', '4, 8: 8', '8, 4: 4']);
});

test('letting go of the element, and a step of a frame, end it where it is', async ({ player }) => {
  await loadWatched(player, 2);
  const seen = await player.evaluate(async () => {
    await smooth.trickPlay(8);
    await until(() => (drawn.at(-1)?.frame ?? 0) >= 200);
    const shown = drawn.at(-1)?.frame ?? Number.NaN;
    await smooth.stepFrame(1);
    const stepped = readPicture().frame;
    await smooth.trickPlay(8);
    await until(() => smooth.position > 14);
    await smooth.detach();
    const left = [smooth.trickRate, smooth.canvas?.hidden, smooth.position > 13, video.playbackRate];
    await smooth.attach(video);
    await until(() => video.readyState >= 2);
    return { stepped: Number(stepped) - shown, left, goesOnAt: Math.floor(video.currentTime) >= 13 };
  });
  expect(seen).toEqual({ stepped: 1, left: [1, true, true, 1], goesOnAt: true });
});

test('impossible rates are rejected', async ({ player }) => {
  await loadWatched(player, 2);
  const codes = await player.evaluate(() =>
    Promise.all(
      [0, 33, -33, Number.NaN, Number.POSITIVE_INFINITY].map((rate) =>
        smooth.trickPlay(rate).then(
          () => 'resolved',
          (error: { code: string }) => error.code,
        ),
      ),
    ),
  );
  expect(codes).toEqual(Array(5).fill('option-invalid'));
});

test('events that are passed forward fire once, in order, backward none', async ({ player }) => {
  await loadWatched(player, 0);
  await player.evaluate(() => {
    Object.assign(globalThis, { fired: [] });
    smooth.addEventListener('event', ({ track, cue }) => fired.push(`${track.name} ${cue.start}`));
  });
  await player.until(() =>
    smooth.eventTracks.some(({ kind, cues }) => kind !== 'chapters' && cues.length > 0),
  );
  // Events at the beginning have fired by now.
  const passed = await player.evaluate(async () => {
    fired.length = 0;
    await smooth.trickPlay(16);
    await until(() => smooth.position > 27);
    const position = smooth.position;
    await smooth.endTrickPlay('pause');
    return smooth.eventTracks
      .filter(({ kind }) => kind !== 'chapters')
      .flatMap(({ name, cues }) => cues.map(({ start }) => ({ start, key: `${name} ${start}` })))
      .filter(({ start }) => start > 0.5 && start < position - 1)
      .sort((a, b) => a.start - b.start)
      .map(({ key }) => key);
  });
  expect(passed.length).toBeGreaterThan(2);
  const seen = await player.evaluate(() => [...fired]);
  expect(seen.filter((key) => passed.includes(key))).toEqual(passed);
  await player.evaluate(async () => {
    await until(() => !video.seeking);
    fired.length = 0;
    await smooth.trickPlay(-16);
    await until(() => smooth.position < 6);
  });
  expect(await player.evaluate(() => [...fired])).toEqual([]);
});

test.describe('in a live window', () => {
  const channel = { source: 'sample', windowSeconds: 40, history: 40 } as const;
  test.use({
    live: [
      [
        { ...channel, path: '/live/channel.isml', epoch: 'unix' },
        { ...channel, path: '/live/earlier.isml', epoch: 'zero' },
      ],
      { scope: 'test' },
    ],
  });

  /** The frame that the channel, which repeats the sample, shows at a position. */
  const tuneIn = (player: PlayerPage) =>
    player.evaluate(async (url) => {
      watchCanvas();
      await smooth.load(url);
      await video.play();
      await until(() => smooth.live.atEdge && video.currentTime > 0);
    }, `${player.url}/live/channel.isml/Manifest`);

  test('previews are of their place, and the edge ends trick play at normal speed', async ({ player }) => {
    await tuneIn(player);
    const preview = await player.evaluate(async () => {
      const previews = await smooth.openPreviews();
      const time = smooth.live.window.start + 12;
      const picture = await previews.at(time, { width: 320 });
      if (!picture) return undefined;
      const frame = readBitmap(picture.image)?.frame ?? Number.NaN;
      const start = smooth.toDate(picture.start)?.getTime() ?? 0;
      video.pause();
      await new Promise((resolve) => {
        video.addEventListener('seeked', resolve, { once: true });
        video.currentTime = picture.start + 0.02;
      });
      await until(() => readPicture().frame !== undefined);
      return { frame, shown: readPicture().frame, start };
    });
    expect(preview?.frame).toBe(preview?.shown);
    await player.evaluate(async () => {
      await smooth.trickPlay(16);
    });
    await player.until(() => smooth.trickRate === 1 && smooth.live.atEdge && !video.paused);
    const frames = (await player.evaluate(() => drawn)).map(({ frame }) => frame ?? Number.NaN);
    expect(frames.length).toBeGreaterThan(4);
    const before = await player.evaluate(() => video.currentTime);
    await player.page.waitForFunction((from) => video.currentTime > from + 1, before);
  });

  test('at four times it ends at the edge too, at normal speed and with sound', async ({ player }) => {
    await tuneIn(player);
    await player.evaluate(async () => {
      video.currentTime = smooth.live.window.start + 12;
      await until(() => !video.seeking);
      video.muted = false;
      await smooth.trickPlay(4);
    });
    await player.until(() => smooth.trickRate === 1);
    const { muted, paused, playbackRate, atEdge } = await player.evaluate(() => ({
      muted: video.muted,
      paused: video.paused,
      playbackRate: video.playbackRate,
      atEdge: smooth.live.atEdge,
    }));
    expect({ muted, paused, atEdge }).toEqual({ muted: false, paused: false, atEdge: true });
    expect(playbackRate).toBeLessThan(1.2);
  });

  test('it ends, and sound and speed return, when the encoder restarts on an earlier clock', async ({
    player,
    page,
  }) => {
    await tuneIn(player);
    await player.evaluate(async () => {
      video.currentTime = smooth.live.window.start + 12;
      await until(() => !video.seeking);
      video.muted = false;
      await smooth.trickPlay(0.5);
    });
    await page.route('**/live/channel.isml/**', (route) =>
      route.continue({ url: route.request().url().replace('channel', 'earlier') }),
    );
    await player.until(() => events.filter(({ type }) => type === 'loaded').length > 1, 40_000);
    await player.until(() => video.readyState >= 3);
    const { muted, playbackRate, trickRate, paused } = await player.evaluate(() => ({
      muted: video.muted,
      playbackRate: video.playbackRate,
      trickRate: smooth.trickRate,
      paused: video.paused,
    }));
    expect({ muted, trickRate, paused }).toEqual({ muted: false, trickRate: 1, paused: false });
    expect(playbackRate).toBeGreaterThan(0.8);
  });

  test('the window passes the paused element, and fast forward goes on', async ({ player }) => {
    await tuneIn(player);
    const { rate, ahead } = await player.evaluate(async () => {
      const first = smooth.live.window.start;
      video.currentTime = first + 1;
      await until(() => !video.seeking);
      video.pause();
      await smooth.trickPlay(6);
      await until(() => smooth.live.window.start > video.currentTime + 1 || smooth.trickRate === 1);
      return { rate: smooth.trickRate, ahead: smooth.position - first };
    });
    expect(rate).toBe(6);
    expect(ahead).toBeGreaterThan(6);
    const warnings = await player.events('warning');
    expect(warnings.filter(({ error }) => error?.code === 'behind-live-window')).toEqual([]);
  });

  test('the beginning of the window ends it inside of the window, at normal speed', async ({ player }) => {
    await tuneIn(player);
    await player.evaluate(() => smooth.trickPlay(-16));
    await player.until(() => smooth.trickRate === 1 && !video.paused && !video.seeking);
    const before = await player.evaluate(() => video.currentTime);
    await player.page.waitForFunction((from) => video.currentTime > from + 2, before);
    expect(await player.evaluate(() => video.currentTime > smooth.live.window.start)).toBe(true);
    expect(await player.events('error')).toEqual([]);
  });
});

test('unloading, loading again and destroying end it at once, and leave nothing behind', async ({
  player,
}) => {
  await loadWatched(player, 2);
  const states = await player.evaluate(async () => {
    const seen: unknown[] = [];
    const url = smooth.presentation && location.origin;
    for (const leave of [
      () => smooth.unload(),
      () => smooth.load(`${url}/presentations/sample.ism/Manifest`),
      () => smooth.destroy(),
    ]) {
      if (smooth.state === 'idle') await smooth.load(`${url}/presentations/sample.ism/Manifest`);
      await until(() => video.readyState >= 2);
      const before = drawn.length;
      await smooth.trickPlay(16);
      await until(() => drawn.length > before + 1);
      await leave();
      const after = drawn.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
      seen.push([smooth.trickRate, smooth.canvas?.hidden, drawn.length - after]);
    }
    return seen;
  });
  expect(states).toEqual(Array(3).fill([1, true, 0]));
});
