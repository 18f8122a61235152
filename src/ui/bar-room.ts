import type { ReactiveController } from 'lit';
import { fittingControls, type OptionalControl } from './bar-fit.ts';
import type { SmoothVideoElement } from './smooth-video.ts';

/** Widths in CSS pixels: padding of the bar, a digit of the time, its margin, the live badge, the volume slider. */
const PADDING = 32;
const PADDING_SLIM = 4;
const DIGIT = 7.6;
const TIME_MARGIN = 12;
const LIVE = 76;
const SLIDER = 84;
/** Players narrower than these have smaller buttons, and the time above the seek bar. As in the styles. */
const SLIM = 416;
const SLIMMEST = 288;
const WITH_SLIDER = 576;

/** Measures the player, to decide which controls its bar has room for. */
export class BarRoom implements ReactiveController {
  readonly #host: SmoothVideoElement;
  readonly #observer = new ResizeObserver(([entry]) => this.#measure(entry?.contentRect.width ?? 0));
  #width = 0;
  #size = 44;

  constructor(host: SmoothVideoElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }

  /** Whether the bar has a volume slider. */
  get hasSlider(): boolean {
    return this.#width >= WITH_SLIDER && !matchMedia('(pointer: coarse)').matches;
  }

  /** The controls that fit, beside a time of this text. */
  shown(
    available: ReadonlySet<OptionalControl>,
    {
      time,
      isLive,
      more,
    }: {
      readonly time: string;
      readonly isLive: boolean;
      /** Number of buttons besides. */
      readonly more: number;
    },
  ): ReadonlySet<OptionalControl> {
    const isSlim = this.#width < SLIM;
    const beside =
      this.#width < SLIMMEST
        ? 0
        : time.length * DIGIT + TIME_MARGIN + (isLive ? LIVE : 0) + (this.hasSlider ? SLIDER : 0);
    const button = isSlim ? (this.#width < SLIMMEST ? 36 : 40) : this.#size;
    const room = {
      width: this.#width - (isSlim ? PADDING_SLIM : PADDING),
      button,
      fixed: beside + this.#slotted + more * button,
    };
    return fittingControls(room, available);
  }

  /** Width of what the page has put in the bar. */
  get #slotted(): number {
    const slots = this.#host.querySelectorAll<HTMLElement>(
      ':scope > [slot="bottom"], :scope > [slot="settings"]',
    );
    return [...slots].reduce((sum, { offsetWidth }) => sum + offsetWidth, 0);
  }

  #measure(width: number): void {
    this.#width = width;
    const size = getComputedStyle(this.#host).getPropertyValue('--smooth-control-size');
    this.#size = Number.parseFloat(size) || 44;
    this.#host.requestUpdate();
  }
}
