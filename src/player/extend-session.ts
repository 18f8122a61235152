import { isSmoothError, type SmoothError } from '../base/errors.ts';
import type { RequestSubject } from '../net/app-request.ts';
import { pageUrl } from '../net/page-url.ts';
import type { ClientData } from './cmcd/client-data.ts';
import { FatalErrorEvent, StallEvent } from './events.ts';
import type { Settings, SmoothSource } from './options.ts';
import type { SessionView } from './session-view.ts';
import type { Steering } from './steering/steering.ts';

/** The parts of a session that extensions use. */
interface Extended extends Omit<SessionView, 'media' | 'trickRate'> {
  readonly navigation:
    | { readonly current: { readonly trick: { readonly rate: number } } | undefined }
    | undefined;
}

interface Ports {
  readonly settings: () => Settings;
  readonly emit: (event: Event) => void;
}

/**
 * Adds features to a session that few titles need: CMCD and content steering. Returns the ports to continue with. If an
 * extension can't be loaded or is misconfigured, playback works without it.
 */
export async function extendSession<P extends Ports>(
  session: Extended,
  media: () => HTMLMediaElement | undefined,
  ports: P,
  warn: (error: SmoothError) => void,
): Promise<P> {
  const [steering, cmcd] = await Promise.all([
    steer(session.source, ports, warn, session.signal),
    startCmcd(viewOf(session, media), ports, warn),
  ]);
  const settings = memoized(ports.settings, (now) => extendSettings(now, steering, cmcd?.data));
  const emit = (event: Event) => {
    ports.emit(event);
    cmcd?.onEvent(event);
  };
  return { ...ports, settings, emit };
}

/** Keeps getters as getters. */
const viewOf = (session: Extended, media: () => HTMLMediaElement | undefined): SessionView => ({
  source: session.source,
  signal: session.signal,
  get stats() {
    return session.stats;
  },
  get selection() {
    return session.selection;
  },
  get presentation() {
    return session.presentation;
  },
  get error() {
    return session.error;
  },
  media,
  trickRate: () => session.navigation?.current?.trick.rate ?? 1,
});

function extendSettings(
  settings: Settings,
  steering: Steering | undefined,
  data: ClientData | undefined,
): Settings {
  const { network } = settings;
  const hooksFor = (subject: RequestSubject) => {
    const hooks = data?.hooksFor(subject, settings) ?? network;
    return steering?.hooksFor(subject, hooks) ?? hooks;
  };
  const observe: typeof network.observe = (record) => {
    network.observe?.(record);
    steering?.observe(record);
  };
  return { ...settings, network: { ...network, hooksFor, observe }, ...(steering && { pathways: steering }) };
}

/** Called many times a second, computed when the settings have changed. */
function memoized(given: () => Settings, compute: (settings: Settings) => Settings): () => Settings {
  let last: readonly [Settings, Settings] | undefined;
  return () => {
    const now = given();
    if (last?.[0] !== now) last = [now, compute(now)];
    return last[1];
  };
}

/** The steering manifest is being loaded when this resolves; nothing waits for it. */
async function steer(
  source: SmoothSource,
  { settings }: Ports,
  warn: (error: SmoothError) => void,
  signal: AbortSignal,
): Promise<Steering | undefined> {
  const options = source.steering;
  if (!options) return undefined;
  const loaded = await import('./steering/steering.ts').catch(() => undefined);
  if (!loaded) return undefined;
  try {
    const onOrder = (pathways: readonly string[]) =>
      settings().log?.({ at: performance.now(), what: 'steering', details: { pathways } });
    const url = pageUrl(options.url);
    const steering = new loaded.Steering(source, options, { settings, warn, onOrder });
    // It ends with the session.
    steering.follow(url, signal).catch(() => {});
    return steering;
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    warn(error);
    return undefined;
  }
}

interface CmcdExtension {
  readonly data: ClientData;
  readonly onEvent: (event: Event) => void;
}

async function startCmcd(
  view: SessionView,
  { settings }: Ports,
  warn: (error: SmoothError) => void,
): Promise<CmcdExtension | undefined> {
  const options = settings().cmcd;
  if (!options) return undefined;
  const loaded = await import('./cmcd/cmcd.ts').catch(() => undefined);
  if (!loaded || view.signal.aborted) return undefined;
  const checked = loaded.checkOptions(options, warn);
  const data = new loaded.ClientData(checked, view);
  const network = () => (settings().cmcd ? settings().network : undefined);
  const { url } = checked;
  const reports = url
    ? new loaded.EventReports({ ...checked, url }, view, () => data.playback, network)
    : undefined;
  const onEvent = (event: Event) => {
    if (event instanceof StallEvent && event.stall.cause === 'buffer') data.onStall();
    if (event instanceof FatalErrorEvent) reports?.onError(event.error.code, true);
    else reports?.look();
  };
  return { data, onEvent };
}
