import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { ChildTracks } from './child-track.ts';
import { FileCache } from './file-cache.ts';
import {
  type FragmentHead,
  type FragmentIndex,
  readFragmentHead,
  readFragmentIndex,
} from './fragment-index.ts';
import { fragmentSizes } from './fragment-sizes.ts';
import { liesWithin } from './real-path.ts';
import type { Route } from './route.ts';
import { readServerManifest, type ServedTrack, type ServerManifest } from './server-manifest.ts';
import { DEFAULT_LIMITS } from './service/limits.ts';

/** A fragment: its file, its position in it, and its type. */
export interface FoundFragment {
  readonly path: string;
  readonly head: FragmentHead;
  readonly kind: ServedTrack['kind'];
  /** Version of the file: a fragment never changes unless its file does. */
  readonly version: string;
  readonly childTracks: ChildTracks;
}

/** No server manifest is larger: it lists files, not fragments. */
const MAX_SERVER_MANIFEST = 4 * 1024 * 1024;

/** Milliseconds for which a path lookup is cached, and how many. */
const FOUND_MS = 1000;
const MAX_FOUND = 10_000;

type FragmentRoute = Extract<Route, { type: 'fragment' }>;

/** A folder of titles, at any depth. Indexes are cached, and read again when their file has changed. */
export class Library {
  readonly #root: string;
  readonly #manifests: FileCache<ServerManifest>;
  readonly #indexes: FileCache<FragmentIndex>;
  /** Recent path lookups. */
  readonly #found = new Map<string, { readonly path: string; readonly until: number }>();

  /** `maxBytes`: approximate size of the cache. */
  constructor(root: string, maxBytes = DEFAULT_LIMITS.cachedBytes) {
    this.#root = resolve(root);
    this.#manifests = new FileCache(readManifestFile, { weigh: weightOfManifest, maxBytes: maxBytes / 4 });
    this.#indexes = new FileCache(readFragmentIndex, { weigh: weightOfIndex, maxBytes: (maxBytes * 3) / 4 });
  }

  /** The client manifest's file; `undefined` if there is no such title. */
  async manifest(presentation: string): Promise<string | undefined> {
    const server = await this.#serverManifest(presentation);
    if (!server) return undefined;
    const { path, manifest } = server;
    return this.#named(path, manifest.clientManifest ?? basename(path).replace(/\.isml?$/i, '.ismc'));
  }

  /** A fragment's position; `undefined` if title, level, stream or time don't exist. */
  async fragment(route: FragmentRoute): Promise<FoundFragment | undefined> {
    const server = await this.#serverManifest(route.presentation);
    const track = server?.manifest.tracks.find((candidate) => isAskedFor(candidate, route));
    const path = server && track && (await this.#named(server.path, track.src));
    if (!path) return undefined;
    const index = await this.#indexes.of(path);
    const offset = index?.value.get(track.trackId)?.get(route.time);
    if (!index || offset === undefined) return undefined;
    const head = await readFragmentHead(path, offset);
    const childTracks = await this.#childTracks(server, track, route.time);
    return { path, head, kind: track.kind, version: index.version, childTracks };
  }

  /** For each sparse stream of a track, the newest fragment up to a time; for a sparse track, the previous one. */
  async #childTracks(
    { path, manifest }: { readonly path: string; readonly manifest: ServerManifest },
    { name, params }: ServedTrack,
    time: bigint,
  ): Promise<ChildTracks> {
    const isSparse = params.has('parenttrackname');
    const found = new Map<string, bigint>();
    for (const sparse of manifest.tracks) {
      const parent = isSparse ? sparse.name : sparse.params.get('parenttrackname');
      if (parent?.toLowerCase() !== name.toLowerCase() || found.has(sparse.name)) continue;
      const newest = latest(await this.#timesOf(path, sparse), isSparse ? time - 1n : time);
      if (newest !== undefined) found.set(sparse.name, newest);
    }
    return found;
  }

  /** Empty if the file can't be read: the parent's fragments are served anyway. */
  async #timesOf(serverManifest: string, { src, trackId }: ServedTrack): Promise<Iterable<bigint>> {
    const path = await this.#named(serverManifest, src);
    const index = path === undefined ? undefined : await this.#indexes.of(path).catch(() => undefined);
    return index?.value.get(trackId)?.keys() ?? [];
  }

