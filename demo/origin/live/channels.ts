import { resolve } from 'node:path';
import { ArchiveFolder } from '../publish/archive-folder.ts';
import { PublishingPoint, type PublishingPointOptions } from '../publish/publishing-point.ts';
import { type Route, routeOf } from '../route.ts';
import { ByteBudget } from '../service/byte-budget.ts';
import { DEFAULT_LIMITS, type OriginLimits } from '../service/limits.ts';
import { Channel, type ChannelOptions } from './channel.ts';

/** The live titles of an origin, by their case-insensitive path: its own channels, and publishing points. */
export class Channels {
  readonly #channels: ReadonlyMap<string, Channel>;
  readonly #points: ReadonlyMap<string, PublishingPoint>;

  constructor(
    channels: readonly ChannelOptions[],
    points: readonly PublishingPointOptions[],
    limits: OriginLimits = DEFAULT_LIMITS,
  ) {
    this.#channels = new Map(channels.map((one) => [one.path.toLowerCase(), new Channel(one)]));
    const folders = foldersOf(points);
    const budget = new ByteBudget(limits.pushedBytes);
    this.#points = new Map(
      points.map((one) => {
        const folder = folders.get(resolve(one.archive)) ?? new ArchiveFolder(one.archive);
        return [one.path.toLowerCase(), new PublishingPoint(one, folder, budget)];
      }),
    );
  }

  get all(): readonly (Channel | PublishingPoint)[] {
    return [...this.#channels.values(), ...this.#points.values()];
  }

  get points(): readonly PublishingPoint[] {
    return [...this.#points.values()];
  }

  /** The channel at a path; `undefined` if there is none. */
  get(path: string): Channel | undefined {
    return this.#channels.get(path.toLowerCase());
  }

  /** The publishing point at a path; `undefined` if there is none. */
  point(path: string): PublishingPoint | undefined {
    return this.#points.get(path.toLowerCase());
  }

  /** The live title and the request in a path; `undefined` if it isn't for one. */
  find(path: string): { readonly route: Route; readonly title: Channel | PublishingPoint } | undefined {
    const [, named = ''] = /^(.*?\.isml?)\//i.exec(path) ?? [];
    const title = this.get(named) ?? this.point(named);
    const route = title && routeOf(path);
    return title && route && { route, title };
  }

  /** Continues the events of a previous process. */
  async recover(): Promise<void> {
    await Promise.all(this.points.map((point) => point.recover()));
  }

  async close(): Promise<void> {
    await Promise.all(this.points.map((point) => point.close()));
  }
}

/** Points with the same folder share its quota, the smallest one given. */
function foldersOf(points: readonly PublishingPointOptions[]): ReadonlyMap<string, ArchiveFolder> {
  const quotas = new Map<string, number>();
  for (const { archive, maxArchiveBytes = Number.POSITIVE_INFINITY } of points) {
    const path = resolve(archive);
    quotas.set(path, Math.min(quotas.get(path) ?? Number.POSITIVE_INFINITY, maxArchiveBytes));
  }
  return new Map([...quotas].map(([path, quota]) => [path, new ArchiveFolder(path, quota)]));
}
