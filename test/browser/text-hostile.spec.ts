import { HOSTILE_FILES, HOSTILE_TEXT } from '../conformance/hostile-text.ts';
import { mountsOf } from '../conformance/text-title.ts';
import { Ahead } from './ahead.ts';
import { expect, test } from './fixtures.ts';
import { type CasePage, openCasePage } from './played-cases.ts';

const AT_ONCE = 2;
/** Nobody renders more cues; fewer are allowed. */
const MOST_DRAWN = 100;

interface Outcome {
  readonly errors: readonly string[];
  readonly stalls: number;
  readonly skipped: number;
  readonly position: number;
  /** Most boxes of cues in the overlay at one time. */
  readonly drawn: number;
  readonly warnings: readonly string[];
}

let on: CasePage;

/** Plays eight seconds to the end with captions on, and adds a file if there is one. */
const play = (src: string, file?: string): Promise<Outcome> =>
  on.page.evaluate(
    async ([from, text]) => {
      const element = document.createElement('smooth-player');
      Object.assign(element, { muted: true, captions: true });
      element.style.setProperty('width', '320px');
      const [errors, warnings]: [string[], string[]] = [[], []];
      element.addEventListener('error', ({ error }) => errors.push(error?.code ?? 'unknown'));
      element.player.addEventListener('warning', ({ error }) => warnings.push(error.code));
      document.querySelector('main')?.append(element);
      const { player } = element;
      await player.load(from);
      let drawn = 0;
      const overlay = () => element.renderRoot.querySelector('smooth-captions')?.shadowRoot;
      const look = () => {
        drawn = Math.max(drawn, overlay()?.querySelectorAll('.cue').length ?? 0);
        requestAnimationFrame(look);
      };
      look();
      if (text !== undefined) player.textTrack = await player.addTextTrack({ text, language: 'de' });
      await element.play();
      const ended = new Promise((resolve) => element.video.addEventListener('ended', resolve));
      await ended;
      const { stalls, skipped } = player.getStats();
      const position = element.currentTime;
      element.remove();
      return { errors, warnings, stalls: stalls.length, skipped: skipped.length, position, drawn };
    },
    [src, file] as const,
  );

const titleOf = (index: number): string => `${on.url}/text/${index}.ism/Manifest`;
const FILES = Object.entries(HOSTILE_FILES);
const outcomes = new Ahead(
  [
    ...HOSTILE_TEXT.map((_, index) => () => play(titleOf(index))),
    ...FILES.map(
      ([, file]) =>
        () =>
          play(titleOf(HOSTILE_TEXT.length), file()),
    ),
  ],
  AT_ONCE,
);

test.describe('hostile text', () => {
  test.beforeAll(async ({ browser }) => {
    const cases = HOSTILE_TEXT.map((one) => ({ ...one, isLong: true, place: '', cues: [] }));
    const plain = { name: 'no text', place: '', isLong: true, cues: [] };
    on = await openCasePage(browser, await mountsOf([...cases, plain]));
  });

  test.afterAll(() => on.close());

  const expectUnharmed = ({ errors, warnings, stalls, skipped, position, drawn }: Outcome) => {
    expect({ errors, stalls, skipped }).toEqual({ errors: [], stalls: 0, skipped: 0 });
    expect(warnings.filter((code) => code !== 'text-unavailable')).toEqual([]);
    expect(position).toBeGreaterThan(7.9);
    expect(drawn).toBeLessThanOrEqual(MOST_DRAWN);
  };

  const expectPlays = async (index: number) => {
    const outcome = await outcomes.outcomeOf(index);
    expectUnharmed(outcome.stalls === 0 ? outcome : await outcomes.alone(index));
  };

  for (const [index, { name }] of HOSTILE_TEXT.entries())
    test(`${name}: sound and picture play on`, async () => {
      await expectPlays(index);
      // Nothing in a document is fetched: the requests are for its fragments, at most two for each.
      const asked = on.origin.log.entries.filter(({ url: path }) => path.startsWith(`/text/${index}.ism/`));
      const text = asked.filter(({ url: path }) => path.includes('text_en'));
      expect(text.length).toBeLessThanOrEqual(2 * 2 * 2);
      expect(asked.every(({ url: path }) => /\/(?:Manifest|Fragments\([^)]*\))$/.test(path))).toBe(true);
    });

  for (const [index, [name]] of FILES.entries())
    test(`${name}, beside the title: sound and picture play on`, () =>
      expectPlays(HOSTILE_TEXT.length + index));
});
