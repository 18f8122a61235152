import { unlessAborted } from '../base/async.ts';
import { SmoothError } from '../base/errors.ts';

/** The app's hooks for requests. */
export interface RequestHooks {
  /** Replaces the platform's `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Called with every request before it is sent; may return another one. */
  readonly request?:
    | ((request: Request, context: RequestContext) => Request | undefined | Promise<Request | undefined>)
    | undefined;
  /** Called with every response; may return another one. */
  readonly response?:
    | ((
        response: Response,
        request: Request,
        context: RequestContext,
      ) => Response | undefined | Promise<Response | undefined>)
    | undefined;
  /** Called after a 401 or 403; resolves with whether to try the request once more. */
  readonly refused?: ((response: UnauthorizedResponse) => boolean | Promise<boolean>) | undefined;
}

/** Passed to hooks with a request. */
export interface RequestContext {
  /**
   * Whether the app named the request's origin: in the source, its alternatives, or `network.allowedOrigins`. Don't
   * send tokens in other requests.
   */
  readonly trusted: boolean;
}

/** A 401 or 403 response. */
export interface UnauthorizedResponse extends RequestContext {
  readonly url: string;
  readonly status: number;
}

/** Sends a request by way of the app's functions, which are left when the signal is aborted. Throws `option-invalid`. */
export async function sendThroughHooks(
  plain: Request,
  hooks: RequestHooks,
  context: RequestContext,
  signal: AbortSignal,
): Promise<Response> {
  const sent = hooks.request ? await unlessAborted(changedRequest(plain, hooks, context), signal) : plain;
  const response = await unlessAborted((hooks.fetch ?? fetch)(sent, { signal }), signal);
  expectResponse(response, 'network.fetch');
  if (!hooks.response) return response;
  return unlessAborted(changedResponse(response, sent, hooks, context), signal);
}

/** The request that the app's hook makes of one. Throws `option-invalid`. */
export async function changedRequest(
  plain: Request,
  hooks: RequestHooks,
  context: RequestContext,
): Promise<Request> {
  const request = (await hooks.request?.(plain, context)) ?? plain;
  expectRequest(request);
  return request;
}

/** The response that the app's hook makes of one. Throws `option-invalid`. */
export async function changedResponse(
  plain: Response,
  request: Request,
  hooks: RequestHooks,
  context: RequestContext,
): Promise<Response> {
  const response = (await hooks.response?.(plain, request, context)) ?? plain;
  expectResponse(response, 'network.response');
  return response;
}

/** Of any realm, or a stand-in for one. */
function expectRequest(value: Partial<Request>): void {
  if (typeof value.url === 'string') return;
  throw new SmoothError('option-invalid', {
    option: 'network.request',
    problem: 'the function did not return a Request',
  });
}

/** Likewise. */
function expectResponse(value: unknown, option: string): void {
  const { status, headers } = (value ?? {}) as Partial<Response>;
  if (typeof status === 'number' && typeof headers?.get === 'function') return;
  throw new SmoothError('option-invalid', { option, problem: 'the function did not return a Response' });
}
