import { SmoothError } from '../../base/errors.ts';
import { changedRequest, changedResponse } from '../../net/request-hooks.ts';
import type { Settings, StoredSource } from '../options.ts';
import { loadTitle } from '../title/load-title.ts';
import { narrow } from './choose-streams.ts';
import type { DownloadRecord } from './download-record.ts';
import { fileName, type TitleFiles } from './title-files.ts';

type Recorded = () => Pick<DownloadRecord, 'origins' | 'chosen' | 'missing' | 'redirects'>;

/**
 * Answers a session's requests from the store; the others go to the network, through the app's hooks. With `redirected`, responses
 * from the network are stored too, and it is called with each redirect.
 * `load` rejects with `source-invalid` after the download was removed.
 */
export class StoredTitle implements StoredSource {
  readonly #files: TitleFiles;
  readonly #record: Recorded;
  readonly #isRemoved: () => Promise<boolean>;
  readonly #redirected: ((from: string, to: string) => void) | undefined;
  #before: Settings | undefined;
  #adapted: Settings | undefined;

  constructor(
    files: TitleFiles,
    record: Recorded,
    isRemoved: () => Promise<boolean>,
    redirected?: (from: string, to: string) => void,
  ) {
    this.#files = files;
    this.#record = record;
    this.#isRemoved = isRemoved;
    this.#redirected = redirected;
  }

  adapt(settings: Settings): Settings {
    if (this.#adapted && this.#before === settings) return this.#adapted;
    this.#before = settings;
    this.#adapted = {
      ...settings,
      // The servers don't see these requests, and file names depend on the URLs.
      cmcd: undefined,
      network: {
        ...settings.network,
        // The app's hooks may need the network: they are called only for requests that go there.
        request: undefined,
        response: undefined,
        fetch: (input, init) => this.#fetch(new Request(input, init), settings),
      },
    };
    return this.#adapted;
  }

  readonly load: StoredSource['load'] = async (...how) => {
    // Otherwise it would be played from the network, for which the app has `load(url)`.
    if (await this.#isRemoved()) {
      throw new SmoothError('source-invalid', { url: how[0].url, problem: 'the download was removed' });
    }
    const title = await loadTitle(...how);
    const { chosen } = this.#record();
    return chosen ? { ...title, presentation: narrow(title.presentation, chosen) } : title;
  };

  async #fetch(request: Request, settings: Settings): Promise<Response> {
    if (request.method !== 'GET') return this.#send(request, settings);
    const { missing, redirects } = this.#record();
    // A manifest that is stored as it arrived may have arrived broken.
    const isRefetch = this.#redirected && request.cache === 'reload';
    const stored = isRefetch ? undefined : await this.#files.read(request.url);
    if (stored) {
      const response = respond(stored, request.headers.get('range'));
      return Object.defineProperty(response, 'url', { value: redirects[request.url] ?? request.url });
    }
    if (missing.includes(await fileName(request.url))) return new Response(null, { status: 404 });
    const response = await this.#send(request, settings);
    if (this.#redirected && response.status === 200) {
      await this.#files.store(request.url, new Uint8Array(await response.clone().arrayBuffer()));
      if (response.url && response.url !== request.url) this.#redirected(request.url, response.url);
    }
    return response;
  }

  async #send(request: Request, settings: Settings): Promise<Response> {
    const { network } = settings;
    const context = { trusted: this.#trusts(request.url, settings) };
    const sent = await changedRequest(request, network, context);
    const response = await (network.fetch ?? fetch)(sent);
    return changedResponse(response, sent, network, context);
  }

  #trusts(url: string, { network }: Settings): boolean {
    return [...this.#record().origins, ...network.allowedOrigins].includes(new URL(url).origin);
  }
}

/** The response of a server that has the file. RFC 9110, 14. */
export function respond(file: Blob, range: string | null): Response {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  const type = 'application/octet-stream';
  if (first === undefined) {
    return new Response(file, { headers: { 'Content-Type': type, 'Content-Length': String(file.size) } });
  }
  const from = Number(first);
  const to = Math.min(file.size, last ? Number(last) + 1 : file.size);
  if (from >= to) return new Response(null, { status: 416 });
  return new Response(file.slice(from, to), {
    status: 206,
    headers: {
      'Content-Type': type,
      'Content-Length': String(to - from),
      'Content-Range': `bytes ${from}-${to - 1}/${file.size}`,
    },
  });
}
