import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSmoothError } from '../../src/base/errors.ts';
import { control } from './control.ts';
import { Formats } from './formats/formats.ts';
import { fragmentResource } from './fragment-resource.ts';
import { interfere, reshape } from './interfere.ts';
import { Library } from './library.ts';
import type { Channels } from './live/channels.ts';
import { type ErrorResponse, isErrorResponse } from './live/live-title.ts';
import { type PeerRequest, readPeerRequest } from './publish/peer-request.ts';
import type { PublishingPoint } from './publish/publishing-point.ts';
import { endedTitle, pushedTitle, receivePush, rejectPublisher } from './publish/receive.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';
import { BRIEFLY, type Resource } from './resource.ts';
import { answerPreflight, respond, respondWithStatus } from './respond.ts';
import { type Route, routeOf } from './route.ts';
import type { RequestFacts, Rules } from './rules.ts';
import type { OriginOptions } from './server.ts';
import type { Connections } from './service/connections.ts';
import { type FinishedRequest, observe, type RequestKind } from './service/finished-request.ts';
import { answerHealth, answerMetrics } from './service/health.ts';
import { isServedHost } from './service/host-names.ts';
import type { OriginLimits } from './service/limits.ts';
import type { Metrics } from './service/metrics.ts';
import { mayPublish } from './service/publish-access.ts';
import { SharedLinks } from './shared-links.ts';
import { fileResource, staticResource } from './static-files.ts';

/** The handler's dependencies, owned by the origin. */
export interface HandlerParts {
  readonly rules: Rules;
  readonly log: RequestLog;
  readonly live: Channels;
  readonly limits: OriginLimits;
  readonly connections: Connections;
  readonly metrics: Metrics;
}

/** One request in the handler. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Decoded. */
  readonly path: string;
  readonly closed: AbortSignal;
  /** Determined while the request is handled. */
  kind: RequestKind;
}

/** A folder of titles, and the URL path that it is served at, ending with a slash. */
interface LibraryMount {
  readonly at: string;
  readonly library: Library;
}

/** Answers the requests of an origin. */
export class Handler {
  readonly #options: OriginOptions;
  readonly #parts: HandlerParts;
  readonly #libraries: readonly LibraryMount[];
  readonly #formats: Formats;
  readonly #links: SharedLinks;
  readonly #responses = new Set<ServerResponse>();
  #isDraining = false;

  constructor(options: OriginOptions, parts: HandlerParts) {
    this.#options = options;
    this.#parts = parts;
    const folders = Object.entries(options.presentations ?? {});
    const maxBytes = parts.limits.cachedBytes / Math.max(1, folders.length);
    // Nested paths first.
    this.#libraries = folders
      .map(([at, folder]) => ({ at: `${at.replace(/\/$/, '')}/`, library: new Library(folder, maxBytes) }))
      .sort((a, b) => b.at.length - a.at.length);
    this.#formats = new Formats(options.filters);
    this.#links = new SharedLinks(parts.rules);
  }

