import { SAMPLE } from '../fixtures.ts';
import { expect, test } from './element-fixture.ts';

for (const tag of ['smooth-video', 'smooth-player']) {
  test(`<${tag}> has every member of a native video`, async ({ host }) => {
    await host.open({ preload: 'none' }, tag);
    const missing = await host.page.evaluate(() =>
      [HTMLVideoElement.prototype, HTMLMediaElement.prototype]
        .flatMap((native) => Object.getOwnPropertyNames(native))
        .filter((name) => !(name in element)),
    );
    expect(missing).toEqual([]);
    expect(await host.page.evaluate(() => [element.HAVE_NOTHING, element.HAVE_ENOUGH_DATA])).toEqual([0, 4]);
  });

  test(`<${tag}> plays as a video does, and tells each thing once`, async ({ host }) => {
    await host.open({}, tag);
    await host.play();
    expect(await host.page.evaluate(() => [element.paused, element.matches(':state(playing)')])).toEqual([
      false,
      true,
    ]);
    await host.page.evaluate(() => {
      element.currentTime = element.duration - 1;
    });
    await host.page.waitForFunction(() => element.ended);
    for (const type of ['loaded', 'loadedmetadata', 'play', 'ended'])
      expect(await host.count(type), type).toBe(1);
    expect(await host.count('error')).toBe(0);
  });
}

test('attributes and properties tell the same', async ({ host }) => {
  await host.open({ loop: true, poster: 'p.png', preload: 'none' });
  const told = await host.page.evaluate(() => {
    element.loop = false;
    element.width = 320;
    element.playsInline = true;
    element.crossOrigin = 'anonymous';
    return [
      element.hasAttribute('loop'),
      element.getAttribute('width'),
      element.crossOrigin,
      element.offsetWidth,
    ];
  });
  expect(told).toEqual([false, '320', 'anonymous', 320]);
  expect(await host.page.evaluate(() => new URL(element.poster).pathname)).toBe('/p.png');
});

for (const { name, deferred, change } of [
  { name: 'preload', deferred: { preload: 'none' }, change: { preload: 'auto' } },
  { name: 'autoplay', deferred: { preload: 'none' }, change: { autoplay: true } },
  { name: 'load', deferred: { load: 'interaction' }, change: { loadWhen: 'eager' } },
])
  test(`a title that was deferred is loaded when ${name} changes`, async ({ host, origin }) => {
    await host.open(deferred);
    await host.page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    expect(origin.log.entries.filter(({ url }) => url.endsWith('/Manifest'))).toEqual([]);
    await host.page.evaluate((changed) => void Object.assign(element, changed), change);
    await host.page.waitForFunction(() => element.readyState >= 2);
  });

test('with preload="none" nothing is fetched until play()', async ({ host }) => {
  const asked: string[] = [];
  host.page.on('request', (request) => asked.push(request.url()));
  await host.open({ preload: 'none' });
  await host.page.waitForTimeout(300);
  expect(asked.filter((url) => url.includes('.ism'))).toEqual([]);
  await host.play();
  expect(asked.some((url) => url.includes('.ism'))).toBe(true);
});

test('a new src while another plays is played by the next play()', async ({ host }) => {
  await host.open();
  await host.play();
  await host.page.evaluate((url) => {
    element.src = url;
    return element.play();
  }, `${SAMPLE}?again`);
  expect(await host.page.evaluate(() => [element.paused, element.currentSrc.endsWith('?again')])).toEqual([
    false,
    true,
  ]);
});

test('play() followed by pause() is refused as on a video', async ({ host }) => {
  await host.open({ preload: 'none' });
  const name = await host.page.evaluate(() => {
    const playing = element.play();
    element.pause();
    return playing.then(
      () => 'played',
      (error: Error) => error.name,
    );
  });
  expect(name).toBe('AbortError');
  expect(await host.page.evaluate(() => element.paused)).toBe(true);
});

