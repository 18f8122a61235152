import { html, render } from 'lit';
import uPlot from 'uplot';
import type { SmoothPlayerElement } from '../../src/element.ts';
import type { PlayerStats } from '../../src/player/report/stats.ts';
import { type Column, Figures } from './figures.ts';

const EVERY_MS = 500;
/** Marks on the time axis, in seconds ago. */
const TICKS = [100, 80, 60, 40, 20, 10, 0];

/** Buffer, bandwidth estimate and quality on one time axis, for the last two minutes. */
export function watchFigures(player: SmoothPlayerElement, place: HTMLElement, legend: HTMLElement): void {
  const figures = new Figures();
  let plot = draw(place, figures);
  const redraw = () => {
    plot.destroy();
    plot = draw(place, figures);
  };
  new ResizeObserver(() => plot.setSize(sizeOf(place))).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);

  setInterval(() => {
    if (document.hidden) return;
    const stats = player.player.getStats();
    const isStalled =
      !player.paused && !player.ended && player.readyState < 3 && player.player.state === 'ready';
    figures.add(performance.now() / 1000, stats, isStalled);
    plot.setData(columnsOf(figures));
    showLegend(stats, legend);
  }, EVERY_MS);
  showLegend(player.player.getStats(), legend);
}

function showLegend({ bufferAhead, estimate, playing, loading }: PlayerStats, legend: HTMLElement): void {
  const ahead = lesser(bufferAhead.video, bufferAhead.audio);
  const row = (name: string, label: string, value: string) =>
    html`<span class=${name}><i></i>${label} <b>${value}</b></span>`;
  render(
    [
      row('buffer', 'Buffer', ahead === undefined ? '–' : `${ahead.toFixed(1)} s`),
      row('estimate', 'Estimate', mbit(estimate)),
      row('playing', 'Playing', mbit(playing?.bitrate)),
      row('loading', 'Loading', mbit(loading?.bitrate)),
    ],
    legend,
  );
}

const ticks = ({ span }: Figures) =>
  TICKS.filter((seconds) => seconds < span && (seconds !== 10 || span < 60));
const mbit = (bits: number | undefined) =>
  bits === undefined ? '–' : `${(bits / 1e6).toFixed(bits < 1e7 ? 2 : 0)} Mbit/s`;
const lesser = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

function sizeOf(place: HTMLElement) {
  return { width: Math.max(200, place.clientWidth), height: place.clientHeight };
}

/** Every row has a time. */
function columnsOf(figures: Figures): uPlot.AlignedData {
  const column = (name: Column) => [...figures.column(name)];
  const times = figures.column('time').map(Number);
  // An estimate beyond the top is drawn along it.
  const top = figures.bitrateCeiling * 0.99;
  const estimate = column('estimate').map((value) => value && Math.min(value, top));
  return [times, column('buffer'), estimate, column('playing'), column('loading')];
}

function draw(place: HTMLElement, figures: Figures): uPlot {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const steps = stepped ? { paths: stepped } : {};
  const axis = {
    stroke: colour('quiet'),
    grid: { stroke: colour('edge'), width: 1 },
    ticks: { show: false },
    font: '12px system-ui, sans-serif',
  };
  const line = (name: string) => ({ stroke: colour(`chart-${name}`), points: { show: false } });
  return new uPlot(
    {
      ...sizeOf(place),
      legend: { show: false },
      cursor: { y: false, points: { size: 7 } },
      padding: [10, 0, 0, 0],
      scales: {
        x: { time: false, range: (_, __, last) => [last - figures.span, last] },
        s: { range: (_, __, most) => [0, Math.max(10, (most ?? 0) * 1.1)] },
        mbit: { range: () => [0, figures.bitrateCeiling] },
      },
      axes: [
        {
          ...axis,
          size: 28,
          splits: (_, __, ___, now) => ticks(figures).map((seconds) => now - seconds),
          values: () => ticks(figures).map((seconds) => (seconds === 0 ? 'now' : `−${seconds} s`)),
        },
        { ...axis, scale: 's', size: 44, values: (_, splits) => splits.map((value) => `${value} s`) },
        {
          ...axis,
          scale: 'mbit',
          side: 1,
          size: 62,
          grid: { show: false },
          values: (_, splits) => splits.map((value) => `${value} Mb/s`),
        },
      ],
      series: [
        {},
        { ...line('buffer'), scale: 's', width: 1.6, fill: `${colour('chart-buffer')}1f` },
        { ...line('estimate'), scale: 'mbit', width: 1.5, dash: [5, 4] },
        { ...line('playing'), ...steps, scale: 'mbit', width: 2.4 },
        { ...line('loading'), ...steps, scale: 'mbit', width: 1.4 },
      ],
      hooks: { drawClear: [(plot) => shadeStalls(plot, figures, colour('chart-stall'))] },
    },
    columnsOf(figures),
    place,
  );
}

/** The background is tinted where playback stalled. */
function shadeStalls(plot: uPlot, figures: Figures, colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.fillStyle = colour;
  for (const { from, to } of figures.stalls) {
    const left = Math.max(bbox.left, plot.valToPos(from, 'x', true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, 'x', true));
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}
