import type { Seconds } from '../../../base/time.ts';
import type { ScreenBlock } from '../screen.ts';
import { g0, g1, g2, g3, isKorean, wide } from './characters.ts';
import { colourOf, PEN_STYLES, penAttributes, penColours } from './pen.ts';
import { WINDOW_STYLES, type WindowDefinition } from './place.ts';
import { Window708 } from './window.ts';

/** Number of bytes that are queued during a delay; with more of them it ends. CTA-708, 8.10.5.13. */
const MOST_WAITING = 128;
/** Number of bytes after each command from 0x88 on. CTA-708, 7.1.5. */
const PARAMETERS: Readonly<Record<number, number>> = {
  136: 1,
  137: 1,
  138: 1,
  139: 1,
  140: 1,
  141: 1,
  144: 2,
  145: 3,
  146: 2,
  151: 4,
};

/** One CEA-708 service: eight windows that its codes control. CTA-708, 8. */
export class Service708 {
  readonly #windows: (Window708 | undefined)[] = [];
  #current: Window708 | undefined;
  #waiting: number[] = [];
  #delayedUntil: Seconds | undefined;
  /** A code that continues in the next block. */
  #rest: number[] = [];
  /** So far, all of its 16-bit characters can be of KS X 1001; Korean services use either that or Unicode. */
  #isKorean = true;
  #revision = 0;
  /** Counts removed windows, so that a new one isn't mistaken for an old one. */
  #epochs = 0;

  /** Increases with every change of what is shown. */
  get revision(): number {
    return this.#windows.reduce((sum, window) => sum + (window?.revision ?? 0), this.#revision);
  }

  push(time: Seconds, codes: Uint8Array): void {
    this.advance(time);
    const bytes = [...this.#rest, ...codes];
    this.#rest = [];
    if (this.#delayedUntil !== undefined) {
      this.#waiting.push(...bytes);
      if (!endsDelay(this.#waiting) && this.#waiting.length < MOST_WAITING) return;
      this.#endDelay(time);
      return;
    }
    this.#run(time, bytes);
  }

  /** Ends a delay that is over. */
  advance(time: Seconds): void {
    if (this.#delayedUntil !== undefined && time >= this.#delayedUntil) this.#endDelay(time);
  }

  /** Something is missing before the next block: what has begun doesn't continue in it. */
  dropRest(): void {
    this.#rest = [];
    this.#waiting.length = wholeLength(this.#waiting);
  }

  /** What is on screen, the highest priority first. */
  blocks(): ScreenBlock[] {
    return this.#windows
      .flatMap((window, at) => {
        const block = window?.block();
        return window && block ? [{ window, key: String(at), block }] : [];
      })
      .sort((a, b) => a.window.definition.priority - b.window.definition.priority)
      .map(({ window, key, block }) => ({ key, epoch: window.epoch, ...block }));
  }

  reset(): void {
    for (const [at, window] of this.#windows.entries()) if (window) this.#delete(at);
    this.#current = undefined;
    this.#waiting = [];
    this.#rest = [];
    this.#delayedUntil = undefined;
  }

  #endDelay(time: Seconds): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#delayedUntil = undefined;
    this.#run(time, waiting);
  }

  #run(time: Seconds, bytes: readonly number[]): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#delayedUntil !== undefined) {
        this.#waiting.push(...bytes.slice(at));
        return;
      }
      const length = lengthOf(bytes, at);
      if (at + length > bytes.length) {
        this.#rest = bytes.slice(at);
        return;
      }
      this.#obey(time, bytes.slice(at, at + length));
      at += length;
    }
  }

  #obey(time: Seconds, code: readonly number[]): void {
    const [first = 0, second = 0] = code;
    const window = this.#current;
    if (first === 0x10) {
      if (second >= 0x20 && second < 0x80) window?.write(g2(second));
      else if (second >= 0xa0) window?.write(g3(second));
    } else if (first === 0x18) {
      const third = code[2] ?? 0;
      this.#isKorean &&= isKorean(second, third);
      const character = wide(second, third, this.#isKorean);
      if (character >= ' ') window?.write(character);
    } else if (first < 0x20) {
      if (first === 0x08) window?.backspace();
      else if (first === 0x0c) window?.formFeed();
      else if (first === 0x0d) window?.carriageReturn();
      else if (first === 0x0e) window?.horizontalReturn();
    } else if (first < 0x80) {
      window?.write(g0(first));
    } else if (first >= 0xa0) {
      window?.write(g1(first));
    } else {
      this.#command(time, code);
    }
  }

  #command(time: Seconds, [first = 0, ...rest]: readonly number[]): void {
    const [map = 0] = rest;
    const window = this.#current;
    if (first < 0x88) {
      this.#current = this.#windows[first - 0x80] ?? this.#current;
      return;
    }
    if (first >= 0x98) {
      this.#define(first - 0x98, rest);
      return;
    }
    switch (first) {
      case 0x88:
        this.#each(map, (each) => each.clear());
        break;
      case 0x89:
        this.#each(map, (each) => each.show(true));
        break;
      case 0x8a:
        this.#each(map, (each) => each.show(false));
        break;
      case 0x8b:
        this.#each(map, (each) => each.show(!each.isVisible));
        break;
      case 0x8c:
        for (let at = 0; at < 8; at++) if (map & (1 << at)) this.#delete(at);
        break;
      case 0x8d:
        this.#delayedUntil = (time + map / 10) as Seconds;
        break;
      case 0x8f:
        this.reset();
        break;
      case 0x90:
        window?.setPen(penAttributes(rest));
        break;
      case 0x91:
        window?.setPen(penColours(rest));
        break;
      case 0x92:
        window?.movePen(map & 0x0f, (rest[1] ?? 0) & 0x3f);
        break;
      case 0x97:
        if (window) this.#setAttributes(window, rest);
        break;
    }
  }

