import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnnouncedTrack } from './announced-track.ts';
import { writeDurably } from './durable-write.ts';

/** Stored data about an event besides its fragments, so that a restarted origin can continue it. */
export interface EventRecord {
  readonly format: 1;
  /** The publishing point's path. */
  readonly point: string;
  /** Of its files: `name.ism`, `name_video_…`. */
  readonly name: string;
  /** Milliseconds since 1970 minus those on the streams' clock. */
  readonly clockOffset: number;
  /** Whether the streams' clock counts from an epoch; earlier versions didn't record it. */
  readonly countsFromEpoch?: boolean;
  readonly isEnded: boolean;
  readonly levels: readonly RecordedLevel[];
}

export interface RecordedLevel {
  readonly stream: string;
  readonly file: string;
  readonly track: AnnouncedTrack;
  /** The boxes before the first fragment. */
  readonly header: Buffer;
}

const SUFFIX = '.event.json';

export async function writeEventRecord(folder: string, record: EventRecord): Promise<void> {
  await writeDurably(join(folder, record.name + SUFFIX), `${JSON.stringify(record, toJson, 1)}\n`);
}

/** The events of a publishing point, the newest first; unreadable records are ignored. */
export async function readEventRecords(folder: string, point: string): Promise<readonly EventRecord[]> {
  const names = await readdir(folder).catch(() => []);
  const read = names
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => readFile(join(folder, name), 'utf8').then(parseEventRecord, () => undefined));
  const records = (await Promise.all(read)).flatMap((record) =>
    record?.point.toLowerCase() === point.toLowerCase() ? [record] : [],
  );
  const startOf = ({ name }: EventRecord) => name;
  return records.toSorted((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
}

function parseEventRecord(text: string): EventRecord | undefined {
  try {
    const record = JSON.parse(text, fromJson) as EventRecord;
    return record.format === 1 ? record : undefined;
  } catch {
    return undefined;
  }
}

/** JSON has no bigint, no Map and no Buffer. */
export function toJson(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: `${value}` };
  if (value instanceof Map) return { $map: [...value] };
  // What `Buffer.toJSON` has made of it already.
  if (isTagged(value, 'data') && (value as { type?: unknown }).type === 'Buffer')
    return { $base64: Buffer.from(value.data as number[]).toString('base64') };
  return value;
}

export function fromJson(_key: string, value: unknown): unknown {
  if (isTagged(value, '$bigint') && typeof value.$bigint === 'string') return BigInt(value.$bigint);
  if (isTagged(value, '$map') && Array.isArray(value.$map))
    return new Map(value.$map as [unknown, unknown][]);
  if (isTagged(value, '$base64') && typeof value.$base64 === 'string')
    return Buffer.from(value.$base64, 'base64');
  return value;
}

const isTagged = <Tag extends string>(value: unknown, tag: Tag): value is Record<Tag, unknown> =>
  typeof value === 'object' && value !== null && tag in value;
