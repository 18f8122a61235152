import { delay } from '../../base/async.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import { appRequest, type RequestSubject } from '../../net/app-request.ts';
import type { RequestRecord } from '../../net/fetch-bytes.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import { changedRequest, type RequestHooks } from '../../net/request-hooks.ts';
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
  /** The settings without what steering adds. */
  readonly settings: () => Settings;
  readonly warn: (error: SmoothError) => void;
  /** Called with each new order, by the names of pathways. */
  readonly onOrder: (priority: readonly string[]) => void;
}

/**
 * Lets a server determine which of a title's hosts are used first: sets the order of `Hosts`, which applies from the
 * next request on. Owned by a session.
 */
export class Steering implements PathwayOrder {
  readonly #ports: SteeringPorts;
  readonly #source: SmoothSource;
  readonly #trust: Trust;
  /** Those that the app named. */
  readonly #named: readonly Pathway[];
  /** Including clones created by the server. */
  #pathways: readonly Pathway[];
  #priority: readonly string[];
  readonly #traffic = new PathwayTraffic();
  /** The pathway whose manifest was loaded, with the target of its redirect. */
  #redirected: readonly Pathway[] = [];

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

  /** The source with its hosts in the current order, without clones: manifests come from the app's own URLs. */
  get source(): PathwayOrder['source'] {
    const [url = '', ...others] = inPriority(this.#named, this.#priority).map((one) => one.url);
    // A title on one host has others too, once there are clones.
    return { ...this.#source, url, alternatives: others.length > 0 ? others : [url] };
  }

  order(urls: readonly string[]): readonly string[] {
    // The target of a redirect belongs to the pathway where it began, which is the missing one.
    const [loaded = '', ...others] = urls;
    const isOnly = this.#named.length === 1;
    const start = this.#named.find(({ url }) => isOnly || !others.includes(url));
    this.#redirected = start ? [{ ...start, url: loaded }] : [];
    return inPriority(this.#pathways, this.#priority).map(({ url }) => (url === start?.url ? loaded : url));
  }

  /** Adds the parameters of its pathway to a request. */
  hooksFor(subject: RequestSubject, hooks: RequestHooks): RequestHooks {
    if (subject === undefined || typeof subject === 'string') return hooks;
    const params = this.#pathways.find(({ url }) => url === subject.host)?.params ?? [];
    if (params.length === 0) return hooks;
    return {
      ...hooks,
      request: (plain, context) => {
        const request = new Request(withParams(plain.url, params), plain);
        return changedRequest(request, hooks, context);
      },
    };
  }

  /** A request was sent. */
  observe(record: RequestRecord): void {
    this.#traffic.add(record);
  }

  /** Requests the steering manifest, and again whenever it expires. Until aborted, or until the server has none any more. */
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
    const known = [...this.#pathways, ...this.#redirected];
    const used = this.#traffic.take((address) => pathwayOf(address, known)?.id);
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
      warn(new SmoothError('source-invalid', { url, problem: 'is not a steering manifest of version 1' }));
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

/** The steering manifest no longer exists. */
const GONE = 410;
