import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import {
  type FragmentIndex,
  type FragmentPlace,
  placeFragment,
  readFragmentIndex,
} from './fragment-index.ts';
import type { Route } from './route.ts';
import { readServerManifest, type ServedTrack, type ServerManifest } from './server-manifest.ts';

/** A fragment found: its file, its place in it, and what it is. */
export interface FoundFragment {
  readonly path: string;
  readonly place: FragmentPlace;
  readonly kind: ServedTrack['kind'];
  /** Of the file: a fragment never changes unless its file does. */
  readonly version: string;
}

type FragmentRoute = Extract<Route, { type: 'fragment' }>;

/** A folder of presentations, in any depth. Indexes are kept, and read again when their file has changed. */
export class Library {
  readonly #root: string;
  readonly #manifests = new Cached<ServerManifest>(async (path) => readServerManifest(await readFile(path)));
  readonly #indexes = new Cached<FragmentIndex>(readFragmentIndex);

  constructor(root: string) {
    this.#root = resolve(root);
  }

  /** The client manifest's file; `undefined` where there is no such presentation. */
  async manifest(presentation: string): Promise<string | undefined> {
    const server = await this.#serverManifest(presentation);
    if (!server) return undefined;
    const { path, manifest } = server;
    const named = manifest.clientManifest ?? path.replace(/^.*[\\/]/, '').replace(/\.isml?$/i, '.ismc');
    return this.#inside(join(dirname(path), named));
  }

  /** A fragment's place; `undefined` where title, level, stream or time don't exist. */
  async fragment(route: FragmentRoute): Promise<FoundFragment | undefined> {
    const server = await this.#serverManifest(route.presentation);
    const track = server?.manifest.tracks.find((candidate) => isAskedFor(candidate, route));
    const path = server && track && this.#inside(join(dirname(server.path), track.src));
    if (!path) return undefined;
    const index = await this.#indexes.of(path);
    const offset = index?.value.get(track.trackId)?.get(route.time);
    if (!index || offset === undefined) return undefined;
    return { path, place: await placeFragment(path, offset), kind: track.kind, version: index.version };
  }

  async #serverManifest(
    presentation: string,
  ): Promise<{ path: string; manifest: ServerManifest } | undefined> {
    const path = this.#inside(join(this.#root, presentation));
    const actual = path === undefined ? undefined : await actualPath(path);
    const cached = actual === undefined ? undefined : await this.#manifests.of(actual);
    return actual !== undefined && cached ? { path: actual, manifest: cached.value } : undefined;
  }

  /** The path, if it lies in the library. */
  #inside(path: string): string | undefined {
    const full = resolve(path);
    return full.startsWith(this.#root + sep) ? full : undefined;
  }
}

function isAskedFor(track: ServedTrack, { stream, bitrate, attributes }: FragmentRoute): boolean {
  if (track.bitrate !== bitrate || track.name.toLowerCase() !== stream.toLowerCase()) return false;
  return attributes.every((pair) => {
    const [name = '', value = ''] = pair.toLowerCase().split('=');
    return [...track.params].some(
      ([key, own]) => (key === name || key.endsWith(`_${name}`)) && own.toLowerCase() === value,
    );
  });
}

/** Names of presentations are matched in any case, as on the servers that this format comes from. */
async function actualPath(path: string): Promise<string | undefined> {
  if (await versionOf(path)) return path;
  const folder = dirname(path);
  const wanted = path.slice(folder.length + 1).toLowerCase();
  const names = await readdir(folder).catch(() => []);
  const name = names.find((candidate) => candidate.toLowerCase() === wanted);
  return name === undefined ? undefined : join(folder, name);
}

/** Changes with the file; `undefined` where there is none. */
export async function versionOf(path: string): Promise<string | undefined> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  return facts?.isFile() ? `${facts.mtimeNs.toString(36)}-${facts.size.toString(36)}` : undefined;
}

/** What was read of files, by path, for as long as they stay as they were. */
class Cached<Value> {
  readonly #read: (path: string) => Promise<Value>;
  readonly #kept = new Map<string, { readonly version: string; readonly value: Promise<Value> }>();

  constructor(read: (path: string) => Promise<Value>) {
    this.#read = read;
  }

  async of(path: string): Promise<{ readonly version: string; readonly value: Value } | undefined> {
    const version = await versionOf(path);
    if (version === undefined) return undefined;
    let kept = this.#kept.get(path);
    if (kept?.version !== version) {
      kept = { version, value: this.#read(path) };
      this.#kept.set(path, kept);
      kept.value.catch(() => this.#kept.delete(path));
    }
    return { version, value: await kept.value };
  }
}