  /** The approximate size in bytes of each fragment of a route's level, by its time. */
  async sizesOf(route: FragmentRoute): Promise<ReadonlyMap<bigint, number> | undefined> {
    const server = await this.#serverManifest(route.presentation);
    const track = server?.manifest.tracks.find((candidate) => isAskedFor(candidate, route));
    const path = server && track && (await this.#named(server.path, track.src));
    const index = path && (await this.#indexes.of(path));
    return index ? fragmentSizes(path, index.value, track.trackId) : undefined;
  }

  async #serverManifest(
    presentation: string,
  ): Promise<{ path: string; manifest: ServerManifest } | undefined> {
    const path = await this.#find(join(this.#root, presentation));
    const cached = path === undefined ? undefined : await this.#manifests.of(path);
    return path !== undefined && cached ? { path, manifest: cached.value } : undefined;
  }

  /** The file named in a server manifest, possibly in Windows notation. */
  #named(serverManifest: string, name: string): Promise<string | undefined> {
    return this.#find(join(dirname(serverManifest), name.replaceAll('\\', '/')));
  }

  /** The real path on disk, if it is in the library, with all links resolved. */
  async #find(asked: string): Promise<string | undefined> {
    const full = resolve(asked);
    if (!full.startsWith(this.#root.endsWith(sep) ? this.#root : this.#root + sep)) return undefined;
    const known = this.#found.get(full);
    if (known && performance.now() < known.until) return known.path;
    const path = await inAnyCase(full, this.#root);
    if (path === undefined || !(await liesWithin(this.#root, path))) return undefined;
    if (this.#found.size >= MAX_FOUND) this.#found.clear();
    this.#found.set(full, { path, until: performance.now() + FOUND_MS });
    return path;
  }
}

function latest(times: Iterable<bigint>, upTo: bigint): bigint | undefined {
  let found: bigint | undefined;
  for (const time of times) if (time <= upTo && (found === undefined || time > found)) found = time;
  return found;
}

/** Memory of a Map entry of two numbers, one of them a bigint, and of a track with its parameters. */
const BYTES_AN_ENTRY = 80;
const BYTES_A_TRACK = 2000;

const weightOfIndex = (index: FragmentIndex): number =>
  [...index.values()].reduce((sum, { size }) => sum + size * BYTES_AN_ENTRY, 0);
const weightOfManifest = ({ tracks }: ServerManifest): number => (1 + tracks.length) * BYTES_A_TRACK;

async function readManifestFile(path: string): Promise<ServerManifest> {
  const { size } = await stat(path);
  if (size > MAX_SERVER_MANIFEST) throw new Error(`${basename(path)} is too large for a server manifest`);
  return readServerManifest(await readFile(path));
}

function isAskedFor(track: ServedTrack, { stream, bitrate, attributes }: FragmentRoute): boolean {
  if (track.bitrate !== bitrate || track.name.toLowerCase() !== stream.toLowerCase()) return false;
  return attributes.every((pair) => {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(pair.toLowerCase()) ?? [];
    return [...track.params].some(
      ([key, own]) => (key === name || key.endsWith(`_${name}`)) && own.toLowerCase() === value,
    );
  });
}

/** Names below `root` are matched case-insensitively, as on the original servers of this format. */
async function inAnyCase(path: string, root: string): Promise<string | undefined> {
  if (path === root || (await stat(path).catch(() => undefined))) return path;
  const folder = await inAnyCase(dirname(path), root);
  if (folder === undefined) return undefined;
  const wanted = basename(path).toLowerCase();
  const names = await readdir(folder).catch(() => []);
  const name = names.find((candidate) => candidate.toLowerCase() === wanted);
  return name === undefined ? undefined : join(folder, name);
}
