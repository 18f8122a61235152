// Which of the text cases each player shows as it should: the cases of `test/conformance/text-cases.ts`, on the screen.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOrigin } from '../../build/demo/origin/server.js';
import { PLAYERS } from '../peers.mjs';
import { loadTests } from '../text-titles.mjs';

/** Seconds from a cue's start and end at which it must not be there. */
const BESIDE = 0.15;
/** Per cent of the picture by which text may lie outside of its region. */
const PLACE_TOLERANCE = 2;
const AT_ONCE = 4;

const squeezed = (text) => text.replace(/\s+/g, '');

/** The moments to look at, and what may stand there: in any order. */
export function momentsOf({ cues, isLong }) {
  const end = isLong ? 8 : 4;
  const at = (time) => {
    const texts = cues.filter(([from, to]) => from <= time && time < to).map(([, , text]) => squeezed(text));
    return { at: time, wanted: [texts.join(''), texts.toReversed().join('')] };
  };
  const middles = cues.map(([from, to]) => at((from + Math.min(to, end)) / 2));
  const outside = cues.flatMap(([from, to]) => [from - BESIDE, to + BESIDE]);
  const empty = outside.filter((time) => time >= 0 && time < end - BESIDE).map(at);
  return [...middles, ...empty.filter(({ wanted }) => wanted[0] === '').slice(0, 2)];
}

/** What is wrong with what was seen; empty: nothing. */
export function faultsOf(one, moments, seen) {
  if (!seen) return ['the title isn’t played'];
  const faults = moments.flatMap(({ at, wanted }, index) => {
    const { text } = seen[index];
    if (wanted.includes(text)) return [];
    const what = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 40));
    return [`${what} at ${at.toFixed(2)} s`];
  });
  const [left, top, width, height] = one.region ?? [];
  const place = seen[0]?.place;
  if (!one.region || !place || faults.length > 0) return faults;
  const isInside = (value, from, size) =>
    value >= from - PLACE_TOLERANCE && value <= from + size + PLACE_TOLERANCE;
  if (!isInside(place[0], left, width) || !isInside(place[1], top, height))
    faults.push(`stands at ${place.map(Math.round).join(', ')} %`);
  return faults;
}

/** What each case came to, in their order. */
async function watch({ browser }, url, player, cases) {
  const results = new Array(cases.length);
  const queue = cases.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      const page = await browser.newPage({ viewport: { width: 640, height: 360 } });
      await page.goto(`${url}/bench/text.html?player=${player}`);
      await page.waitForFunction(() => 'look' in globalThis);
      for (const [index, one] of queue) {
        const moments = momentsOf(one);
        const seen = await page.evaluate(
          ([src, list]) => globalThis.look(src, list),
          [`${url}/text/${index}.ism/Manifest`, moments],
        );
        results[index] = faultsOf(one, moments, seen);
        process.stdout.write('.');
      }
      await page.close();
    }),
  );
  return results;
}

/** Every case with what each player made of it, as a table in Markdown. */
function tableOf(chapters, players, results) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  let index = 0;
  const lines = Object.entries(chapters).flatMap(([chapter, cases]) =>
    cases.map(({ name }) => {
      const at = index++;
      const cells = players.map((player) => results[player][at].join('; ') || 'as it should');
      return row([chapter, name.replaceAll('|', '\\|'), ...cells]);
    }),
  );
  const head = ['chapter', 'case', ...players.map((player) => PLAYERS[player].title)];
  return [row(head), row(head.map(() => '---')), ...lines].join('\n');
}

export async function measure(bench) {
  const { players, cache, peers } = bench;
  const { TEXT_CHAPTERS } = await loadTests('conformance/text-cases', cache);
  const { mountsOf } = await loadTests('conformance/text-title', cache);
  const cases = Object.values(TEXT_CHAPTERS).flat();
  const origin = createOrigin({
    files: [
      ...(await mountsOf(cases)),
      { at: '/dist/', from: 'dist' },
      { at: '/peers/', from: peers },
      { at: '/bench/', from: 'bench/page' },
    ],
  });
  const url = await origin.listen();
  const results = {};
  try {
    for (const player of players) results[player] = await watch(bench, url, player, cases);
  } finally {
    await origin.close();
  }
  const path = join(cache, 'text-cases.md');
  writeFileSync(path, `${tableOf(TEXT_CHAPTERS, players, results)}\n`);
  console.log(`\nEvery case: ${path}`);
  let from = 0;
  return Object.entries(TEXT_CHAPTERS).map(([chapter, { length }]) => {
    const [first, end] = [from, from + length];
    from = end;
    const rightOf = (player) =>
      results[player].slice(first, end).filter((faults) => faults.length === 0).length;
    return {
      id: `text-cases-${chapter.toLowerCase().replaceAll(' ', '-')}`,
      title: `text shown right: ${chapter.toLowerCase()}`,
      unit: `of ${length}`,
      better: 'more',
      target: length,
      values: Object.fromEntries(players.map((player) => [player, [rightOf(player)]])),
    };
  });
}
