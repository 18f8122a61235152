import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { factsOf } from './file-facts.ts';
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

/** No server manifest is larger: it names files, not fragments. */
const MAX_SERVER_MANIFEST = 4 * 1024 * 1024;

type FragmentRoute = Extract<Route, { type: 'fragment' }>;

/** A folder of presentations, in any depth. Indexes are kept, and read again when their file has changed. */
export class Library {
  readonly #root: string;
  readonly #manifests = new Cached<ServerManifest>(readManifestFile);
  readonly #indexes = new Cached<FragmentIndex>(readFragmentIndex);

  constructor(root: string) {
    this.#root = resolve(root);
  }

  /** The client manifest's file; `undefined` where there is no such presentation. */
  async manifest(presentation: string): Promise<string | undefined> {
    const server = await this.#serverManifest(presentation);
    if (!server) return undefined;
    const { path, manifest } = server;
    return this.#named(path, manifest.clientManifest ?? basename(path).replace(/\.isml?$/i, '.ismc'));
  }

  /** A fragment's place; `undefined` where title, level, stream or time don't exist. */
  async fragment(route: FragmentRoute): Promise<FoundFragment | undefined> {
    const server = await this.#serverManifest(route.presentation);
    const track = server?.manifest.tracks.find((candidate) => isAskedFor(candidate, route));
    const path = server && track && (await this.#named(server.path, track.src));
    if (!path) return undefined;
    const index = await this.#indexes.of(path);
    const offset = index?.value.get(track.trackId)?.get(route.time);
    if (!index || offset === undefined) return undefined;
    return { path, place: await placeFragment(path, offset), kind: track.kind, version: index.version };
  }

  async #serverManifest(
    presentation: string,
  ): Promise<{ path: string; manifest: ServerManifest } | undefined> {
    const path = await this.#find(join(this.#root, presentation));
    const cached = path === undefined ? undefined : await this.#manifests.of(path);
    return path !== undefined && cached ? { path, manifest: cached.value } : undefined;
  }

  /** The file that a server manifest names, which may be one from Windows. */
  #named(serverManifest: string, name: string): Promise<string | undefined> {
    return this.#find(join(dirname(serverManifest), name.replaceAll('\\', '/')));
  }

  /** The path as it is on disk, if it lies in the library. */
  async #find(path: string): Promise<string | undefined> {
    const full = resolve(path);
    return full.startsWith(this.#root + sep) ? await inAnyCase(full, this.#root) : undefined;
  }
}

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

/** Names below `root` are matched in any case, as on the servers that this format comes from. */
async function inAnyCase(path: string, root: string): Promise<string | undefined> {
  if (path === root || (await stat(path).catch(() => undefined))) return path;
  const folder = await inAnyCase(dirname(path), root);
  if (folder === undefined) return undefined;
  const wanted = basename(path).toLowerCase();
  const names = await readdir(folder).catch(() => []);
  const name = names.find((candidate) => candidate.toLowerCase() === wanted);
  return name === undefined ? undefined : join(folder, name);
}

/** What was read of files, by path, for as long as they stay as they were. */
class Cached<Value> {
  readonly #read: (path: string) => Promise<Value>;
  readonly #kept = new Map<string, { readonly version: string; readonly value: Promise<Value> }>();

  constructor(read: (path: string) => Promise<Value>) {
    this.#read = read;
  }

  async of(path: string): Promise<{ readonly version: string; readonly value: Value } | undefined> {
    const facts = await factsOf(path);
    if (!facts) return undefined;
    const { version } = facts;
    let kept = this.#kept.get(path);
    if (kept?.version !== version) {
      kept = { version, value: this.#read(path) };
      this.#kept.set(path, kept);
      kept.value.catch(() => this.#kept.delete(path));
    }
    return { version, value: await kept.value };
  }
}
