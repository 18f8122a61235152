import { delay } from '../../base/async.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import { appRequest, type RequestSubject } from '../../net/app-request.ts';
import type { RequestHooks, RequestRecord } from '../../net/fetch-bytes.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import type { Trust } from '../../net/trust.ts';
import { manifestUrl } from '../../timeline/fragment-url.ts';
import type { Settings, SmoothSource } from '../options.ts';
import { nextRequest, type SteeringAnswer, steeringUrl } from './next-request.ts';
import type { PathwayOrder } from './pathway-order.ts';
import { PathwayTraffic } from './pathway-traffic.ts';
import { inPriority, namePathways, type Pathway, pathwayOf, withClones, withParams } from './pathways.ts';
import { readSteeringDocument, type SteeringDocument } from './steering-document.ts';
import type { SteeringOptions } from './steering-options.ts';

/** No real one comes near it. */
const MAX_DOCUMENT_BYTES = 1024 * 1024;

export interface SteeringPorts {
  /** As they are without what steering adds. */
  readonly settings: () => Settings;
  readonly warn: (error: SmoothError) => void;
  /** Told of each new order, by the names of pathways. */
  readonly onOrder: (priority: readonly string[]) => void;
}

/**
 * Lets a server decide which of a title's hosts are asked first: the order in which `Hosts` has them, and so the next request
 * goes by it. Owned by a session.
 */
export class Steering implements PathwayOrder {
  readonly #ports: SteeringPorts;
  readonly #source: SmoothSource;
  readonly #trust: Trust;
  /** Those that the app named. */
  readonly #named: readonly Pathway[];
  /** With copies that the server has made up. */
  #pathways: readonly Pathway[];
  #priority: readonly string[];
  readonly #traffic = new PathwayTraffic();

  /** Throws `source-invalid`. */
  constructor(source: SmoothSource, options: SteeringOptions, ports: SteeringPorts) {
    const absolute = (url: string) => manifestUrl(url, globalThis.document?.baseURI);
    const urls = [source.url, ...(source.alternatives ?? [])].map(absolute);
    const names = Object.entries(options.pathways ?? {}).map(([id, url]) => [id, absolute(url)] as const);
    this.#ports = ports;
    this.#source = source;
    this.#named = namePathways(urls, new Map(names));
    this.#pathways = this.#named;
    this.#priority = options.defaultPathway === undefined ? [] : [options.defaultPathway];
    const origins = this.#named.map(({ url }) => new URL(url).origin);
    this.#trust = { origins, headers: source.headers };
  }

  /** The source as its hosts are to be asked at the moment, copies apart: manifests come from where the app said. */
  get source(): PathwayOrder['source'] {
    const [url = '', ...others] = inPriority(this.#named, this.#priority).map((one) => one.url);
    // A title on one host has others too, once there are copies.
    return { ...this.#source, url, alternatives: others.length > 0 ? others : [url] };
  }

  order(urls: readonly string[]): readonly string[] {
    // Where a redirect led stands for the place that it began at, which is the one that isn't there.
    const [loaded = '', ...others] = urls;
    const isOnly = this.#named.length === 1;
    const start = this.#named.find(({ url }) => isOnly || !others.includes(url))?.url;
    return inPriority(this.#pathways, this.#priority).map(({ url }) => (url === start ? loaded : url));
  }

  /** Adds to requests what their pathway takes besides. */
  hooksFor(subject: RequestSubject, hooks: RequestHooks): RequestHooks {
    if (subject === undefined || typeof subject === 'string') return hooks;
    const params = this.#pathways.find(({ url }) => url === subject.host)?.params ?? [];
    if (params.length === 0) return hooks;
    return {
      ...hooks,
      request: (plain, context) => {
        const request = new Request(withParams(plain.url, params), plain);
        return hooks.request ? hooks.request(request, context) : request;
      },
    };
  }

  /** A request is under way. */
  observe(record: RequestRecord): void {
    this.#traffic.add(record);
  }

  /** Asks for the steering manifest, and again whenever it is out of date. Until aborted, or told that there is none. */
  async follow(url: string, signal: AbortSignal): Promise<void> {
    let address = url;
    let ttl: number | undefined;
    for (;;) {
      const answer = await this.#ask(address, signal);
      if (answer.kind === 'document') {
        ttl = answer.document.ttl;
        this.#obey(answer.document);
      }
      const next = nextRequest(answer, address, ttl);
      if (!next) return;
      address = next.url;
      await delay(next.after * 1000, signal);
    }
  }

  async #ask(url: string, signal: AbortSignal): Promise<SteeringAnswer> {
    const { settings, warn } = this.#ports;
    const used = this.#traffic.take((address) => pathwayOf(address, this.#pathways)?.id);
    try {
      const response = await fetchWhole(
        {
          ...appRequest(steeringUrl(url, used), this.#trust, settings().network),
          maxBytes: MAX_DOCUMENT_BYTES,
          cache: 'no-cache',
        },
        signal,
      );
      const document = readSteeringDocument(new TextDecoder().decode(response.bytes));
      if (document) return { kind: 'document', document, url: response.url };
      warn(new SmoothError('source-invalid', { url, problem: 'is no steering manifest of version 1' }));
    } catch (error) {
      signal.throwIfAborted();
      if (!isSmoothError(error)) throw error;
      if (isSmoothError(error, 'network-status')) {
        const { status, retryAfterMs } = error.details;
        if (status === GONE) return { kind: 'gone' };
        warn(error);
        return { kind: 'failed', retryAfter: retryAfterMs === undefined ? undefined : retryAfterMs / 1000 };
      }
      warn(error);
    }
    return { kind: 'failed', retryAfter: undefined };
  }

  #obey({ priority, clones }: SteeringDocument): void {
    this.#pathways = withClones(this.#named, clones);
    const isNew = priority.join('\n') !== this.#priority.join('\n');
    this.#priority = priority;
    if (isNew) this.#ports.onOrder(priority);
  }
}

/** No steering manifest from now on. */
const GONE = 410;
