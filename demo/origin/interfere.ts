import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { altered } from './alter.ts';
import type { Resource } from './resource.ts';
import { respondWithStatus } from './respond.ts';
import type { ActiveRule } from './rules.ts';

/** Applies rules before the resource is looked up. Returns whether to continue. */
export async function interfere(
  met: readonly ActiveRule[],
  response: ServerResponse,
  closed: AbortSignal,
): Promise<boolean> {
  for (const { effect } of met) {
    if (effect.type === 'latency') await sleep(effect.ms, undefined, { signal: closed });
    else if (effect.type === 'silence') return false;
    else if (effect.type === 'status') {
      respondWithStatus(response, effect.status, 'As configured by a rule.', effect.headers);
      return false;
    } else if (effect.type === 'redirect') {
      respondWithStatus(response, 302, 'As configured by a rule.', { Location: effect.to });
      return false;
    } else if (effect.type === 'reset' && !('afterBytes' in effect) && !('afterShare' in effect)) {
      response.req.socket.resetAndDestroy();
      return false;
    }
  }
  return true;
}

/** Replaces the resource according to rules. */
export async function reshape(resource: Resource, met: readonly ActiveRule[]): Promise<Resource> {
  let shaped = resource;
  for (const { effect } of met) {
    if (effect.type === 'replace') {
      const { body, contentType = 'text/html' } = effect;
      shaped = { parts: [Buffer.from(body)], contentType, etag: 'replaced', cacheControl: 'no-store' };
    } else if (effect.type === 'alter') shaped = await altered(shaped, effect);
  }
  return shaped;
}