  /** From now on every connection closes after its response. */
  drain(): void {
    this.#isDraining = true;
    for (const response of this.#responses) response.shouldKeepAlive = false;
  }

  /** Never rejects. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new AbortController();
    this.#responses.add(response);
    response.on('close', () => {
      this.#responses.delete(response);
      closed.abort();
    });
    // An unexpected request body is not read.
    if (this.#isDraining || hasBody(request)) response.shouldKeepAlive = false;
    let exchange: Exchange | undefined;
    observe(
      request,
      response,
      () => exchange?.kind ?? 'refused',
      (finished) => this.#finished(finished),
    );
    try {
      const url = urlOf(request.url ?? '/');
      const path = url && decoded(url.pathname);
      if (!url || path === undefined)
        return respondWithStatus(response, 400, 'The path is not encoded correctly.');
      if (!this.#isOurs(request, url))
        return respondWithStatus(response, 421, 'This server does not serve the requested host.');
      exchange = { request, response, url, path, closed: closed.signal, kind: 'file' };
      await this.#answer(exchange);
    } catch (error) {
      if (closed.signal.aborted) return;
      if (response.headersSent) response.destroy();
      else respondWithStatus(response, 500, sentenceOf(error));
    }
  }

  #finished(finished: FinishedRequest): void {
    this.#parts.metrics.count(finished);
    this.#options.onRequest?.(finished);
  }

  /** A full URL in the request target takes precedence over the `Host` header. RFC 9112, 3.2.2. */
  #isOurs({ headers, url: target = '' }: IncomingMessage, url: URL): boolean {
    const names = this.#options.names ?? [];
    return isServedHost(headers.host, names) && (target.startsWith('/') || isServedHost(url.host, names));
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { request, response, url, path } = exchange;
    const { live, rules, log, connections, metrics } = this.#parts;
    if (path === '/healthz') {
      exchange.kind = 'health';
      return answerHealth(response, live, this.#isDraining);
    }
    if (path === '/metrics') {
      exchange.kind = 'metrics';
      return answerMetrics(response, metrics, { live, connections, version: this.#options.version ?? '' });
    }
    if (this.#options.control === true && path.startsWith('/control/')) {
      exchange.kind = 'control';
      return await control(request, response, url, { rules, log, live });
    }
    const isPost = request.method === 'POST';
    const point = isPost ? live.point(pushedTitle(path) ?? '') : undefined;
    if (point) return await this.#receive(exchange, point);
    const ending = isPost ? live.point(endedTitle(path) ?? '') : undefined;
    if (ending) return await this.#end(exchange, ending);
    if (connections.isSurplus(request.socket)) {
      exchange.kind = 'refused';
      const headers = { Connection: 'close', 'Retry-After': '2' };
      return respondWithStatus(response, 503, 'All connections are in use.', headers);
    }
    if (request.method === 'OPTIONS') return answerPreflight(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return respondWithStatus(response, 405, 'Only GET and HEAD are supported.', {
        Allow: 'GET, HEAD, OPTIONS',
      });
    }
    const asked = readPeerRequest(path);
    const asking = asked && live.point(asked.title);
    if (asked && asking) return await this.#answerPeer(exchange, asking, asked);
    await this.#serve(exchange);
  }

  /** Another origin requests what viewers can't have yet, or not any more. */
  async #answerPeer(exchange: Exchange, point: PublishingPoint, asked: PeerRequest): Promise<void> {
    const { request, response, closed } = exchange;
    exchange.kind = 'peer';
    if (!mayPublish(request, point.tokens)) {
      return respondWithStatus(response, 401, 'A token is required.', {
        'WWW-Authenticate': 'Basic realm="publish"',
      });
    }
    const resource = await point.answerPeer(asked);
    if (!resource) return respondWithStatus(response, 404, 'Not found.');
    const stalledMs = this.#parts.limits.stalledSeconds * 1000;
    await respond(request, response, resource, { effects: [], links: () => [], stalledMs }, closed);
  }

  /** Ends an event whose encoder disappeared without ending it. */
  async #end(exchange: Exchange, point: PublishingPoint): Promise<void> {
    const { request, response } = exchange;
    exchange.kind = 'push';
    if (rejectPublisher(request, response, point)) return;
    await point.end();
    response.writeHead(204).end();
  }

  async #receive(exchange: Exchange, point: PublishingPoint): Promise<void> {
    const { request, response } = exchange;
    exchange.kind = 'push';
    if (rejectPublisher(request, response, point)) return;
    const pushes = this.#parts.live.points.reduce((sum, one) => sum + one.pushes, 0);
    if (pushes >= this.#parts.limits.pushes) {
      return respondWithStatus(response, 503, 'Too many encoders are pushing.', {
        Connection: 'close',
        'Retry-After': '5',
      });
    }
    watch(response, this.#parts.log.add('POST', request.url ?? ''));
    await receivePush(request, response, point);
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { request, response, path, closed } = exchange;
    const { route, mount, title } = this.#route(path);
    if (route) exchange.kind = kindOf(route);
    const isMedia = route !== undefined || this.#isVirtualMedia(path);
    const facts = factsOf(path, route);
    const met = isMedia ? this.#parts.rules.take(facts) : [];
    watch(response, this.#parts.log.add(request.method ?? 'GET', request.url ?? path));
    if (!(await interfere(met, response, closed))) return;
    if (route?.type === 'malformed')
      return respondWithStatus(response, 400, `Malformed request: ${route.problem}.`);
    const resource = title ? await this.#findLive(title, route) : await this.#find(path, route, mount);
    if (resource && isErrorResponse(resource))
      return respondWithStatus(response, resource.status, resource.sentence, resource.headers);
    if (!resource) return respondWithStatus(response, 404, 'Not found.');
    const delivery = {
      effects: met.map(({ effect }) => effect),
      links: () => (isMedia ? this.#links.over(facts, met) : []),
      stalledMs: this.#parts.limits.stalledSeconds * 1000,
    };
    await respond(request, response, await reshape(resource, met), delivery, closed);
  }

  #route(path: string): { route?: Route | undefined; mount?: LibraryMount; title?: LiveServed } {
    const live = this.#parts.live.find(path);
    if (live) return live;
    const mount = this.#libraries.find(({ at }) => path.startsWith(at));
    if (!mount) return {};
    return { route: routeOf(path.slice(mount.at.length - 1)), mount };
  }

  /** A live title's current response. */
  async #findLive(
    title: LiveServed,
    route: Route | undefined,
  ): Promise<Resource | ErrorResponse | undefined> {
    switch (route?.type) {
      case 'manifest':
        return title.manifest();
      case 'fragment':
        return title.fragment(route);
      case 'format': {
        const live = await title.title();
        if (!live || 'sentence' in live) return live;
        return this.#formats.ofLive(live, route.request);
      }
      default:
        return undefined;
    }
  }

  /** Files that a function provides stand for a foreign origin: rules apply to them too. */
  #isVirtualMedia(path: string): boolean {
    return (this.#options.files ?? []).some(
      ({ at, from }) => typeof from === 'function' && path.startsWith(at),
    );
  }

