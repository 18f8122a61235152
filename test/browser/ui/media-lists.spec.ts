import { SAMPLE } from '../fixtures.ts';
import { expect, test } from './element-fixture.ts';

declare global {
  var removed: number;
}

test('renditions are the qualities, and choosing one chooses it', async ({ host }) => {
  await host.open({ src: false }, 'smooth-video');
  const told = await host.page.evaluate(async (url) => {
    const { videoRenditions: list } = element;
    const events: string[] = [];
    for (const type of ['addrendition', 'removerendition', 'change'])
      list.addEventListener(type, (event) =>
        events.push(
          `${type} ${(event as Event & { rendition?: { height: number } }).rendition?.height ?? ''}`.trim(),
        ),
      );
    let changes = 0;
    list.onchange = () => {
      changes += 1;
    };
    const before = list.length;
    const loaded = new Promise((resolve) => element.addEventListener('loaded', resolve, { once: true }));
    element.src = url;
    await loaded;
    const added = events.splice(0);
    const heights = [...list].map(({ height }) => height);
    const auto = [list.selectedIndex, element.player.quality];
    list.selectedIndex = 1;
    const chosen = [
      list.selectedIndex,
      list[1]?.selected,
      element.player.quality !== 'auto' && element.player.quality.height,
    ];
    const copy = { ...list[1] };
    element.player.quality = element.player.qualities[2] ?? 'auto';
    const followed = [list.selectedIndex, list.getRenditionById('2') === list[2]];
    if (list[2]) list[2].selected = false;
    const back = [list.selectedIndex, element.player.quality];
    return { before, added, heights, auto, chosen, copy, followed, back, changes, events };
  }, SAMPLE);
  const heights = [144, 240, 360, 480, 720, 1080];
  expect(told).toMatchObject({
    before: 0,
    added: heights.map((height) => `addrendition ${height}`),
    heights,
    auto: [-1, 'auto'],
    chosen: [1, true, 240],
    copy: { id: '1', width: 426, height: 240 },
    followed: [2, true],
    back: [-1, 'auto'],
    changes: 3,
    events: ['change', 'change', 'change'],
  });
  expect(told.copy).not.toHaveProperty('selected');
});

test('audio and video tracks are those of the title, one of each at a time', async ({ host }) => {
  await host.open({}, 'smooth-video');
  await host.page.waitForFunction(() => element.audioTracks.length > 1);
  const told = await host.page.evaluate(() => {
    const { audioTracks: list, videoTracks } = element;
    const state = () => [...list].map(({ language, enabled }) => `${language} ${enabled}`);
    const before = state();
    const french = [...list].find(({ language }) => language.startsWith('fr'));
    let changes = 0;
    list.addEventListener('change', () => {
      changes += 1;
    });
    // As media-chrome does it.
    for (const track of list) track.enabled = track === french;
    return {
      before,
      after: state(),
      changes,
      video: [videoTracks.length, videoTracks[0]?.selected, list.getTrackById('x')],
    };
  });
  expect(told).toEqual({
    before: ['en true', 'fr false'],
    after: ['en false', 'fr true'],
    changes: 1,
    video: [1, true, null],
  });
});

test('without a title the lists are empty again', async ({ host }) => {
  await host.open({}, 'smooth-video');
  await host.page.waitForFunction(() => element.videoRenditions.length > 1);
  await host.page.evaluate(() => {
    globalThis.removed = 0;
    element.videoRenditions.addEventListener('removerendition', () => {
      removed += 1;
    });
    element.src = '';
  });
  await expect
    .poll(() =>
      host.page.evaluate(() => [removed, element.videoRenditions.length, element.audioTracks.length]),
    )
    .toEqual([6, 0, 0]);
  expect(await host.page.evaluate(() => element.videoRenditions[0])).toBeUndefined();
});
