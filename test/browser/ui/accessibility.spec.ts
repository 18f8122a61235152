import { axeFindings } from './axe.ts';
import { expect, test } from './element-fixture.ts';

const PATH = '/live/channel.isml';

test('screen readers are told what has happened, once it has', async ({ host }) => {
  const player = await host.open({ controls: true });
  const status = player.getByRole('status');
  await host.page.waitForFunction(() => element.readyState >= 2);
  await expect(status).toHaveText('');
  await host.play();
  await expect(status).toHaveText('Playing');
  await host.page.evaluate(() => element.pause());
  await expect(status).toHaveText('Paused');
  await host.page.evaluate(() => {
    element.player.textTrack = element.player.textTracks.find(({ language }) => language === 'fr');
  });
  await expect(status).toHaveText(/: French$/);
  await host.page.evaluate(() => {
    element.player.audioTrack = element.player.audioTracks[1];
  });
  await expect(status).toHaveText('Audio: Français');
  await host.page.evaluate(() => {
    element.currentTime = element.duration - 0.5;
    return element.play();
  });
  await expect(status).toHaveText('The video has ended');
});

test('a long wait is announced', async ({ host, origin }) => {
  const player = await host.open({ controls: true });
  await host.play();
  await expect(player.getByRole('status')).toHaveText('Playing');
  origin.rules.add({ effect: { type: 'bandwidth', steps: [[60, 20_000]] } });
  await host.page.evaluate(() => {
    element.currentTime = 20;
  });
  await expect(player.getByRole('status')).toHaveText('Loading');
});

test('players on a page have names of their own', async ({ host }) => {
  await host.open({ controls: true, preload: 'none' });
  await host.page.evaluate(() => {
    const titled = element.cloneNode() as typeof element;
    titled.mediaTitle = 'Sintel';
    element.after(element.cloneNode(), titled);
  });
  const names = () =>
    host.page
      .locator('smooth-player .stage')
      .evaluateAll((stages) => stages.map((stage) => stage.getAttribute('aria-label')));
  await host.page.evaluate(() => element.requestUpdate());
  await expect.poll(names).toEqual(['Video player 1', 'Video player 2', 'Video player: Sintel']);
});

test('the controls are what they say in each state, and axe finds nothing', async ({ host }) => {
  await host.page.setViewportSize({ width: 1100, height: 800 });
  const player = await host.open({ controls: true, 'media-title': 'Sample' });
  await host.page.waitForFunction(() => element.readyState >= 2 && element.player.textTracks.length > 0);
  const isClean = async (state: string) => expect(await axeFindings(host.page), state).toEqual([]);

  await expect(player).toMatchAriaSnapshot(`
    - 'region "Video player: Sample"':
      - button "Play"
      - text: Sample
      - slider "Seek": "0"
      - button "Play"
      - button "Back 10 seconds"
      - button "Forward 10 seconds"
      - button "Rewind"
      - button "Fast forward"
      - button "Unmute"
      - slider "Volume": "0"
      - 'button "Chapters: Dusk"'
      - button "Subtitles and captions"
      - button "Settings"
      - button "Picture in picture"
      - button "Full screen"
      - status
  `);
  await isClean('paused');

  await host.play();
  await player.hover();
  await expect(player).toMatchAriaSnapshot(`
    - 'region "Video player: Sample"':
      - slider "Seek"
      - button "Pause"
      - status: Playing
  `);
  await isClean('playing');

  await player.getByRole('button', { name: 'Settings' }).click();
  await expect(player.getByRole('menu')).toMatchAriaSnapshot(`
    - menu "Settings":
      - menuitem /Chapters/
      - menuitem /Quality/
      - menuitem /Audio/
      - menuitem /Subtitles and captions/
      - menuitem /Speed/
  `);
  await isClean('menu');
  await host.page.keyboard.press('Escape');

  await host.page.evaluate(() => {
    element.currentTime = element.duration - 0.5;
    return element.play();
  });
  await host.page.waitForFunction(() => element.ended);
  await expect(player).toMatchAriaSnapshot(`
    - 'region "Video player: Sample"':
      - button "Play again"
      - status: The video has ended
  `);
  await isClean('ended');

  await host.page.keyboard.press('?');
  const sheet = host.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toMatchAriaSnapshot(`
    - dialog "Keyboard shortcuts":
      - heading "Keyboard shortcuts" [level=2]
      - button "Close"
      - term: Space K
      - definition: Play, Pause
  `);
  await isClean('keys');
  await host.page.keyboard.press('Escape');

  // The focus is on a control that vanishes.
  await player.getByRole('button', { name: 'Settings' }).focus();
  await host.page.evaluate(() => {
    element.src = '/nothing.ism/Manifest';
  });
  await expect(player.getByRole('button', { name: 'Try again' })).toBeFocused();
  await expect(player.getByRole('alert')).toMatchAriaSnapshot(`
    - alert:
      - text: Sample
      - heading /can’t be played/ [level=2]
      - paragraph
      - button "Try again"
  `);
  await isClean('error');
});

test.describe('live', () => {
  test.use({ live: [{ path: PATH, source: 'sample', epoch: 'unix', windowSeconds: 120 }] });

  test('the controls of a live title are what they say, and axe finds nothing', async ({ host }) => {
    const player = await host.open({ controls: true, src: `${PATH}/Manifest` });
    await host.play();
    await player.hover();
    await expect(player.getByRole('status')).toHaveText(/^(Playing, )?Live$/);
    await expect(player).toMatchAriaSnapshot(`
      - region "Video player":
        - slider "Seek"
        - button "Pause"
        - button "Live"
        - status
    `);
    expect(await axeFindings(host.page)).toEqual([]);
  });
});
