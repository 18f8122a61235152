// The ratios as a picture: for each row how far we are from the best peer, whose mark is the line at 1.
import { figure } from './report.mjs';

const WIDTH = 960;
const NAME = 430;
const ROW = 26;
const TOP = 58;
/** Bars end here: what is further off is said in figures. */
const MOST = 2;

const quoted = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Rows that have a ratio; those where more is better are turned over, so that shorter is better in all of them. */
export function chart(rows, machine) {
  const shown = rows
    .filter(({ ratio, target }) => ratio > 0 && target !== undefined)
    .map((row) => ({
      ...row,
      share: row.better === 'less' ? row.ratio : 1 / row.ratio,
      mark: row.better === 'less' ? row.target : 1 / row.target,
    }));
  const scale = (share) => NAME + (Math.min(share, MOST) * (WIDTH - NAME - 150)) / MOST;
  const height = TOP + shown.length * ROW + 34;
  const one = scale(1);
  const bars = shown.map((row, i) => {
    const y = TOP + i * ROW;
    const { players, best, unit, title } = row;
    const words = `${figure(players.smooth.median)} to ${figure(players[best].median)} ${unit}`;
    return `<text x="${NAME - 10}" y="${y + 15}" text-anchor="end">${quoted(title)}</text>
<rect x="${NAME}" y="${y + 3}" width="${(scale(row.share) - NAME).toFixed(1)}" height="16" rx="3" class="${row.share <= row.mark ? 'met' : 'missed'}"/>
<line x1="${scale(row.mark).toFixed(1)}" x2="${scale(row.mark).toFixed(1)}" y1="${y}" y2="${y + 22}" class="mark"/>
<text x="${(scale(row.share) + 6).toFixed(1)}" y="${y + 15}" class="small">${quoted(words)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="smooth-player beside the best of dash.js, RxPlayer and Shaka Player">
<style>
text { font: 13px system-ui, sans-serif; fill: #333 }
.small { font-size: 11px; fill: #666 }
.title { font-size: 15px; font-weight: 600 }
.met { fill: #2f7d5b }
.missed { fill: #c26a2c }
.mark { stroke: #888; stroke-dasharray: 2 2 }
.one { stroke: #555 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .small { fill: #aaa } .met { fill: #4caf85 } .missed { fill: #d98a4e } .one { stroke: #bbb } }
</style>
<text x="${NAME}" y="20" class="title">smooth-player beside the best peer: shorter is better</text>
<text x="${NAME}" y="40" class="small">line at 1: the best of dash.js, RxPlayer and Shaka Player; dashes: what we want to reach</text>
${bars.join('\n')}
<line x1="${one}" x2="${one}" y1="${TOP - 6}" y2="${TOP + shown.length * ROW}" class="one"/>
<text x="10" y="${height - 10}" class="small">${quoted(machine)}</text>
</svg>
`;
}