  #setAttributes(window: Window708, [fill = 0, , border = 0]: readonly number[]): void {
    window.attributes = {
      fill: colourOf(fill),
      justify: (['left', 'right', 'center', 'left'] as const)[border & 3] ?? 'left',
      isVertical: ((border >> 4) & 3) >= 2,
      isRightToLeft: ((border >> 4) & 1) === 1,
    };
    window.revision++;
  }

  /** An existing window keeps its content; if nothing about it changes, it only becomes the current one. CTA-708, 8.10.5.2. */
  #define(index: number, rest: readonly number[]): void {
    const parameters = rest.join();
    const known = this.#windows[index];
    const definition = definitionOf(rest);
    const window = known ?? new Window708(definition);
    this.#current = window;
    if (window.parameters === parameters) return;
    window.parameters = parameters;
    const [a = 0, , , , , f = 0] = rest;
    window.redefine(definition);
    // 0 changes nothing, and of a new window it is the first.
    const attributes = WINDOW_STYLES[((f >> 3) & 7) - 1];
    if (attributes) window.attributes = attributes;
    const pen = PEN_STYLES[(f & 7) - 1];
    if (pen) window.setPen(pen);
    window.show((a & 0x20) !== 0);
    if (known) return;
    window.epoch = ++this.#epochs * 1000;
    this.#windows[index] = window;
  }

  #each(map: number, change: (window: Window708) => void): void {
    for (let at = 0; at < 8; at++) {
      const window = this.#windows[at];
      if (window && map & (1 << at)) change(window);
    }
  }

  #delete(index: number): void {
    const window = this.#windows[index];
    if (!window) return;
    this.#revision += window.revision + 1;
    if (this.#current === window) this.#current = undefined;
    this.#windows[index] = undefined;
  }
}

/** Whether there is a DelayCancel or Reset: both take effect at once. CTA-708, 8.10.5.14. */
function endsDelay(bytes: readonly number[]): boolean {
  for (let at = 0; at < bytes.length; at += lengthOf(bytes, at)) {
    if (bytes[at] === 0x8e || bytes[at] === 0x8f) return true;
  }
  return false;
}

/** Length of the codes that are complete. */
function wholeLength(bytes: readonly number[]): number {
  let at = 0;
  while (at < bytes.length) {
    const next = at + lengthOf(bytes, at);
    if (next > bytes.length) break;
    at = next;
  }
  return at;
}

/** Length in bytes of the code at an index, with its parameters. CTA-708, 7.1. */
function lengthOf(bytes: readonly number[], at: number): number {
  const first = bytes[at] ?? 0;
  if (first === 0x10) return 1 + extendedLength(bytes, at + 1);
  if (first < 0x11) return 1;
  if (first < 0x18) return 2;
  if (first < 0x20) return 3;
  if (first >= 0x98 && first < 0xa0) return 7;
  return 1 + (PARAMETERS[first] ?? 0);
}

function extendedLength(bytes: readonly number[], at: number): number {
  const code = bytes[at];
  if (code === undefined) return 1;
  if (code < 0x08) return 1;
  if (code < 0x10) return 2;
  if (code < 0x18) return 3;
  if (code < 0x20) return 4;
  if (code < 0x80 || code >= 0xa0) return 1;
  if (code < 0x88) return 5;
  if (code < 0x90) return 6;
  // Of variable length.
  return 2 + ((bytes[at + 1] ?? 0) & 0x1f);
}

const definitionOf = ([a = 0, b = 0, c = 0, d = 0, e = 0]: readonly number[]): WindowDefinition => ({
  priority: a & 7,
  isRelative: (b & 0x80) !== 0,
  anchorVertical: b & 0x7f,
  anchorHorizontal: c,
  anchorPoint: Math.min(8, d >> 4),
  rows: (d & 0x0f) + 1,
  columns: (e & 0x3f) + 1,
});
