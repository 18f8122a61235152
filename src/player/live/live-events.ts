import type { LiveInfo } from './live-info.ts';

/** A live title has grown. */
export class UpdateEvent extends Event {
  constructor() {
    super('update');
  }
}

/** Where a live title stands changed: at the edge or behind, its source running, stopped or ended. */
export class LiveChangeEvent extends Event {
  readonly live: LiveInfo;
  constructor(live: LiveInfo) {
    super('livechange');
    this.live = live;
  }
}
