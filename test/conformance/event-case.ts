import type { StaticMount } from '../../demo/origin/static-files.ts';
import { buildFragment } from '../support/fragment-builder.ts';
import { bits, CUEI, section } from '../support/splice.ts';
import { cleanFragments, cleanManifest, longer } from './clean-title.ts';

/** What the viewer does with a title of four seconds. Times in seconds. */
export type Move =
  /** Plays up to a time, or to the end. */
  | readonly ['play', to: number, rate?: number]
  | readonly ['seek', to: number]
  /** One frame at a time. */
  | readonly ['step', to: number]
  /** Fast forward or rewind, until it ends by itself. */
  | readonly ['trick', rate: number]
  /** Another quality, at once. */
  | readonly ['quality']
  /** The title is loaded again where it failed. */
  | readonly ['retry'];

/** An event as the page reported it. */
export interface SeenEvent {
  readonly track: string;
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly text?: string;
  readonly type?: string;
  readonly command?: string;
  readonly scte35?: unknown;
  /** In base64. */
  readonly data: string;
  /** The position when it fired. */
  readonly at: number;
}

/** Start, end, and the text or some of the properties of an event. */
export type ExpectedEvent = readonly [start: number, end: number, what: string | object];

/** A title with event streams, and the events that must fire. */
export interface EventCase {
  readonly name: string;
  /** The section of the format, or who is known to do it. */
  readonly place: string;
  /** Event streams in the manifest. */
  readonly streams: string;
  /** The response for a sparse fragment; `undefined`: 404. */
  readonly fragment?: (time: bigint, stream: string) => Buffer | undefined;
  /** Eight seconds instead of four. */
  readonly isLong?: boolean;
  /** Added to each time of audio and video, in ticks. */
  readonly shift?: bigint;
  /** Default: plays to the end, at four times the speed. */
  readonly moves?: readonly Move[];
  /** Every event that fires, in order. */
  readonly fires: readonly ExpectedEvent[];
  /** All events of the first track. */
  readonly cues?: readonly ExpectedEvent[];
  /** Some of the properties of the first track. */
  readonly track?: object;
  /** Texts of the native track of this kind. */
  readonly native?: { readonly kind: 'chapters' | 'metadata'; readonly texts: readonly string[] };
  /** The times of requested sparse fragments. */
  readonly requests?: readonly string[];
  /** Codes of warnings; default: none. */
  readonly warnings?: readonly string[];
  /** The page has a listener that throws at each event. */
  readonly hasBrokenListener?: boolean;
}

export const SECOND = 10_000_000;
export const base64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64');

/** An event stream; a `level` of its own may say its scheme. */
export const events = (
  chunks: string,
  {
    attributes = 'Subtype="DATA" ParentStreamIndex="video" ManifestOutput="TRUE"',
    level = '<QualityLevel Index="0" Bitrate="0" FourCC=""/>',
    name = 'events',
  } = {},
): string =>
  `<StreamIndex Type="text" Name="${name}" ${attributes} Url="QualityLevels({bitrate})/Fragments(${name}={start time})">${level}${chunks}</StreamIndex>`;

/** A chunk with its payload in the manifest. Times in seconds. */
export const chunk = (start: number, data: string | Uint8Array, duration?: number): string =>
  `<c t="${Math.round(start * SECOND)}"${duration === undefined ? '' : ` d="${duration * SECOND}"`}><f>${base64(data)}</f></c>`;

/** The level of a stream of a scheme. */
export const schemeLevel = (scheme: string): string =>
  `<QualityLevel Index="0" Bitrate="0" FourCC=""><CustomAttributes><Attribute Name="Scheme" Value="${scheme}"/></CustomAttributes></QualityLevel>`;

/** The attributes of a stream whose payloads are in fragments. */
export const IN_FRAGMENTS = 'Subtype="DATA" ParentStreamIndex="video"';

