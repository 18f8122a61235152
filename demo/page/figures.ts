import type { PlayerStats } from '../../src/player/report/stats.ts';

export type Column = 'time' | 'buffer' | 'estimate' | 'playing' | 'loading';
type Row = Readonly<Record<Column, number | null>>;

/** The last two minutes of a playback, in seconds and Mbit/s; `null` if there is no value. */
export class Figures {
  /** Seconds kept. */
  static readonly SPAN = 120;
  readonly #rows: Row[] = [];
  readonly #stalls: { from: number; to: number }[] = [];
  #wasStalled = false;

  add(time: number, { bufferAhead, estimate, playing, loading }: PlayerStats, isStalled: boolean): void {
    const { video, audio } = bufferAhead;
    this.#rows.push({
      time,
      buffer: video === undefined || audio === undefined ? (video ?? audio ?? null) : Math.min(video, audio),
      estimate: mbit(estimate),
      playing: mbit(playing?.bitrate),
      loading: mbit(loading?.bitrate),
    });
    while ((this.#rows[0]?.time ?? time) < time - Figures.SPAN) this.#rows.shift();
    while ((this.#stalls[0]?.to ?? time) < time - Figures.SPAN) this.#stalls.shift();
    this.#noteStall(time, isStalled);
  }

  /** Seconds to show: what there is, within limits. */
  get span(): number {
    const first = this.#rows[0]?.time ?? 0;
    const last = this.#rows.at(-1)?.time ?? 0;
    return Math.min(Figures.SPAN, Math.max(30, Number(last) - Number(first)));
  }

  /** Values in order of time. */
  column(name: Column): readonly (number | null)[] {
    return this.#rows.map((row) => row[name]);
  }

  /** Mbit/s that keep the qualities readable; a much higher estimate is cut off at the top. */
  get bitrateCeiling(): number {
    const most = (name: Column) => Math.max(0, ...this.column(name).map(Number));
    const quality = Math.max(most('playing'), most('loading'));
    return Math.max(0.5, Math.min(most('estimate') * 1.15, quality * 1.8), quality * 1.2);
  }

  get stalls(): readonly { readonly from: number; readonly to: number }[] {
    return this.#stalls;
  }

  #noteStall(time: number, isStalled: boolean): void {
    const last = this.#stalls.at(-1);
    if (isStalled && this.#wasStalled && last) last.to = time;
    else if (isStalled) this.#stalls.push({ from: time, to: time });
    this.#wasStalled = isStalled;
  }
}

const mbit = (bits: number | undefined) => (bits === undefined ? null : bits / 1e6);
