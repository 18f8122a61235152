/** The menu of settings, or one of its pages. */
export type MenuPageId = 'settings' | 'quality' | 'audio' | 'captions' | 'speed' | 'chapters' | 'volume';

/** A viewer's request, from a control or a key. */
export type ControlRequest =
  | { readonly type: 'toggle-play' }
  | { readonly type: 'seek'; readonly to: number }
  /** The knob is dragged to a position outside the buffer. */
  | { readonly type: 'scrub'; readonly to: number }
  | { readonly type: 'seek-by'; readonly seconds: number }
  | { readonly type: 'seek-fraction'; readonly fraction: number }
  | { readonly type: 'step-frame'; readonly by: 1 | -1; readonly held: boolean }
  | { readonly type: 'volume'; readonly to: number }
  | { readonly type: 'volume-by'; readonly by: number }
  | { readonly type: 'toggle-mute' }
  | { readonly type: 'quality'; readonly choice: string }
  | { readonly type: 'audio'; readonly id: string }
  /** `undefined`: off. */
  | { readonly type: 'text'; readonly id: string | undefined }
  | { readonly type: 'toggle-captions' }
  | { readonly type: 'caption-style' }
  /** To another chapter, or a large step. */
  | { readonly type: 'page-by'; readonly by: 1 | -1 }
  | { readonly type: 'rate'; readonly to: number }
  | { readonly type: 'rate-step'; readonly by: 1 | -1 }
  /** One step faster, forward or back. */
  | { readonly type: 'trick-step'; readonly by: 1 | -1 }
  /** Increasing rate while a key is held. */
  | { readonly type: 'trick-hold'; readonly by: 1 | -1 }
  /** The page has further titles, or not. */
  | { readonly type: 'other-title'; readonly by: 1 | -1 }
  | { readonly type: 'go-live' }
  | { readonly type: 'toggle-fullscreen' }
  | { readonly type: 'toggle-pip' }
  | { readonly type: 'toggle-stats' }
  /** The list of keyboard shortcuts. */
  | { readonly type: 'toggle-keys' }
  /** Opens the menu at a page beside the control that requests it, or closes it. */
  | { readonly type: 'toggle-menu'; readonly page: MenuPageId }
  | { readonly type: 'retry' };

/** Carries a request from a control to its player. It doesn't leave the player's shadow tree. */
export class ControlRequestEvent extends Event {
  readonly request: ControlRequest;
  constructor(request: ControlRequest) {
    super('smooth-request', { bubbles: true });
    this.request = request;
  }
}

/** A menu opened or closed, or a drag on a slider began or ended: the controls stay visible meanwhile. */
export class HoldEvent extends Event {
  readonly held: boolean;
  constructor(held: boolean) {
    super('smooth-hold', { bubbles: true });
    this.held = held;
  }
}
