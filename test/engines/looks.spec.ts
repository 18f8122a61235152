import { expect, type Page } from '@playwright/test';
import type { SmoothPlayerElement } from '../../src/element.ts';
import { SAMPLE, test } from '../browser/fixtures.ts';

/**
 * The element at five widths, in every state, theme and a language of each kind, in each engine. The pictures, for a
 * person to look at, are in `test-results/looks`; that every control is inside of its player is checked.
 */

declare global {
  /** The element of a width, in a document of its own, since a document opens one menu at a time. */
  var players: Map<number, SmoothPlayerElement>;
}

const CHANNEL = '/live/channel.isml';

/** Left, top, width and height of each player's frame; menus may be higher than a small player. */
const FRAMES = [
  [0, 0, 1440, 810],
  [0, 815, 800, 450],
  [805, 815, 400, 380],
  [1210, 815, 320, 380],
  [1535, 815, 240, 380],
] as const;
const WINDOW = { width: 1800, height: 1280 };

const STATES = ['plain', 'captions', 'menu', 'quality', 'caption style', 'keys', 'error', 'live'] as const;
type State = (typeof STATES)[number];

const LOOKS = [
  ...STATES.flatMap((state) => [
    { state, theme: 'dark', lang: 'en' },
    { state, theme: 'light', lang: 'en' },
  ]),
  ...(['plain', 'menu', 'error'] as const).flatMap((state) =>
    ['ar', 'de', 'ja'].map((lang) => ({ state, theme: 'auto', lang })),
  ),
];

/** Puts a player into each frame. */
async function open(page: Page, url: string, attributes: Record<string, string>): Promise<void> {
  await page.setViewportSize(WINDOW);
  await page.goto(`${url}/player.html`);
  await page.evaluate(
    async ([frames, given]) => {
      document.body.replaceChildren();
      globalThis.players = new Map();
      for (const [left, top, width, height] of frames) {
        const frame = document.createElement('iframe');
        const style = { position: 'absolute', border: '0', left, top, width, height };
        for (const [name, value] of Object.entries(style))
          frame.style.setProperty(name, typeof value === 'number' ? `${value}px` : value);
        frame.src = location.href;
        document.body.append(frame);
        await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
        const inner = frame.contentWindow as Window & typeof globalThis;
        while (!inner.isReady) await new Promise((resolve) => setTimeout(resolve, 20));
        const player = inner.document.createElement('smooth-player') as SmoothPlayerElement;
        for (const [name, value] of Object.entries(given)) player.setAttribute(name, value);
        inner.document.body.style.setProperty('margin', '0');
        inner.document.body.replaceChildren(player);
        globalThis.players.set(width, player);
      }
    },
    [FRAMES, attributes] as const,
  );
}

/** Brings a player into a state. */
function enter(page: Page, width: number, state: State): Promise<void> {
  return page.evaluate(
    async ([which, wanted, missing]) => {
      const player = globalThis.players.get(which);
      if (!player) throw new Error(`no player is ${which} px wide`);
      const below = (root: ParentNode | null, selector: string): HTMLElement[] =>
        root
          ? [
              ...root.querySelectorAll<HTMLElement>(selector),
              ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => below(shadowRoot, selector)),
            ]
          : [];
      const until = async (what: string, condition: () => unknown) => {
        const end = performance.now() + 20_000;
        while (!condition()) {
          if (performance.now() > end) throw new Error(`${which} px: not ${what}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      const shown = (selector: string) =>
        below(player.shadowRoot, selector).filter((one) => one.checkVisibility());
      const press = async (selector: string) => {
        await until(`showing ${selector}`, () => shown(selector).length > 0);
        shown(selector)[0]?.click();
      };
      await until('ready', () => player.readyState >= 2);
      if (wanted !== 'live') {
        let isPresented = false;
        player.video.requestVideoFrameCallback(() => {
          isPresented = true;
        });
        player.currentTime = 5;
        await until('at its place', () => !player.seeking && player.readyState >= 2 && isPresented);
      }
      switch (wanted) {
        case 'live':
          // Paused, so that its controls stay: WebKitGTK plays on if it is paused during a seek.
          player.player.seekToLive();
          await until('at the edge', () => !player.seeking && player.readyState >= 2);
          break;
        case 'captions':
          await until('captioned', () => shown('.cue').length > 0);
          break;
        case 'menu':
        case 'quality':
        case 'caption style':
          await until('with settings', () => shown('.row .settings').length > 0);
          shown('.row .settings')[0]?.shadowRoot?.querySelector('button')?.click();
          await until('open', () => shown('[role=menuitem]').length > 0);
          if (wanted === 'menu') break;
          await press(`[role=menuitem][value=${wanted === 'quality' ? 'quality' : 'captions'}]`);
          await until('at its choices', () => shown('[role=menuitemradio]').length > 0);
          if (wanted === 'quality') break;
          await press('.choice[role=menuitem]');
          await until('at the style', () => shown('[part=dialog]').length > 0);
          break;
        case 'keys':
          player.shadowRoot
            ?.querySelector('.stage')
            ?.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true, composed: true }));
          await until('explained', () => shown('dl').length > 0);
          break;
        case 'error':
          player.src = missing;
          await until('failed', () => shown('[role=alert]').length > 0);
      }
      await until('at rest', () =>
        player.ownerDocument
          .getAnimations()
          .every(
            ({ effect, playState }) =>
              playState !== 'running' || effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY,
          ),
      );
    },
    [width, state, '/presentations/missing.ism/Manifest'] as const,
  );
}

/** Controls that reach out of their player, by its width. */
const outside = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const below = (root: ParentNode): HTMLElement[] => [
      ...root.querySelectorAll<HTMLElement>('button, [role=slider], input'),
      ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? below(shadowRoot) : [])),
    ];
    return [...globalThis.players].flatMap(([width, player]) => {
      const room = player.getBoundingClientRect();
      return below(player.shadowRoot ?? document.createDocumentFragment())
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 0)
        .filter((one) => {
          const { left, right } = one.getBoundingClientRect();
          return left < room.left - 0.5 || right > room.right + 0.5;
        })
        .map((one) => `${width} px: ${one.ariaLabel ?? one.textContent?.trim()}`);
    });
  });

test.use({ live: [{ path: CHANNEL, source: 'sample', epoch: 'unix', windowSeconds: 120 }] });

for (const { state, theme, lang } of LOOKS)
  test(`how it looks: ${state}, ${theme}, ${lang}`, async ({ page, origin, browserName }) => {
    await open(page, origin.url, {
      src: state === 'live' ? `${CHANNEL}/Manifest` : SAMPLE,
      controls: '',
      muted: '',
      'no-persist': '',
      'media-title': 'The balloon',
      theme,
      lang,
      ...(state === 'captions' && { captions: '' }),
      // Five that play at once.
      ...(state === 'live' && { 'max-height': '144' }),
    });
    for (const [, , width] of FRAMES) await enter(page, width, state);
    await expect.poll(() => outside(page)).toEqual([]);
    await page.evaluate(async () => {
      const painted = (view: Window) => new Promise((resolve) => view.requestAnimationFrame(resolve));
      for (const { ownerDocument } of [...globalThis.players.values(), ...globalThis.players.values()])
        if (ownerDocument.defaultView) await painted(ownerDocument.defaultView);
    });
    const engine = process.env.ENGINE ?? browserName;
    // Hiding the caret needs a style sheet, which the page's policy forbids.
    await page.screenshot({
      caret: 'initial',
      path: `test-results/looks/${engine}/${state}-${theme}-${lang}.png`,
    });
  });
