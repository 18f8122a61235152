import { isSmoothError, type SmoothError } from '../base/errors.ts';
import type { RequestSubject } from '../net/app-request.ts';
import { pageUrl } from '../net/page-url.ts';
import { WarningEvent } from './events.ts';
import type { Settings, SmoothSource } from './options.ts';
import type { SteeredSource } from './steering/pathways.ts';
import type { Steering } from './steering/steering.ts';

/** What a session gives of itself. */
interface Extended {
  readonly source: SmoothSource;
  readonly signal: AbortSignal;
}

interface Ports {
  readonly settings: () => Settings;
  readonly emit: (event: Event) => void;
}

/**
 * Adds to a session what few titles need: a server that steers between hosts. Gives the source and the ports that it is to
 * go on with. What can't be loaded, or is set up wrongly, is done without.
 */
export async function extendSession<P extends Ports>(
  session: Extended,
  ports: P,
): Promise<readonly [source: SteeredSource, ports: P]> {
  const warn = (error: SmoothError) => {
    ports.settings().log?.({ at: performance.now(), what: 'warning', details: error.toJSON() });
    ports.emit(new WarningEvent(error));
  };
  const steering = await steer(session.source, ports, warn, session.signal);
  if (!steering) return [session.source, ports];
  const settings = memoized(ports.settings, (now) => extendSettings(now, steering));
  return [steering.source, { ...ports, settings }];
}

function extendSettings(settings: Settings, steering: Steering): Settings {
  const { network } = settings;
  const hooksFor = (subject: RequestSubject) => steering.hooksFor(subject, network);
  const observe: typeof network.observe = (record) => {
    network.observe?.(record);
    steering.observe(record);
  };
  return { ...settings, network: { ...network, hooksFor, observe } };
}

/** Asked many times a second, computed when the settings have changed. */
function memoized(given: () => Settings, compute: (settings: Settings) => Settings): () => Settings {
  let last: readonly [Settings, Settings] | undefined;
  return () => {
    const now = given();
    if (last?.[0] !== now) last = [now, compute(now)];
    return last[1];
  };
}

/** The steering manifest is on its way when this resolves; nobody waits for it. */
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
