import type { LiveInfo } from './live-info.ts';

/** A live title has grown. */
export class UpdateEvent extends Event {
  constructor() {
    super('update');
  }
}

/** The state of a live title changed: at the edge or behind, its source live, stopped or ended. */
export class LiveChangeEvent extends Event {
  readonly live: LiveInfo;
  constructor(live: LiveInfo) {
    super('livechange');
    this.live = live;
  }
}
