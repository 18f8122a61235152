import type { ReactiveController } from 'lit';
import type { Activity } from './activity.ts';
import type { ControlRequest } from './requests.ts';
import type { SmoothVideoElement } from './smooth-video.ts';
import { TapCounter, tapSide } from './taps.ts';

/** A press of this length, in milliseconds, doubles the speed until it ends. */
const HOLD_MS = 500;
/** A pointer that moves further than this, in CSS pixels, isn't held. */
const STILL = 10;
const FAST = 2;

/** What the player does about gestures. */
export interface GestureActions {
  /** Whether the event is on the picture itself, and there are controls. */
  isOnPicture(event: Event): boolean;
  /** The controls are hidden. */
  isQuiet(): boolean;
  hasStarted(): boolean;
  /** Whether it can play faster. */
  canSpeedUp(): boolean;
  /** Performs a request, and shows that on the picture. `times`: how often it was repeated. */
  perform(request: ControlRequest, times?: number): void;
}

/** Clicks, taps and presses on the picture. */
export class Gestures implements ReactiveController {
  readonly #host: SmoothVideoElement;
  readonly #activity: Activity;
  readonly #actions: GestureActions;
  readonly #taps = new TapCounter();
  /** The state when the press began: its click only closes an open menu, or only shows hidden controls. */
  #atPress = { held: false, quiet: false, x: 0, y: 0, type: 'mouse' };
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The rate before a held press; `undefined`: none is held. */
  #rateBefore: number | undefined;
  /** The press was held: its click does nothing. */
  #wasFast = false;

  constructor(host: SmoothVideoElement, activity: Activity, actions: GestureActions) {
    this.#host = host;
    this.#activity = activity;
    this.#actions = actions;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#release();
  }

  /** Whether a held press plays at double speed. */
  get isFast(): boolean {
    return this.#rateBefore !== undefined;
  }

  pressed = (event: PointerEvent) => {
    // Another finger changes nothing about the press.
    if (!event.isPrimary) return;
    const { clientX: x, clientY: y, pointerType: type } = event;
    this.#atPress = { held: this.#activity.held, quiet: this.#actions.isQuiet(), x, y, type };
    this.#wasFast = false;
    if (event.button !== 0 || this.#atPress.held || !this.#actions.isOnPicture(event)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#speedUp, HOLD_MS);
    for (const name of ['pointerup', 'pointercancel'] as const)
      this.#host.ownerDocument.addEventListener(name, this.#release, { once: true });
  };

  moved = (event: PointerEvent) => {
    if (event.pointerType !== 'touch') this.#activity.note();
    const { x, y } = this.#atPress;
    if (Math.hypot(event.clientX - x, event.clientY - y) > STILL) clearTimeout(this.#timer);
  };

  left = (event: PointerEvent) => {
    if (event.pointerType !== 'touch') this.#activity.end();
  };

  clicked = (event: PointerEvent) => {
    const wasFast = this.#wasFast;
    this.#wasFast = false;
    if (wasFast || this.#atPress.held || !this.#actions.isOnPicture(event)) return;
    if (event.pointerType !== 'touch' || !this.#actions.hasStarted())
      this.#actions.perform({ type: 'toggle-play' });
    else this.#tapped(event);
  };

  doubleClicked = (event: MouseEvent) => {
    if (this.#atPress.type !== 'touch' && this.#actions.isOnPicture(event))
      this.#actions.perform({ type: 'toggle-fullscreen' });
  };

  /** A long press doesn't open the browser's menu. */
  contextMenu = (event: Event) => {
    if (this.#atPress.type === 'touch' && this.#actions.isOnPicture(event)) event.preventDefault();
  };

  #tapped(event: PointerEvent): void {
    const side = tapSide(event.clientX, this.#host.getBoundingClientRect());
    const count = this.#taps.tap(side, event.timeStamp);
    if (count === 1) {
      if (this.#atPress.quiet) this.#activity.note();
      else this.#activity.end();
    } else if (side === 'middle') {
      if (count === 2) this.#actions.perform({ type: 'toggle-fullscreen' });
    } else {
      this.#activity.end();
      this.#actions.perform({ type: 'seek-by', seconds: side === 'back' ? -10 : 10 }, count - 1);
    }
  }

  #speedUp = () => {
    const { video } = this.#host;
    if (this.isFast || video.paused || this.#host.trickRate !== 1 || !this.#actions.canSpeedUp()) return;
    this.#rateBefore = video.playbackRate;
    this.#wasFast = true;
    video.playbackRate = FAST;
    this.#host.requestUpdate();
  };

  #release = () => {
    clearTimeout(this.#timer);
    if (this.#rateBefore === undefined) return;
    this.#host.video.playbackRate = this.#rateBefore;
    this.#rateBefore = undefined;
    this.#host.requestUpdate();
  };
}
