import { expect, SAMPLE, test } from './fixtures.ts';

test('of twenty loads in a row the last one plays, and nineteen were cancelled', async ({ player }) => {
  const outcomes = await player.evaluate(async (url) => {
    const loads = Array.from({ length: 20 }, () => smooth.load(url));
    const settled = await Promise.allSettled(loads);
    return settled.map((load) => (load.status === 'fulfilled' ? 'loaded' : load.reason.name));
  }, player.url + SAMPLE);
  expect(outcomes).toEqual([...Array(19).fill('AbortError'), 'loaded']);
  await player.play();
  await player.until(() => video.currentTime > 1);
  expect(await player.events('error')).toEqual([]);
  expect(await player.events('loaded')).toHaveLength(1);
});

test('told to play right behind a load it plays, be the element free or another title on it', async ({
  player,
}) => {
  const outcomes = await player.evaluate(async (url) => {
    const told: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      void smooth.load(url).catch(() => {});
      const play = video.play().then(
        () => 'played',
        (error: Error) => error.name,
      );
      await until(() => !video.paused && video.currentTime > 0.3, 8000);
      told.push(await play);
    }
    return told;
  }, player.url + SAMPLE);
  expect(outcomes[0]).toBe('played');
  expect(await player.events('error')).toEqual([]);
});

test('destroyed at any moment it lets go of everything, and nothing follows', async ({ player, origin }) => {
  const leftovers = await player.evaluate(async (url) => {
    const report = [];
    for (let wait = 0; wait < 400; wait += 20) {
      const media = document.createElement('video');
      const one = new SmoothPlayer(media);
      const heard: string[] = [];
      const loading = one.load(url).then(
        () => 'loaded',
        (error) => error.name,
      );
      await new Promise((resolve) => setTimeout(resolve, wait));
      const destroyed = one.destroy();
      for (const type of ['error', 'warning', 'loaded', 'fragmentload', 'ended']) {
        one.addEventListener(type, () => heard.push(type));
      }
      await destroyed;
      await one.destroy();
      const outcome = await loading;
      await new Promise((resolve) => setTimeout(resolve, 30));
      const isClean = media.getAttribute('src') === null && one.state === 'destroyed' && heard.length === 0;
      if (!isClean || !['loaded', 'AbortError'].includes(outcome)) {
        report.push({ wait, outcome, heard, src: media.src, state: one.state });
      }
    }
    return report;
  }, player.url + SAMPLE);
  expect(leftovers).toEqual([]);
  origin.log.clear();
  await player.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
  expect(origin.log.entries).toEqual([]);
});

test('a load that is cancelled by its signal rejects with the reason, and the player is idle', async ({
  player,
  origin,
}) => {
  const cancelAfter = (ms: number) =>
    player.evaluate(
      async ([url, wait]) => {
        const controller = new AbortController();
        const load = smooth.load(url, { signal: controller.signal }).catch((error: Error) => error.message);
        await new Promise((resolve) => setTimeout(resolve, wait));
        controller.abort(new Error('changed my mind'));
        return [await load, smooth.state];
      },
      [player.url + SAMPLE, ms] as const,
    );
  origin.rules.add({ effect: { type: 'silence' } });
  expect(await cancelAfter(0)).toEqual(['changed my mind', 'idle']);
  expect(await cancelAfter(500)).toEqual(['changed my mind', 'idle']);
  expect(await player.events('error')).toEqual([]);
});

test('moved to another element, the title goes on where it was', async ({ player }) => {
  await player.load(undefined, 8);
  await player.play();
  await player.until(() => video.currentTime > 9);
  const moved = await player.evaluate(async () => {
    const before = video.currentTime;
    const other = document.createElement('video');
    document.body.append(other);
    await smooth.attach(other);
    await other.play();
    const reached = await new Promise<number>((resolve) => {
      other.addEventListener(
        'timeupdate',
        () => other.currentTime > before + 0.5 && resolve(other.currentTime),
      );
    });
    return { before, reached, oldSource: video.getAttribute('src') };
  });
  expect(moved.reached).toBeLessThan(moved.before + 2);
  expect(moved.oldSource).toBeNull();
});

test('a title can be loaded before there is an element to play it on', async ({ player }) => {
  const reached = await player.evaluate(async (url) => {
    const one = new SmoothPlayer();
    const presentation = await one.load(url);
    const media = document.createElement('video');
    document.body.append(media);
    await one.attach(media);
    await media.play();
    await new Promise((resolve) =>
      media.addEventListener('timeupdate', () => media.currentTime > 0.5 && resolve(0)),
    );
    await one.destroy();
    return presentation.streams.filter(({ type }) => type !== 'text').length;
  }, player.url + SAMPLE);
  expect(reached).toBe(3);
});

test('when what took the element away fails before the old source is closed, the error is the same', async ({
  player,
}) => {
  // Browsers differ in which of the two they report first: here the closing is not reported at all.
  await player.evaluate(() => {
    const listen = MediaSource.prototype.addEventListener;
    MediaSource.prototype.addEventListener = function (this: MediaSource, ...args: [string, never]) {
      if (args[0] !== 'sourceclose') listen.apply(this, args);
    } as typeof listen;
  });
  await player.load();
  await player.play();
  await player.until(() => video.currentTime > 0.5);
  await player.evaluate(() => {
    video.src = 'data:video/mp4;base64,';
  });
  await player.until(() => smooth.state === 'failed');
  expect((await player.events('error')).map(({ error }) => error?.code)).toEqual(['media-taken']);
  expect(await player.evaluate(() => video.src)).toMatch(/^data:/);
});

test('when the page takes the element away, one error says so', async ({ player }) => {
  await player.load();
  await player.play();
  await player.until(() => video.currentTime > 0.5);
  await player.evaluate(() => {
    video.src = 'data:video/mp4;base64,';
  });
  await player.until(() => smooth.state === 'failed');
  const errors = await player.events('error');
  expect(errors.map(({ error }) => error?.code)).toEqual(['media-taken']);
  expect(await player.evaluate(() => video.src)).toMatch(/^data:/);
});

test('taken away while the manifest is on its way, one error says so too', async ({ player }) => {
  const codes = await player.evaluate(async (url) => {
    const outcomes = [];
    for (const wait of [0, 1, 5, 20]) {
      const loading = smooth.load(url).catch(() => {});
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      video.src = 'data:video/mp4;base64,';
      await loading;
      await until(() => smooth.state === 'failed', 3000);
      outcomes.push(smooth.error?.code);
    }
    return outcomes;
  }, player.url + SAMPLE);
  expect(codes).toEqual(Array(4).fill('media-taken'));
  expect(await player.events('error')).toHaveLength(4);
});
