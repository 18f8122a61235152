import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { control, isFromElsewhere } from './control.ts';
import { fragmentResource } from './fragment-resource.ts';
import { interfere, reshape } from './interfere.ts';
import { Library } from './library.ts';
import type { ChannelOptions } from './live/channel.ts';
import { Channels } from './live/channels.ts';
import { isRefusal, type Refusal } from './live/live-title.ts';
import type { PublishingPoint, PublishingPointOptions } from './publish/publishing-point.ts';
import { pushedTitle, receivePush } from './publish/receive.ts';
import { type LoggedRequest, RequestLog } from './request-log.ts';
import { BRIEFLY, type Resource } from './resource.ts';
import { answerPreflight, refuse, respond } from './respond.ts';
import { type Route, routeOf } from './route.ts';
import { type RequestFacts, Rules } from './rules.ts';
import { SharedLines } from './shared-lines.ts';
import { fileResource, type StaticMount, staticResource } from './static-files.ts';

export interface OriginOptions {
  /** Folders of presentations, by the URL path that they lie under, such as `/presentations`. */
  readonly presentations?: Readonly<Record<string, string>>;
  /** Live titles, each made of a presentation on disk. */
  readonly live?: readonly ChannelOptions[];
  /** Live titles that encoders push. Whoever reaches the origin may push. */
  readonly publish?: readonly PublishingPointOptions[];
  /** Other files: the demo page, scripts. */
  readonly files?: readonly StaticMount[];
  /** Whether `/control/` may be used; default true. */
  readonly control?: boolean;
}

/** A running origin. */
export interface Origin {
  readonly rules: Rules;
  readonly log: RequestLog;
  readonly live: Channels;
  /** Starts to listen; gives the base URL, without a slash at its end. Port 0: any free one. */
  listen(port?: number, host?: string): Promise<string>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** An origin for Smooth Streaming presentations on disk. It reads nothing before it is asked. */
export function createOrigin(options: OriginOptions = {}): Origin {
  const rules = new Rules();
  const log = new RequestLog();
  const live = new Channels(options.live ?? [], options.publish ?? []);
  const handler = new Handler(options, { rules, log, live });
  // Longer than players pause between fragments: a request on a connection that closes just then is lost.
  const timeouts = { keepAliveTimeout: 65_000, ...(options.publish && { requestTimeout: 0 }) };
  const server = createServer(timeouts, (request, response) => {
    void handler.handle(request, response);
  });
  return {
    rules,
    log,
    live,
    listen: (port = 0, host = '127.0.0.1') => listen(server, port, host),
    close: async () => {
      await close(server);
      await live.close();
    },
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
  readonly #live: Channels;
  readonly #lines: SharedLines;

  constructor(options: OriginOptions, { rules, log, live }: Pick<Origin, 'rules' | 'log' | 'live'>) {
    this.#options = options;
    // One below another comes first.
    this.#libraries = Object.entries(options.presentations ?? {})
      .map(([at, folder]) => ({ at: `${at.replace(/\/$/, '')}/`, library: new Library(folder) }))
      .sort((a, b) => b.at.length - a.at.length);
    this.#rules = rules;
    this.#log = log;
    this.#live = live;
    this.#lines = new SharedLines(rules);
  }

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    try {
      await this.#answer(request, response, closed.signal);
    } catch (error) {
      if (closed.signal.aborted) return;
      if (response.headersSent) response.destroy();
      else refuse(response, 500, sentenceOf(error));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, closed: AbortSignal): Promise<void> {
    const url = urlOf(request.url ?? '/');
    const path = url && decoded(url.pathname);
    if (!url || path === undefined) return refuse(response, 400, 'The path is not well encoded.');
    if (this.#options.control !== false && path.startsWith('/control/')) {
      return await control(request, response, url, { rules: this.#rules, log: this.#log, live: this.#live });
    }
    if (request.method === 'OPTIONS') return answerPreflight(request, response);
    const point = request.method === 'POST' ? this.#live.point(pushedTitle(path) ?? '') : undefined;
    if (point) return await this.#receive(request, response, point);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(response, 405, 'GET and HEAD are served here.', { Allow: 'GET, HEAD, OPTIONS' });
    }
    await this.#serve(request, response, path, closed);
  }

  async #receive(request: IncomingMessage, response: ServerResponse, point: PublishingPoint): Promise<void> {
    if (isFromElsewhere(request)) return refuse(response, 403, 'Pages of other sites may not push.');
    watch(response, this.#log.add('POST', request.url ?? ''));
    await receivePush(request, response, point);
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    closed: AbortSignal,
  ): Promise<void> {
    const { route, library, title } = this.#route(path);
    const isMedia = route !== undefined || this.#isVirtualMedia(path);
    const facts = factsOf(path, route);
    const met = isMedia ? this.#rules.take(facts) : [];
    watch(response, this.#log.add(request.method ?? 'GET', request.url ?? path));
    if (!(await interfere(met, response, closed))) return;
    if (route?.type === 'malformed') return refuse(response, 400, `Malformed request: ${route.problem}.`);
    const resource = title ? await onAir(title, route) : await this.#find(path, route, library);
    if (resource && isRefusal(resource))
      return refuse(response, resource.status, resource.sentence, resource.headers);
    if (!resource) return refuse(response, 404, 'There is no such thing here.');
    const faults = {
      effects: met.map(({ effect }) => effect),
      lines: () => (isMedia ? this.#lines.over(facts, met) : []),
    };
    await respond(request, response, await reshape(resource, met), faults, closed);
  }

  #route(path: string): { route?: Route | undefined; library?: Library; title?: LiveServed } {
    const live = this.#live.find(path);
    if (live) return live;
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
        : fileResource(file, { contentType: 'text/xml', cacheControl: BRIEFLY });
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
}

/** What a live title answers by now. */
async function onAir(title: LiveServed, route: Route | undefined): Promise<Resource | Refusal | undefined> {
  if (route?.type === 'manifest') return title.manifest();
  return route?.type === 'fragment' ? title.fragment(route) : undefined;
}

type LiveServed = NonNullable<ReturnType<Channels['find']>>['title'];

/** Completes a request's entry in the log as its response goes on. */
function watch(response: ServerResponse, entry: LoggedRequest): void {
  const { socket } = response.req;
  const startedAt = performance.now();
  const before = socket.bytesWritten;
  response.on('close', () => {
    entry.status = response.headersSent ? response.statusCode : 0;
    entry.totalMs = Math.round(performance.now() - startedAt);
    entry.bytes = socket.bytesWritten - before;
  });
}

function factsOf(path: string, route: Route | undefined): RequestFacts {
  if (route?.type !== 'fragment') return { path };
  return { path, stream: route.stream, bitrate: route.bitrate, time: String(route.time) };
}

/** A request's target, which is a path or a whole URL. RFC 9112, 3.2. */
function urlOf(target: string): URL | undefined {
  try {
    return new URL(target.startsWith('/') ? `http://origin${target}` : target);
  } catch {
    return undefined;
  }
}

/**
 * A path as it is meant; `undefined` where that can't be told. Steps up may have been hidden in it by encoding: who
 * looks for a file makes sure that it lies in its folder.
 */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** The origin's own errors are sentences; the system's would tell where files lie. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error ? `It can not be read: ${error.code}.` : error.message;
}