  async #find(
    path: string,
    route: Route | undefined,
    mount: LibraryMount | undefined,
  ): Promise<Resource | ErrorResponse | undefined> {
    if (mount && route?.type === 'format')
      return this.#formats.ofLibrary(mount.library, mount.at, route.presentation, route.request);
    if (route?.type === 'manifest') {
      const file = await mount?.library.manifest(route.presentation);
      return file === undefined
        ? undefined
        : fileResource(file, { contentType: 'text/xml', cacheControl: BRIEFLY });
    }
    if (route?.type === 'fragment') {
      const fragment = await mount?.library.fragment(route);
      return fragment && fragmentResource(fragment, route.noun);
    }
    for (const mount of this.#options.files ?? []) {
      const resource = await staticResource(mount, path);
      if (resource) return resource;
    }
    return undefined;
  }
}

type LiveServed = NonNullable<ReturnType<Channels['find']>>['title'];

/** Completes a request's log entry as its response progresses. */
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

function kindOf(route: Route): RequestKind {
  switch (route.type) {
    case 'manifest':
    case 'fragment':
      return route.type;
    case 'malformed':
      return 'refused';
    case 'format': {
      const { kind } = route.request;
      if (kind === 'segment') return 'fragment';
      return kind === 'mpd' ? 'dash' : kind === 'smooth' ? 'manifest' : 'hls';
    }
    default:
      return route satisfies never;
  }
}

function factsOf(path: string, route: Route | undefined): RequestFacts {
  if (route?.type === 'format' && route.request.kind === 'segment') {
    const { stream, level, time } = route.request;
    return { path, stream, bitrate: Number.parseInt(level, 10), time: String(time) };
  }
  if (route?.type !== 'fragment') return { path };
  return { path, stream: route.stream, bitrate: route.bitrate, time: String(route.time) };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** A request's target, which is a path or a full URL. RFC 9112, 3.2. */
function urlOf(target: string): URL | undefined {
  try {
    return new URL(target.startsWith('/') ? `http://origin${target}` : target);
  } catch {
    return undefined;
  }
}

/**
 * The decoded path; `undefined` if it can't be decoded. It may contain encoded `..`: code that opens files checks that
 * they are inside their folder.
 */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** The origin's own errors are sentences; system errors would reveal file paths. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && !isSmoothError(error) ? `It cannot be read: ${error.code}.` : error.message;
}
