import { setMaxListeners } from 'node:events';
import { afterEach, beforeEach } from 'vitest';
import { VirtualTime } from '../virtual-time.ts';
import { OnAir, type OnAirOptions } from './on-air.ts';
import { Viewer, type ViewerOptions } from './viewer.ts';

/** What of a browser the live code looks at, besides the element. */
class Page extends EventTarget {
  hidden = false;
}

/** A channel and someone who watches it, in virtual time. */
export interface World {
  readonly time: VirtualTime;
  readonly onAir: OnAir;
  readonly viewer: Viewer;
}

const NAMES = ['document', 'HTMLMediaElement', 'addEventListener', 'removeEventListener'];
let time: VirtualTime;
let viewers: Viewer[] = [];

/** Lets the tests of a file run in virtual time; gives the way to begin. */
export function inVirtualTime(): (channel?: OnAirOptions, viewer?: ViewerOptions) => Promise<World> {
  beforeEach(() => {
    const page = new Page();
    // As many listen to one signal as an element has events.
    setMaxListeners(50);
    Object.assign(globalThis, {
      document: page,
      HTMLMediaElement: { HAVE_NOTHING: 0, HAVE_CURRENT_DATA: 2 },
      addEventListener: page.addEventListener.bind(page),
      removeEventListener: page.removeEventListener.bind(page),
    });
    time = new VirtualTime();
  });
  afterEach(async () => {
    for (const viewer of viewers) viewer.close();
    viewers = [];
    await time.pass(1);
    time.restore();
    for (const name of NAMES) Reflect.deleteProperty(globalThis, name);
  });
  return async (channel, how) => {
    const onAir = await OnAir.open(time, channel);
    const viewer = new Viewer(onAir, how);
    viewers.push(viewer);
    return { time, onAir, viewer };
  };
}
