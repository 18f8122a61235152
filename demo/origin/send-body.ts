import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { piecesOf } from './body.ts';
import type { ByteRange } from './byte-range.ts';
import type { Link } from './link.ts';
import type { Resource } from './resource.ts';
import type { RuleEffect } from './rules.ts';

/** How a response is sent, and its simulated faults. */
export interface Delivery {
  readonly effects: readonly RuleEffect[];
  /** The links that the body currently passes through. */
  readonly links: () => readonly Link[];
  /** A client that accepts nothing for this long is disconnected. */
  readonly stalledMs: number;
}

/** Bytes sent over a slow link at once: small, so that it flows smoothly. */
const LINK_PIECE = 4096;

/** Seconds that a response may lag behind its link, and catch up: timers and the disk are sometimes late. */
const SLACK = 0.05;

/** Seconds after which a waiting piece checks whether its link is still active. */
const LOOK_AGAIN = 0.25;

/**
 * Sends a range of a resource no faster than the client and the links allow, then ends the response, normally or not.
 * Rejects when `closed` is aborted, with no file left open.
 */
export async function sendBody(
  response: ServerResponse,
  { parts }: Resource,
  { start, end }: ByteRange,
  { effects, links, stalledMs }: Delivery,
  closed: AbortSignal,
): Promise<void> {
  const ending = effects.find(isEnding);
  const stopAt = ending ? start + placeIn(ending, end - start) : end;
  let readyAt = now();
  for await (const stretch of piecesOf(parts, start, stopAt)) {
    for (let at = 0; at < stretch.length; ) {
      const piece = stretch.subarray(at, links().length > 0 ? at + LINK_PIECE : undefined);
      at += piece.length;
      readyAt = await pass(links, piece.length, Math.max(readyAt, now() - SLACK), closed);
      if (response.write(piece)) continue;
      await drained(response, stalledMs, closed);
      readyAt = now();
    }
  }
  if (ending && !(ending.type === 'cut' && stopAt === end)) await endEarly(response, ending);
  else response.end();
}

/** Resolves when the client has accepted what was written. The connection of a stalled client is closed. */
async function drained(response: ServerResponse, stalledMs: number, closed: AbortSignal): Promise<void> {
  const timer = setTimeout(() => response.destroy(), stalledMs);
  try {
    await once(response, 'drain', { signal: closed });
  } finally {
    clearTimeout(timer);
  }
}

type Ending = Extract<RuleEffect, { type: 'cut' | 'stall' | 'reset' }>;

export const isEnding = (effect: RuleEffect): effect is Ending =>
  effect.type === 'cut' || effect.type === 'stall' || effect.type === 'reset';

/** Ends a body that a rule interrupts. */
async function endEarly(response: ServerResponse, ending: Ending): Promise<void> {
  response.flushHeaders();
  const { socket } = response.req;
  await new Promise<void>((resolve) => socket.write('', () => resolve()));
  if (ending.type === 'reset') socket.resetAndDestroy();
  else if (ending.type === 'cut' && ending.withLength === false) response.end();
  // A connection with fewer bytes than announced can't be reused.
  else if (ending.type === 'cut') socket.destroySoon();
}

function placeIn(ending: Ending, size: number): number {
  if ('afterBytes' in ending && ending.afterBytes !== undefined) return Math.min(size, ending.afterBytes);
  if ('afterShare' in ending && ending.afterShare !== undefined) return Math.floor(size * ending.afterShare);
  return 0;
}

/**
 * Waits until a piece has passed every link, or the link is removed. Returns the time that it had to wait for: the next
 * piece counts from there, so that late timers don't slow the link down.
 */
async function pass(links: Delivery['links'], bytes: number, readyAt: number, closed: AbortSignal) {
  const passed = links();
  const moment = Math.max(readyAt, ...passed.map((link) => link.send(bytes, readyAt)));
  for (let left = moment - now(); left > 0; left = moment - now()) {
    await sleep(Math.min(left, LOOK_AGAIN) * 1000, undefined, { signal: closed });
    const active = links();
    if (!passed.every((link) => active.includes(link))) return now();
  }
  return moment;
}

/** Seconds on a clock that never goes back. */
const now = () => performance.now() / 1000;
