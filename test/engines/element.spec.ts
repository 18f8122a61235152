import { axeFindings } from '../browser/ui/axe.ts';
import { type ElementPage, expect, test } from '../browser/ui/element-fixture.ts';

/** The element as a viewer meets it, with nothing that only one engine's driver can do. */

declare global {
  /** Elements in all shadow trees of the player. */
  function inPlayer(selector: string): HTMLElement[];
}

const WITH_CONTROLS = { controls: true, muted: true } as const;

async function open(host: ElementPage, attributes: Record<string, string | true> = {}): Promise<void> {
  await host.open({ ...WITH_CONTROLS, ...attributes });
  await host.page.evaluate(() => {
    const below = (root: ParentNode, selector: string): HTMLElement[] => [
      ...root.querySelectorAll<HTMLElement>(selector),
      ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) =>
        shadowRoot ? below(shadowRoot, selector) : [],
      ),
    ];
    globalThis.inPlayer = (selector) => (element.shadowRoot ? below(element.shadowRoot, selector) : []);
  });
}

const press = (host: ElementPage, label: string): Promise<void> =>
  host.page.evaluate((wanted) => {
    const found = inPlayer('button').find((one) => one.ariaLabel === wanted && one.checkVisibility());
    if (!found) throw new Error(`no button “${wanted}”`);
    found.click();
  }, label);

test('the play button plays and pauses, and says which', async ({ host }) => {
  await open(host);
  await host.page.waitForFunction(() => element.readyState >= 2);
  await press(host, 'Play');
  await host.page.waitForFunction(() => element.currentTime > 0.2);
  await press(host, 'Pause');
  expect(await host.page.evaluate(() => element.paused)).toBe(true);
});

test('real keys play, seek, and change the volume', async ({ host }) => {
  await open(host);
  await host.play();
  await host.page.evaluate(() => element.focus());
  await host.page.keyboard.press('k');
  await host.page.waitForFunction(() => element.paused);
  await host.page.keyboard.press('5');
  await host.page.waitForFunction(() => Math.abs(element.currentTime / element.duration - 0.5) < 0.01);
  await host.page.waitForFunction(() => !element.seeking);
  await host.page.keyboard.press('ArrowRight');
  await host.page.waitForFunction(() => element.currentTime > element.duration / 2 + 4);
  await host.page.keyboard.press('m');
  await host.page.waitForFunction(() => !element.muted);
});

test('the settings menu opens, and a quality chosen in it is loaded', async ({ host }) => {
  await open(host);
  await host.play();
  await press(host, 'Settings');
  await host.page.waitForFunction(() => inPlayer('[role=menuitem]').length > 0);
  expect(await axeFindings(host.page)).toEqual([]);
  await host.page.evaluate(() =>
    inPlayer('[role=menuitem]')
      .find(({ textContent }) => textContent?.includes('Quality'))
      ?.click(),
  );
  await host.page.waitForFunction(() => inPlayer('[role=menuitemradio]').length > 2);
  await host.page.evaluate(() =>
    inPlayer('[role=menuitemradio]')
      .find(({ textContent }) => textContent?.includes('144'))
      ?.click(),
  );
  await host.page.waitForFunction(() => element.player.getStats().loading?.height === 144);
});

test('captions are drawn on the picture, once', async ({ host }) => {
  await open(host, { captions: true });
  await host.play();
  await host.page.waitForFunction(() => inPlayer('.cue').length > 0);
  await host.page.evaluate(() => {
    element.pause();
    element.currentTime = 5;
  });
  await host.page.waitForFunction(
    () =>
      inPlayer('.cue')
        .map(({ textContent }) => textContent)
        .join('|') === 'A balloon comes from the west.',
  );
  const native = await host.page.evaluate(
    () => [...element.video.textTracks].filter(({ mode }) => mode === 'showing').length,
  );
  expect(native).toBe(0);
});

test('axe finds nothing while it is paused and while it plays', async ({ host }) => {
  await open(host);
  await host.page.waitForFunction(() => element.readyState >= 2);
  expect(await axeFindings(host.page)).toEqual([]);
  await host.play();
  expect(await axeFindings(host.page)).toEqual([]);
});

test('a title that does not exist: a message, and the button to try again has the focus', async ({
  host,
}) => {
  await open(host);
  await host.play();
  await host.page.evaluate(() => {
    element.focus();
    element.src = '/presentations/missing.ism/Manifest';
  });
  await host.page.waitForFunction(() => inPlayer('[role=alert]').some((one) => one.checkVisibility()));
  await host.page.waitForFunction(() => inPlayer(':focus').length > 0);
  const focused = await host.page.evaluate(() =>
    inPlayer(':focus').map(({ textContent }) => textContent?.trim()),
  );
  expect(focused).toContain('Try again');
  expect(await axeFindings(host.page)).toEqual([]);
});

test('trick play goes forward faster than the clock, and back, and playback goes on from there', async ({
  host,
}) => {
  await open(host);
  await host.play();
  await host.page.evaluate(() => element.trickPlay(8));
  await host.page.waitForFunction(() => element.trickRate === 8 && element.currentTime > 14);
  await host.page.evaluate(() => element.trickPlay(-8));
  await host.page.waitForFunction(() => element.trickRate === -8 && element.currentTime < 8);
  await host.page.evaluate(() => element.trickPlay(1));
  const from = await host.page.evaluate(() => element.currentTime);
  expect(from).toBeLessThan(8.5);
  await host.page.waitForFunction((at) => !element.paused && element.currentTime > at + 0.3, from);
});

test('what is removed stops, and lets its media source go', async ({ host }) => {
  await open(host);
  await host.play();
  await host.page.evaluate(() => element.remove());
  await host.page.waitForFunction(() => element.video.paused && !element.video.hasAttribute('src'));
});

test.describe('live', () => {
  test.use({ live: [{ path: '/live/channel.isml', source: 'sample', epoch: 'unix', windowSeconds: 120 }] });

  test('it begins near the live edge and stays there', async ({ host }) => {
    await open(host, { src: '/live/channel.isml/Manifest' });
    await host.page.evaluate(() => element.play());
    await host.page.waitForFunction(() => element.played.length > 0 && element.matches(':state(at-edge)'));
  });
});