/** A sparse fragment with a sample for each message, of so many seconds. */
export function sparse(messages: readonly (string | Uint8Array)[], duration = 0): Buffer {
  const bytes = messages.map((message) => Buffer.from(message));
  const samples = bytes.map(({ length }) => ({ size: length, duration: duration * SECOND }));
  return Buffer.from(buildFragment({ runs: [{ samples }], payload: Buffer.concat(bytes) }));
}

/** A message in a fragment that begins at 1 s. */
export const inFragment = (
  name: string,
  place: string,
  message: string | Uint8Array,
  fires: EventCase['fires'],
): EventCase => ({
  name,
  place,
  streams: events(`<c t="${SECOND}" d="${SECOND}"/>`, { attributes: IN_FRAGMENTS }),
  fragment: () => sparse([message]),
  fires,
  requests: [`${SECOND}`],
});

/** Version, id and delay in ticks before a message, as Azure Media Services wrote them. */
export function withHeader(id: number, delta: number, message: string | Uint8Array): Buffer {
  const header = Buffer.alloc(12);
  for (const [at, value] of [1, id, delta].entries()) header.writeUInt32BE(value, 4 * at);
  return Buffer.concat([header, Buffer.from(message)]);
}

const CLOCK = 90_000;
const time = (seconds: number) => `1${bits(0x3f, 6)}${bits(seconds * CLOCK, 33)}`;

/** `splice_insert` of the whole programme; without a duration it lasts until another message. */
export const spliceInsert = (
  eventId: number,
  { isOut = true, duration, autoReturn = true }: SpliceHow = {},
): Uint8Array =>
  section(
    5,
    bits(eventId, 32) +
      bits(0x7f, 8) +
      `${isOut ? 1 : 0}1${duration === undefined ? 0 : 1}0${bits(0xf, 4)}` +
      time(777) +
      (duration === undefined ? '' : `${autoReturn ? 1 : 0}${bits(0x3f, 6)}${bits(duration * CLOCK, 33)}`) +
      bits(1, 16) +
      bits(0, 16),
  );

interface SpliceHow {
  readonly isOut?: boolean;
  /** In seconds. */
  readonly duration?: number;
  readonly autoReturn?: boolean;
}

export const spliceCancel = (eventId: number): Uint8Array =>
  section(5, `${bits(eventId, 32)}1${bits(0x7f, 7)}`);

/** `time_signal` with a segmentation descriptor. */
export function timeSignal(eventId: number, typeId: number, duration?: number): Uint8Array {
  const body =
    CUEI +
    bits(eventId, 32) +
    bits(0x7f, 8) +
    `1${duration === undefined ? 0 : 1}1${bits(0x1f, 5)}` +
    (duration === undefined ? '' : bits(duration * CLOCK, 40)) +
    bits(0, 16) +
    bits(typeId, 8) +
    bits(1, 8) +
    bits(1, 8);
  return section(6, time(777), bits(2, 8) + bits(body.length / 8, 8) + body);
}

/** Serves the title of each case under `/event/INDEX.ism/`. */
export async function mountsOf(cases: readonly EventCase[]): Promise<readonly StaticMount[]> {
  const media = await cleanFragments();
  return cases.map(({ streams, isLong, shift = 0n, fragment }, index) => ({
    at: `/event/${index}.ism/`,
    from: (path) => {
      const whole = isLong ? longer(cleanManifest()) : cleanManifest();
      const clean = whole.replace(/ t="(\d+)"/g, (_, at) => ` t="${BigInt(at) + shift}"`);
      if (path === 'Manifest') return Buffer.from(clean.replace('</Smooth', `${streams}</Smooth`));
      const [, bitrate, name = '', at] =
        /^QualityLevels\((\d+)\)\/Fragments\((\w+)=(\d+)\)$/.exec(path) ?? [];
      if (at === undefined) return undefined;
      if (name !== 'video' && name !== 'audio_en') return fragment?.(BigInt(at), name);
      return media({ stream: name, bitrate: Number(bitrate), time: BigInt(at) - shift });
    },
  }));
}
