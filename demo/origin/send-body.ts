import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { piecesOf } from './body.ts';
import type { ByteRange } from './byte-range.ts';
import type { Line } from './line.ts';
import type { Resource } from './resource.ts';
import type { RuleEffect } from './rules.ts';

/** How one response is sent, and what is to go wrong with it. */
export interface Delivery {
  readonly effects: readonly RuleEffect[];
  /** The lines that the body passes through at the moment of asking. */
  readonly lines: () => readonly Line[];
  /** A client that takes nothing more for so long is given up. */
  readonly stalledMs: number;
}

/** Bytes that pass a slow line at once: small, so that it flows and does not jump. */
const LINE_PIECE = 4096;

/** Seconds that a response may lag behind its line, and catch up: timers and the disk are late now and then. */
const SLACK = 0.05;

/** Seconds after which a waiting piece looks whether its line is still in force. */
const LOOK_AGAIN = 0.25;

/**
 * Sends a stretch of a resource no faster than the client takes it and the lines let it, then ends the response, in
 * good or in bad. Rejects when `closed` is aborted, with no file left open.
 */
export async function sendBody(
  response: ServerResponse,
  { parts }: Resource,
  { start, end }: ByteRange,
  { effects, lines, stalledMs }: Delivery,
  closed: AbortSignal,
): Promise<void> {
  const ending = effects.find(isEnding);
  const stopAt = ending ? start + placeIn(ending, end - start) : end;
  let readyAt = now();
  for await (const stretch of piecesOf(parts, start, stopAt)) {
    for (let at = 0; at < stretch.length; ) {
      const piece = stretch.subarray(at, lines().length > 0 ? at + LINE_PIECE : undefined);
      at += piece.length;
      readyAt = await pass(lines, piece.length, Math.max(readyAt, now() - SLACK), closed);
      if (response.write(piece)) continue;
      await drained(response, stalledMs, closed);
      readyAt = now();
    }
  }
  if (ending && !(ending.type === 'cut' && stopAt === end)) await endEarly(response, ending);
  else response.end();
}

/** Resolves when the client has taken what was written. The connection of one that takes nothing is cut. */
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

/** What becomes of a body that was sent as far as a rule lets it. */
async function endEarly(response: ServerResponse, ending: Ending): Promise<void> {
  response.flushHeaders();
  const { socket } = response.req;
  await new Promise<void>((resolve) => socket.write('', () => resolve()));
  if (ending.type === 'reset') socket.resetAndDestroy();
  else if (ending.type === 'cut' && ending.withLength === false) response.end();
  // A connection with less on it than was announced is good for nothing more.
  else if (ending.type === 'cut') socket.destroySoon();
}

function placeIn(ending: Ending, size: number): number {
  if ('afterBytes' in ending && ending.afterBytes !== undefined) return Math.min(size, ending.afterBytes);
  if ('afterShare' in ending && ending.afterShare !== undefined) return Math.floor(size * ending.afterShare);
  return 0;
}

/**
 * Waits until a piece has passed every line, or the line that it waits for is taken away. Gives the moment that it
 * was to wait for: the next piece counts from there, so that late timers don't slow the line down.
 */
async function pass(lines: Delivery['lines'], bytes: number, readyAt: number, closed: AbortSignal) {
  const passed = lines();
  const moment = Math.max(readyAt, ...passed.map((line) => line.send(bytes, readyAt)));
  for (let left = moment - now(); left > 0; left = moment - now()) {
    await sleep(Math.min(left, LOOK_AGAIN) * 1000, undefined, { signal: closed });
    const inForce = lines();
    if (!passed.every((line) => inForce.includes(line))) return now();
  }
  return moment;
}

/** Seconds on a clock that never goes back. */
const now = () => performance.now() / 1000;
