/** The progress of a long task. */
export interface Progress {
  /** The current step. */
  readonly step: string;
  readonly done: number;
  /** `undefined`: not known yet. */
  readonly total: number | undefined;
}

/** The unit of progress: bytes, or seconds of media. */
export type ProgressUnit = 'bytes' | 'seconds';

/** Where progress is shown. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The speed is measured over this many milliseconds. */
const SPEED_MS = 10_000;
const REDRAW_MS = 100;
/** Without a terminal: a line for each tenth, but no more often than this, and at least after the longer time. */
const PLAIN_LEAST_MS = 2000;
const PLAIN_MOST_MS = 30_000;
const BAR = 24;

/** A bar in place on a terminal, plain lines elsewhere: amount, speed and time left. */
export class ProgressBar {
  readonly #output: ProgressOutput;
  readonly #unit: ProgressUnit;
  readonly #now: () => number;
  readonly #samples: { readonly at: number; readonly done: number }[] = [];
  #shownAt: number;
  #tenth = -1;
  #isDrawn = false;
  #last: Progress | undefined;

  constructor(output: ProgressOutput, unit: ProgressUnit, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#unit = unit;
    this.#now = now;
    // Without a terminal, short tasks show no progress.
    this.#shownAt = now();
  }

  update(progress: Progress): void {
    const now = this.#now();
    this.#last = progress;
    this.#samples.push({ at: now, done: progress.done });
    while (this.#samples.length > 2 && now - (this.#samples[0]?.at ?? now) > SPEED_MS) this.#samples.shift();
    if (this.#output.isTTY) {
      if (now - this.#shownAt < REDRAW_MS) return;
      this.#draw(progress, now);
      return;
    }
    const { done, total } = progress;
    const tenth = total ? Math.floor((done / total) * 10) : 0;
    const since = now - this.#shownAt;
    if (since < PLAIN_LEAST_MS || (tenth === this.#tenth && since < PLAIN_MOST_MS)) return;
    this.#tenth = tenth;
    this.#shownAt = now;
    this.#output.write(`${this.#text(progress)}\n`);
  }

  /** Removes the bar, so that something else can be printed; the next update draws it again. */
  clear(): void {
    if (!this.#isDrawn) return;
    this.#output.write(`\r${' '.repeat((this.#output.columns ?? 80) - 1)}\r`);
    this.#isDrawn = false;
  }

  /** The last state stays on the screen. */
  end(): void {
    if (this.#output.isTTY && this.#last) {
      this.#draw(this.#last, this.#now());
      this.#output.write('\n');
    }
    this.#isDrawn = false;
  }

  #draw(progress: Progress, now: number): void {
    const { done, total } = progress;
    const filled = total ? Math.round(Math.min(1, done / total) * BAR) : 0;
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] `;
    const width = (this.#output.columns ?? 80) - 1;
    this.#output.write(`\r${`${bar}${this.#text(progress)}`.slice(0, width).padEnd(width)}`);
    this.#isDrawn = true;
    this.#shownAt = now;
  }

  #text({ step, done, total }: Progress): string {
    const share = total ? `${Math.floor((100 * Math.min(done, total)) / total)} %  ` : '';
    const speed = this.#speed();
    const left = total !== undefined && speed > 0 ? (total - done) / speed : undefined;
    const amount = this.#unit === 'bytes' ? bytesText(done) : clockText(done);
    const whole =
      total === undefined ? '' : ` of ${this.#unit === 'bytes' ? bytesText(total) : clockText(total)}`;
    const rate =
      speed <= 0 ? '' : `  ${this.#unit === 'bytes' ? `${bytesText(speed)}/s` : `${speed.toFixed(1)}x`}`;
    const rest = left === undefined || done === total ? '' : `  ${clockText(left)} left`;
    return `${share}${amount}${whole}${rate}${rest}  ${step}`;
  }

  /** Units per second. */
  #speed(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.at - first.at < 200) return 0;
    return Math.max(0, ((last.done - first.done) * 1000) / (last.at - first.at));
  }
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < UNITS.length - 1; unit += 1) value /= 1024;
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** Hours, minutes and seconds. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const pad = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}