test('moved within the document it keeps its player; taken out and put back it goes on where it was', async ({
  host,
}) => {
  await host.open();
  await host.play();
  const isKept = await host.page.evaluate(async () => {
    const { player } = element;
    document.body.append(element);
    await Promise.resolve();
    return element.player === player;
  });
  expect(isKept).toBe(true);

  const before = await host.page.evaluate(async () => {
    element.currentTime = 8;
    const { player } = element;
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    const { state } = player;
    document.body.append(element);
    return state;
  });
  expect(before).toBe('destroyed');
  await host.page.waitForFunction(() => element.readyState >= 2);
  expect(await host.page.evaluate(() => element.currentTime)).toBeCloseTo(8, 1);
});

test('a failure is told once, with words, and as a MediaError', async ({ host }) => {
  await host.open({ src: '/presentations/nothing.ism/Manifest' });
  await host.page.waitForFunction(() => element.matches(':state(failed)'));
  const told = await host.page.evaluate(() => [element.error?.code, element.error instanceof MediaError]);
  expect(told).toEqual([2, true]);
  expect(await host.count('error')).toBe(1);
});

test('bad attribute values warn and fall back', async ({ host }) => {
  const warnings: string[] = [];
  host.page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  await host.open({
    'max-height': 'tall',
    quality: 'best',
    load: 'soon',
    theme: 'pink',
    'playback-rates': 'fast',
  });
  await host.play();
  for (const name of ['max-height', 'quality', 'load', 'theme', 'playback-rates']) {
    expect(
      warnings.filter((text) => text.includes(`${name}=`)),
      name,
    ).toHaveLength(1);
  }
});

test('loading="lazy" waits until the element is about a screen away', async ({ host }) => {
  await host.open({ src: false });
  await host.page.evaluate((src) => {
    const spacer = document.createElement('div');
    spacer.style.height = '5000px';
    element.before(spacer);
    element.loading = 'lazy';
    element.src = src;
  }, SAMPLE);
  // Two frames: an observer would have told by then.
  await host.page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  expect(await host.page.evaluate(() => [element.getAttribute('loading'), element.currentSrc])).toEqual([
    'lazy',
    '',
  ]);
  await host.page.evaluate(() => scrollTo(0, 5000 - 1.5 * innerHeight));
  await host.page.waitForFunction(() => element.readyState >= 2);
  expect(await host.page.evaluate(() => element.getBoundingClientRect().top > innerHeight)).toBe(true);
});

test('controlslist takes controls away', async ({ host }) => {
  const player = await host.open({ controls: true, controlslist: 'nofullscreen noplaybackrate' });
  await host.page.waitForFunction(() => element.readyState >= 2);
  await expect(player.getByRole('button', { name: 'Full screen' })).toHaveCount(0);
  await player.getByRole('button', { name: 'Settings' }).click();
  await expect(player.getByRole('menuitem', { name: 'Quality' })).toBeVisible();
  await expect(player.getByRole('menuitem', { name: 'Speed' })).toHaveCount(0);
});

for (const tag of ['smooth-video', 'smooth-player'])
  test(`<${tag}> takes properties as frameworks set them`, async ({ host, origin }) => {
    await host.open({ src: false, muted: true }, tag);
    const requests = () => origin.log.entries.filter(({ url }) => url.includes('/Manifest'));
    const method = await host.page.evaluate((src) => {
      // Attributes that are also properties of the element.
      Object.assign(element, { load: 'interaction', src });
      return [typeof element.load, element.getAttribute('load')];
    }, SAMPLE);
    expect(method).toEqual(['function', 'interaction']);
    await host.page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    expect(requests()).toEqual([]);
    await host.play();
    const before = requests().length;
    const left = await host.page.evaluate(async () => {
      for (const name of ['src', 'load', 'loading', 'poster', 'preload', 'crossOrigin', 'quality', 'theme'])
        Object.assign(element, { [name]: undefined });
      for (const name of ['hotkeys', 'maxHeight', 'capToSize', 'startTime', 'audioLang', 'drmLicenseUrl'])
        Object.assign(element, { [name]: undefined });
      await element.updateComplete;
      await new Promise((resolve) => element.addEventListener('emptied', resolve, { once: true }));
      return element.getAttributeNames();
    });
    expect(left).not.toEqual(expect.arrayContaining(['src']));
    for (const name of ['src', 'load', 'loading', 'poster', 'preload', 'crossorigin', 'theme'])
      expect(left).not.toContain(name);
    expect(requests()).toHaveLength(before);
    expect(await host.count('error')).toBe(0);
  });
