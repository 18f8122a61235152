import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NamedFilter } from './formats/title-filter.ts';
import { Handler } from './handler.ts';
import type { ChannelOptions } from './live/channel.ts';
import { Channels } from './live/channels.ts';
import type { PublishingPointOptions } from './publish/publishing-point.ts';
import { RequestLog } from './request-log.ts';
import { Rules } from './rules.ts';
import { Connections } from './service/connections.ts';
import type { FinishedRequest } from './service/finished-request.ts';
import { DEFAULT_LIMITS, type OriginLimits } from './service/limits.ts';
import { Metrics } from './service/metrics.ts';
import type { StaticMount } from './static-files.ts';

export interface OriginOptions {
  /** Folders of titles, by their URL path, such as `/presentations`. */
  readonly presentations?: Readonly<Record<string, string>>;
  /** Live channels, each made from a title on disk. */
  readonly live?: readonly ChannelOptions[];
  /** Publishing points for encoders. */
  readonly publish?: readonly PublishingPointOptions[];
  /** Other files: the demo page, scripts. */
  readonly files?: readonly StaticMount[];
  /** Whether `/control/` is enabled, which has no password; default false. */
  readonly control?: boolean;
  /** Accepted host names, besides IP addresses and `localhost`; `*`: any. */
  readonly names?: readonly string[];
  readonly limits?: Partial<OriginLimits>;
  /** Named filters for `filter=`, with the fields of Azure Media Services. */
  readonly filters?: Readonly<Record<string, NamedFilter>>;
  /** Called with each finished request: for an access log. */
  readonly onRequest?: (request: FinishedRequest) => void;
  /** The version in `/metrics`. */
  readonly version?: string;
}

/** A running origin. */
export interface Origin {
  readonly rules: Rules;
  readonly log: RequestLog;
  readonly live: Channels;
  /** Starts to listen; returns the base URL, without a slash at its end. Port 0: any free one. */
  listen(port?: number, host?: string): Promise<string>;
  /** Accepts no more requests, gives responses up to `seconds` to finish, ends pushes and completes their files. */
  shutDown(seconds?: number): Promise<void>;
  /** Closes every connection at once. */
  close(): Promise<void>;
}

/** The default of `shutDown`, in seconds. */
const GRACE = 10;

/** Milliseconds between checks for idle connections during shutdown. */
const IDLE_CHECK = 50;

/** An origin for Smooth Streaming titles on disk. Files are read on request only. */
export function createOrigin(options: OriginOptions = {}): Origin {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const rules = new Rules();
  const log = new RequestLog();
  const live = new Channels(options.live ?? [], options.publish ?? [], limits);
  const server = createServer(timeoutsOf(options, limits));
  const connections = new Connections(server, limits);
  const metrics = new Metrics();
  const handler = new Handler(options, { rules, log, live, limits, connections, metrics });
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    void handler.handle(request, response);
  // With a separate listener `Expect: 100-continue` is answered only if the body is wanted.
  server.on('request', handle).on('checkContinue', handle);
  server.on('drop', () => metrics.countRefusedConnection());
  return {
    rules,
    log,
    live,
    listen: (port = 0, host = '127.0.0.1') => listen(server, port, host),
    shutDown: async (seconds = GRACE) => {
      handler.drain();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await live.close();
      const deadline = performance.now() + seconds * 1000;
      const isOver = closed.then(() => true);
      while (!(await Promise.race([isOver, sleep(IDLE_CHECK, false)]))) {
        if (performance.now() >= deadline) server.closeAllConnections();
        else server.closeIdleConnections();
      }
    },
    close: async () => {
      await close(server);
      await live.close();
    },
  };
}

function timeoutsOf({ publish }: OriginOptions, { headersSeconds }: OriginLimits) {
  const headersTimeout = headersSeconds * 1000;
  return {
    // Longer than players pause between fragments: a request on a connection that is just closing is lost.
    keepAliveTimeout: 65_000,
    // Must be set explicitly, or it is disabled when `requestTimeout` is 0.
    headersTimeout,
    connectionsCheckingInterval: Math.min(5000, headersTimeout / 2),
    // A push is one request that lasts for hours.
    ...(publish && publish.length > 0 ? { requestTimeout: 0 } : {}),
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
