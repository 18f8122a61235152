import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { altered } from './alter.ts';
import { control } from './control.ts';
import { fragmentResource } from './fragment-resource.ts';
import { Library } from './library.ts';
import { Line } from './line.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';
import { IMMUTABLE, type Resource } from './resource.ts';
import { answerPreflight, refuse, respond } from './respond.ts';
import { type Route, routeOf } from './route.ts';
import { type ActiveRule, type RequestFacts, Rules } from './rules.ts';
import { fileResource, type StaticMount, staticResource } from './static-files.ts';

export interface OriginOptions {
  /** Folders of presentations, by the URL path that they lie under, such as `/presentations`. */
  readonly presentations?: Readonly<Record<string, string>>;
  /** Other files: the demo page, scripts. */
  readonly files?: readonly StaticMount[];
  /** Whether `/control/` may be used; default true. */
  readonly control?: boolean;
}

/** A running origin. */
export interface Origin {
  readonly rules: Rules;
  readonly log: RequestLog;
  /** Starts to listen; gives the base URL, without a slash at its end. Port 0: any free one. */
  listen(port?: number, host?: string): Promise<string>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** An origin for Smooth Streaming presentations on disk. It reads nothing before it is asked. */
export function createOrigin(options: OriginOptions = {}): Origin {
  const rules = new Rules();
  const log = new RequestLog();
  const handler = new Handler(options, rules, log);
  const server = createServer((request, response) => void handler.handle(request, response));
  return {
    rules,
    log,
    listen: (port = 0, host = '127.0.0.1') => listen(server, port, host),
    close: () => close(server),
  };
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => {
      server.off('error', reject);
      const { port: actual } = server.address() as AddressInfo;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${actual}`);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

class Handler {
  readonly #options: OriginOptions;
  readonly #libraries: readonly { readonly at: string; readonly library: Library }[];
  readonly #rules: Rules;
  readonly #log: RequestLog;
  /** The lines of bandwidth rules, by rule. */
  readonly #lines = new Map<number, Line>();

  constructor(options: OriginOptions, rules: Rules, log: RequestLog) {
    this.#options = options;
    this.#libraries = Object.entries(options.presentations ?? {}).map(([at, folder]) => ({
      at: `${at.replace(/\/$/, '')}/`,
      library: new Library(folder),
    }));
    this.#rules = rules;
    this.#log = log;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://origin');
      const path = decodePath(url.pathname);
      if (path === undefined) refuse(response, 400, 'The path is not well encoded.');
      else if (await this.#answersControl(request, response, url)) return;
      else if (request.method === 'OPTIONS') answerPreflight(response);
      else if (request.method !== 'GET' && request.method !== 'HEAD') {
        refuse(response, 405, 'GET and HEAD are served here.', { Allow: 'GET, HEAD, OPTIONS' });
      } else await this.#serve(request, response, path);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, error instanceof Error ? error.message : String(error));
    }
  }

  #answersControl(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    if (this.#options.control === false) return Promise.resolve(false);
    return control(request, response, url, { rules: this.#rules, log: this.#log });
  }

  async #serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { route, library } = this.#route(path);
    const isMedia = route !== undefined || this.#isVirtualMedia(path);
    const met = isMedia ? this.#rules.take(factsOf(path, route)) : [];
    const entry = this.#log.add(request.method ?? 'GET', request.url ?? path);
    response.on('close', () => this.#logEnd(entry, response));
    if (!(await this.#interfere(met, response))) return;
    if (route?.type === 'malformed') return refuse(response, 400, `Malformed request: ${route.problem}.`);
    const resource = await this.#find(path, route, library);
    if (!resource) return refuse(response, 404, 'There is no such thing here.');
    const effects = met.map(({ effect }) => effect);
    const lines = met.flatMap((rule) => this.#lineOf(rule));
    await respond(request, response, await reshape(resource, met), { effects, lines });
  }

  #route(path: string): { route?: Route | undefined; library?: Library } {
    const mount = this.#libraries.find(({ at }) => path.startsWith(at));
    if (!mount) return {};
    return { route: routeOf(path.slice(mount.at.length - 1)), library: mount.library };
  }

  /** Files that a function finds stand for somebody else's origin: rules hold for them too. */
  #isVirtualMedia(path: string): boolean {
    return (this.#options.files ?? []).some(
      ({ at, from }) => typeof from === 'function' && path.startsWith(at),
    );
  }

  async #find(
    path: string,
    route: Route | undefined,
    library: Library | undefined,
  ): Promise<Resource | undefined> {
    if (route?.type === 'manifest') {
      const file = await library?.manifest(route.presentation);
      return file === undefined
        ? undefined
        : fileResource(file, { contentType: 'text/xml', cacheControl: IMMUTABLE });
    }
    if (route?.type === 'fragment') {
      const fragment = await library?.fragment(route);
      return fragment && fragmentResource(fragment, route.noun);
    }
    for (const mount of this.#options.files ?? []) {
      const resource = await staticResource(mount, path);
      if (resource) return resource;
    }
    return undefined;
  }

  /** What rules do before the resource is looked for. Gives whether to go on. */
  async #interfere(met: readonly ActiveRule[], response: ServerResponse): Promise<boolean> {
    for (const { effect } of met) {
      if (effect.type === 'latency') await sleep(effect.ms);
      else if (effect.type === 'silence') return false;
      else if (effect.type === 'status') {
        refuse(response, effect.status, 'A rule says so.', effect.headers);
        return false;
      } else if (effect.type === 'redirect') {
        refuse(response, 302, 'A rule says so.', { Location: effect.to });
        return false;
      } else if (effect.type === 'reset' && !('afterBytes' in effect) && !('afterShare' in effect)) {
        response.socket?.resetAndDestroy();
        return false;
      }
    }
    return true;
  }

  #lineOf({ id, effect }: ActiveRule): readonly Line[] {
    if (effect.type !== 'bandwidth') return [];
    const line = this.#lines.get(id) ?? new Line(effect.steps, performance.now() / 1000);
    this.#lines.set(id, line);
    return [line];
  }

  #logEnd(entry: LoggedRequest, response: ServerResponse): void {
    entry.status = response.headersSent ? response.statusCode : 0;
  }
}

/** The resource that rules put in the place of the true one. */
async function reshape(resource: Resource, met: readonly ActiveRule[]): Promise<Resource> {
  let shaped = resource;
  for (const { effect } of met) {
    if (effect.type === 'replace') {
      const { body, contentType = 'text/html' } = effect;
      shaped = { parts: [Buffer.from(body)], contentType, etag: 'replaced', cacheControl: 'no-store' };
    } else if (effect.type === 'alter') shaped = await altered(shaped, effect);
  }
  return shaped;
}

function factsOf(path: string, route: Route | undefined): RequestFacts {
  if (route?.type !== 'fragment') return { path };
  return { path, stream: route.stream, bitrate: route.bitrate, time: String(route.time) };
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
