// Figures to words: medians and their spread, our ratio to the best peer, and the machine they are from.
import { cpus, release, totalmem, type } from 'node:os';
import { PLAYERS } from './peers.mjs';

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Half of all values lie within. */
function quartiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.round((sorted.length - 1) * share)];
  return [at(0.25), at(0.75)];
}

const finite = (value) => (Number.isFinite(value) ? value : undefined);

/**
 * A row with the median and the spread of each player, the best peer, and the ratio to it. `floors`: a player's median, and so ours, as a
 * multiple of the floor's, where less is better.
 */
export function summarise({ values, ...row }) {
  const players = Object.fromEntries(
    Object.entries(values)
      .filter(([, list]) => list.length > 0)
      .map(([player, list]) => [
        player,
        { median: median(list), spread: quartiles(list), runs: list.length },
      ]),
  );
  const peers = Object.entries(players).filter(([player]) => player !== 'smooth' && player !== 'floor');
  const isBetter = (a, b) => (row.better === 'less' ? a.median < b.median : a.median > b.median);
  const best = peers.reduce((least, one) => (!least || isBetter(one[1], least[1]) ? one : least), undefined);
  const ratio = best && players.smooth && players.smooth.median / best[1].median;
  const floor = row.better === 'less' ? players.floor?.median : undefined;
  for (const [name, player] of Object.entries(players))
    if (name !== 'floor') player.floors = finite(player.median / floor);
  return { ...row, players, best: best?.[0], ratio: finite(ratio), floors: players.smooth?.floors };
}

export const machine = (browser) => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGB: Math.round(totalmem() / 2 ** 30),
  system: `${type()} ${release()}`,
  node: process.version,
  browser: `Chromium ${browser.version()}`,
});

export const describeMachine = ({ processor, cores, memoryGB, system, node, browser }) =>
  `${processor}, ${cores} cores, ${memoryGB} GB, ${system}, ${browser}, Node ${node.slice(1)}`;

const digits = (value) => (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
export const figure = (value) => (value === undefined ? '–' : value.toFixed(digits(value)));

/** The table, for a terminal and for a page alike: each figure also as a multiple of the floor's. */
export function table(rows, players) {
  const head = [
    '',
    ...players.map((player) => PLAYERS[player].title),
    'ratio to the best',
    'ratio to the floor',
    'reach',
  ];
  const lines = rows.map((row) => [
    row.unit ? `${row.title} (${row.unit})` : row.title,
    ...players.map((player) => cell(row.players[player])),
    figure(row.ratio),
    figure(row.floors),
    reach(row),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...lines].map((line) => line[i].length)));
  const format = (line) => `| ${line.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`;
  return [
    format(head),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...lines.map(format),
  ].join('\n');
}

function cell(player) {
  if (!player) return '–';
  const { median: middle, spread, floors } = player;
  const range = player.runs > 1 ? ` (${spread.map(figure).join('–')})` : '';
  const multiple = floors === undefined ? '' : `, ${figure(floors)}×`;
  return `${figure(middle)}${range}${multiple}`;
}

const reach = ({ target, better }) =>
  target === undefined ? '' : `${better === 'less' ? '≤' : '≥'} ${target}`;
