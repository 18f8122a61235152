import type { Route } from '../route.ts';
import { routeOf } from '../route.ts';
import { Channel, type ChannelOptions } from './channel.ts';

/** The channels of an origin, by their path in any case. */
export class Channels {
  readonly #byPath: ReadonlyMap<string, Channel>;

  constructor(options: readonly ChannelOptions[]) {
    this.#byPath = new Map(options.map((one) => [one.path.toLowerCase(), new Channel(one)]));
  }

  get all(): readonly Channel[] {
    return [...this.#byPath.values()];
  }

  /** `undefined` where there is none. */
  get(path: string): Channel | undefined {
    return this.#byPath.get(path.toLowerCase());
  }

  /** What a path asks of which channel; `undefined` when it isn't about one. */
  find(path: string): { readonly route: Route; readonly channel: Channel } | undefined {
    const [, title = ''] = /^(.*?\.isml?)\//i.exec(path) ?? [];
    const channel = this.get(title);
    const route = channel && routeOf(path);
    return channel && route && { route, channel };
  }
}
