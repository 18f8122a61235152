import type { PublishingPoint } from '../publish/publishing-point.ts';
import { Channel } from './channel.ts';
import type { Channels } from './channels.ts';
import type { LiveFault, TimedFault } from './encoder.ts';

interface Fields extends Readonly<Record<string, unknown>> {
  readonly type?: unknown;
  readonly path?: unknown;
  readonly fault?: unknown;
  readonly rate?: unknown;
  readonly advance?: unknown;
}

const FIELDS: Readonly<Record<LiveFault['type'], readonly string[]>> = {
  stop: [],
  restart: [],
  jump: ['seconds'],
  missing: ['stream', 'seconds'],
  drift: ['stream', 'partsPerMillion'],
  late: ['stream', 'seconds'],
  end: [],
};

/**
 * Changes a live title according to a request body: `{path?, fault?, rate?, advance?}`. Pushed events can only be
 * ended. Returns an error message if it can't.
 */
export async function changeChannel(
  channels: Channels,
  body: unknown,
): Promise<Channel | PublishingPoint | string> {
  if (!isFields(body)) return 'an object is expected';
  const { path, fault, rate, advance } = body;
  const title = typeof path === 'string' ? (channels.get(path) ?? channels.point(path)) : channels.all[0];
  if (!title) return 'no such channel';
  return title instanceof Channel ? changed(title, { fault, rate, advance }) : ended(title, fault);
}

/** For encoders that disappeared. */
async function ended(point: PublishingPoint, fault: unknown): Promise<PublishingPoint | string> {
  if (!isFields(fault) || fault.type !== 'end') return 'an encoder pushes this event: it can only be ended';
  await point.end();
  return point;
}

function changed(channel: Channel, { fault, rate, advance }: Fields): Channel | string {
  if (rate !== undefined) {
    if (!isAmount(rate)) return 'rate must be 0 or more';
    channel.clock.rate = rate;
  }
  if (advance !== undefined) {
    if (!isAmount(advance)) return 'advance must be in seconds, 0 or more';
    channel.clock.advance(advance);
  }
  if (fault === undefined) return channel;
  const read = readFault(fault);
  if (typeof read === 'string') return read;
  try {
    channel.apply(read);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return channel;
}

/** Validates a fault from outside; returns an error message if it is invalid. */
function readFault(value: unknown): TimedFault | string {
  if (!isFields(value)) return 'a fault needs a type';
  const { type: named, stream, seconds, partsPerMillion, after = 0, isTold = true } = value;
  const type = String(named);
  if (!Object.hasOwn(FIELDS, type)) return `a fault's type is one of ${Object.keys(FIELDS).join(', ')}`;
  const isGood: Readonly<Record<string, boolean>> = {
    stream: typeof stream === 'string',
    seconds: isAmount(seconds),
    partsPerMillion: isNumber(partsPerMillion) && Math.abs(partsPerMillion) <= 500_000,
    after: isAmount(after),
    isTold: typeof isTold === 'boolean',
  };
  const needed = [...FIELDS[type as LiveFault['type']], 'after', 'isTold'];
  const wrong = needed.find((name) => !isGood[name]);
  return wrong === undefined ? (value as unknown as TimedFault) : `${wrong} is missing or invalid`;
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

const isAmount = (value: unknown): value is number => isNumber(value) && value >= 0;
