import { PublishingPoint, type PublishingPointOptions } from '../publish/publishing-point.ts';
import { type Route, routeOf } from '../route.ts';
import { Channel, type ChannelOptions } from './channel.ts';

/** The live titles of an origin, by their path in any case: channels of its own making, and what encoders push. */
export class Channels {
  readonly #channels: ReadonlyMap<string, Channel>;
  readonly #points: ReadonlyMap<string, PublishingPoint>;

  constructor(channels: readonly ChannelOptions[], points: readonly PublishingPointOptions[]) {
    this.#channels = new Map(channels.map((one) => [one.path.toLowerCase(), new Channel(one)]));
    this.#points = new Map(points.map((one) => [one.path.toLowerCase(), new PublishingPoint(one)]));
  }

  get all(): readonly (Channel | PublishingPoint)[] {
    return [...this.#channels.values(), ...this.#points.values()];
  }

  /** The channel at a path; `undefined` where there is none. */
  get(path: string): Channel | undefined {
    return this.#channels.get(path.toLowerCase());
  }

  /** The publishing point at a path; `undefined` where there is none. */
  point(path: string): PublishingPoint | undefined {
    return this.#points.get(path.toLowerCase());
  }

  /** What a path asks of which live title; `undefined` when it isn't about one. */
  find(path: string): { readonly route: Route; readonly title: Channel | PublishingPoint } | undefined {
    const [, named = ''] = /^(.*?\.isml?)\//i.exec(path) ?? [];
    const title = this.get(named) ?? this.point(named);
    const route = title && routeOf(path);
    return title && route && { route, title };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#points.values()].map((point) => point.close()));
  }
}
