import { type Ticks, ticks } from '../base/time.ts';
import type { Stream } from '../manifest/presentation.ts';
import { malformed } from '../mp4/box.ts';
import {
  cutTrack,
  joinTracks,
  type MovieFragment,
  readMovieFragment,
  readSamples,
  type SampleTable,
  TRUN,
  type TrackFragment,
} from '../mp4/fragment.ts';
import { layOut, writeMovieFragment } from '../mp4/fragment-writer.ts';
import { decodeAhead, decodeSooner } from './decode-ahead.ts';
import {
  type Encryption,
  type EncryptionReader,
  expectNoEncryption,
  type ReadEncryption,
} from './encryption.ts';
import type { Span } from './fit-durations.ts';
import { dependsOnOthers, mendSamples } from './mend-samples.ts';
import { placeRuns } from './place-runs.ts';
import { keepRows, readPlainRun } from './plain-run.ts';
import { type Repair, repair } from './repair.ts';
import { makeSilence, type SoundLevel, silentBytes, withSilence } from './silence.ts';
import { readLookAhead, readOwnTime, type TickSpan } from './smooth-boxes.ts';

/** What a fragment doesn't contain itself. */
export interface FragmentContext {
  readonly stream: Pick<Stream, 'type' | 'timescale'> & Partial<Pick<Stream, 'chunks'>>;
  /** How audio is coded. */
  readonly level?: SoundLevel;
  /** The chunk's start, as requested in the URL, and its duration. */
  readonly start: Ticks;
  readonly duration: Ticks;
  /** Subtracted from every time: 0 of the media segments' clock, in the stream's ticks. Not after `start`. */
  readonly origin: Ticks;
  /** Default false. The time in live fragments is trusted. */
  readonly isLive?: boolean;
  /** Whether the first picture is moved to the chunk's start. Default true. */
  readonly alignFirstPicture?: boolean;
  /** Whether samples are decoded so early that none is presented before. Default true. */
  readonly decodesAhead?: boolean;
  /** What was subtracted from the composition offsets of the previous `moof`; `undefined`: there was none. */
  readonly shift?: Ticks;
  /** The track of the previous `moof`, if it looked like the stream's type: others are left out if they don't. */
  readonly trackId?: number | undefined;
  /** By how many ticks the samples of the previous `moof` are decoded earlier than it says; `undefined`: there was none. */
  readonly lead?: number;
  /** The shift of the previous fragment, at this level. */
  readonly shiftBefore?: Ticks | undefined;
  /** Default: throws `fragment-encrypted` for encrypted fragments. */
  readonly readEncryption?: EncryptionReader | undefined;
  /** The encryption in the init segment before it; `undefined`: none yet, or samples are clear. */
  readonly encryption?: Encryption | undefined;
  readonly edit?: EditSamples;
  /** Whether bytes that were read may be overwritten, so that a segment lies in one place; default false. */
  readonly mayOverwrite?: boolean;
}

/** Changes samples before they are written; their number and bytes stay. `start` is the first one's, on the stream's clock. */
export type EditSamples = (samples: SampleTable, start: Ticks) => EditedSamples;

export interface EditedSamples extends SampleTable {
  /** Ticks by which the first sample is decoded later. */
  readonly delay?: bigint;
}

/** What was found in a `moof`. Times are on the stream's clock. */
export interface FragmentFacts {
  /** Of the first sample; of the first picture too, if pictures were aligned. */
  readonly start: Ticks;
  /** Of all samples together. */
  readonly duration: Ticks;
  readonly samples: number;
  /** What was subtracted from every composition offset. */
  readonly compositionShift: Ticks;
  /** By how many ticks the last samples are decoded earlier than the fragment says. */
  readonly lead: number;
  /** Its own time, if it has one. */
  readonly tfxd: TickSpan | undefined;
  /** Its start according to `tfxd` or else `tfdt`; many fragments have neither. */
  readonly stated: Ticks | undefined;
  /** The chunks that it announces. */
  readonly lookAhead: readonly TickSpan[];
  /** Nothing to append: an empty fragment of a sparse stream, or a gap. */
  readonly isEmpty: boolean;
  /** Its samples are encrypted. */
  readonly isEncrypted: boolean;
  /** How to decrypt the first of them: for the init segment, if that isn't written yet. */
  readonly encryption: Encryption | undefined;
  /** The keys of all of them. */
  readonly keyIds: readonly string[];
  readonly repairs: readonly Repair[];
}

/** A `moof` that was read and repaired, and waits for its `mdat`. */
export interface ReadFragment {
  readonly facts: FragmentFacts;
  readonly sequenceNumber: number;
  readonly track: TrackFragment;
  /** Of its track, if that looks like the stream's type. */
  readonly trackId: number | undefined;
  /** Bytes of each run's samples. */
  readonly runSizes: readonly number[];
  /** To be rewritten; `undefined`: the rows of its only run stay unchanged, in `view`. */
  readonly samples: EditedSamples | undefined;
  readonly view: DataView;
  readonly encryption: ReadEncryption | undefined;
  readonly filling: Filling;
}

/** What was added at the end, so that samples last as long as their chunk; irrelevant once other samples follow. */
export interface Filling {
  /** In ticks; part of the reported `duration`. */
  readonly duration: number;
  /** Follows the payload of `mdat`. */
  readonly bytes: Uint8Array;
  readonly repairs: readonly Repair[];
}

export interface RewrittenFragment {
  /** `moof` and the header of `mdat`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of the payload up to the end of the last sample: the rest is dropped. */
  readonly payloadSize: number;
  readonly repairs: readonly Repair[];
}

/** The id of the only track of media segments. */
export const TRACK_ID = 1;

/** Times that differ by more than this many seconds belong to different chunks. */
const MAX_TIME_DIFFERENCE = 1n;
/** A live chunk may be this many times longer or shorter than the manifest guesses. */
const MOST_UNLIKE = 8;
/** In seconds. Encoders delay pictures by a few frames, at most by a group of pictures. */
const MAX_COMPOSITION_SHIFT = 2n;

/** Reads and repairs a `moof`, as far as its samples fit into `room` bytes. */
export function readFragment(
  bytes: Uint8Array,
  context: FragmentContext,
  room = Number.POSITIVE_INFINITY,
): ReadFragment {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fragment = readMovieFragment(view);
  const { type, timescale } = context.stream;
  const isVideo = type === 'video';
  const { track: whole, others } = usableTrack(fragment, isVideo, context.trackId);
  const track = Number.isFinite(room) ? cutTrack(view, whole, room) : whole;
  const lost = whole.sampleCount - track.sampleCount + lackingIn(whole);
  const tfxd = readOwnTime(view, track.extensions);
  const start = decideStart(tfxd, context);
  const chunk = {
    isVideo,
    timescale: Number(timescale),
    samplingRate: context.level?.samplingRate,
    span: spanOf(context, tfxd),
    maxShift: Number(timescale * MAX_COMPOSITION_SHIFT),
    alignFirstPicture: context.alignFirstPicture ?? true,
    shift: numberOf(context.shift),
    shiftBefore: numberOf(context.shiftBefore),
  };
  const { extensions } = track;
  const mayStay =
    !context.edit && !context.readEncryption && !context.encryption && context.shift === undefined;
  const plain = mayStay ? readPlainRun(view, track, chunk) : undefined;
  const read = plain ?? mendSamples(readSamples(view, track), track, chunk);
  const silence =
    read.silence && makeSilence(read.silence.duration, read.silence.frame, context.level, chunk.timescale);
  const readEncryption = (read.samples && context.readEncryption) ?? expectNoEncryption;
  const encryption = readEncryption(view, whole.parts ?? [whole], read.samples ?? NO_SAMPLES, silence);
  const filled = read.stretched + (silence?.duration ?? 0);
  const isOfOtherTime =
    start !== context.start || (track.decodeTime !== undefined && track.decodeTime !== start);
  const { sequenceNumber } = fragment;
  const edited = read.samples && (context.edit?.(read.samples, start) ?? read.samples);
  const complete = edited && silence ? withSilence(edited, silence) : edited;
  const { samples, lead } = inTime(complete, start, chunk.maxShift, context);
  const facts: FragmentFacts = {
    start,
    lead,
    duration: ticks(read.duration + (silence?.duration ?? 0)),
    samples: track.sampleCount + (silence?.count ?? 0),
    compositionShift: ticks(read.shift),
    tfxd,
    stated: tfxd?.start ?? (track.decodeTime as Ticks | undefined),
    lookAhead: readLookAhead(view, extensions),
    isEmpty: track.sampleCount === 0,
    isEncrypted: encryption?.encryption !== undefined,
    encryption: encryption?.encryption,
    keyIds: encryption?.keyIds ?? [],
    repairs: [
      ...repair('decode-time', isOfOtherTime ? 1 : 0),
      ...repair('other-tracks', others),
      ...repair('lost-samples', lost),
      ...read.repairs,
    ],
  };
  const filling = {
    duration: filled,
    bytes: silence ? silentBytes(silence) : new Uint8Array(),
    repairs: [
      ...repair('last-sample', read.stretched > 0 ? 1 : 0),
      ...repair('silence', silence?.count ?? 0),
    ],
  };
  const trackId = looksLikePicture(track) === isVideo ? track.defaults.trackId : undefined;
  return {
    facts,
    sequenceNumber,
    track,
    trackId,
    runSizes: read.runSizes,
    samples,
    view,
    encryption,
    filling,
  };
}

/**
 * Rewrites the fragment's `moof`, now that the position of its samples is known. `mdatAt` is the offset of the header
 * of `mdat`, counted from the old `moof`.
 */
export function rewriteFragment(
  read: ReadFragment,
  { origin, encryption }: Pick<FragmentContext, 'origin' | 'encryption'>,
  mdat: { readonly at: number; readonly header: Uint8Array; readonly payloadSize: number },
): RewrittenFragment {
  const { track, samples, sequenceNumber, facts, filling } = read;
  const payloadAt = mdat.at + mdat.header.length;
  const { runs, payloadSize, repairs } = placeRuns(track, read.runSizes, payloadAt, mdat.payloadSize);
  const own = runs.reduce((sum, { sampleCount }) => sum + sampleCount, 0);
  const added = (samples?.count ?? own) - own;
  const start = facts.start + (samples?.delay ?? 0n);
  const all = added > 0 ? [...runs, { sampleCount: added, offsetInMdat: payloadSize }] : runs;
  const mdatHeader = withSize(mdat.header, payloadSize + filling.bytes.length);
  const bytes = writeMovieFragment({
    sequenceNumber,
    trackId: TRACK_ID,
    decodeTime: start > origin ? start - origin : 0n,
    ...(samples ? layOut(samples, all) : keepRows(read.view, track, runs)),
    protection: read.encryption?.protect(encryption),
    mdatHeader,
  });
  return { bytes, payloadSize, repairs };
}

/** The header of a box with another size. */
function withSize(header: Uint8Array, payloadSize: number): Uint8Array {
  const own = new Uint8Array(header);
  const view = new DataView(own.buffer);
  const size = own.length + payloadSize;
  if (own.length === 16) view.setBigUint64(8, BigInt(size));
  else view.setUint32(0, size);
  return own;
}

const NO_SAMPLES: SampleTable = {
  count: 0,
  durations: new Uint32Array(),
  sizes: new Uint32Array(),
  flags: new Uint32Array(),
  compositionOffsets: new Int32Array(),
};

/** How long the samples should last. For a live chunk the manifest's value may only be a guess, unless it knows the next one. */
function spanOf(
  { stream, start, duration, isLive, shift }: FragmentContext,
  tfxd: TickSpan | undefined,
): Span {
  const next = stream.chunks?.from(ticks(start + duration));
  const toNext = next && next.start > start ? Number(next.start - start) : undefined;
  const listed = Number(duration);
  const stated = isLive && shift === undefined ? Number(tfxd?.duration ?? 0) : 0;
  // On another clock it is of no use either.
  const own = stated * MOST_UNLIKE >= listed && stated <= listed * MOST_UNLIKE ? stated : 0;
  return {
    duration: own || listed,
    room: stream.chunks ? (own && own !== listed ? listed : toNext) : listed,
    isCertain: !isLive || own > 0 || toNext === listed,
  };
}

/** Ahead by the least composition offset of the first `moof`, if it is negative. */
function inTime(
  samples: EditedSamples | undefined,
  start: Ticks,
  maxLead: number,
  { origin, stream, edit, decodesAhead, lead: before }: FragmentContext,
): { readonly samples: EditedSamples | undefined; readonly lead: number } {
  const least = samples?.compositionOffsets.reduce((min, offset) => Math.min(min, offset), 0) ?? 0;
  const lead = before ?? -least;
  if (!samples || decodesAhead === false || lead === 0 || lead > maxLead) return { samples, lead: 0 };
  // What precedes the first chunk may be before 0 of the media element, which not every browser accepts.
  const isAtStart = start - origin < lead || stream.chunks?.start === start;
  if (before !== undefined || !isAtStart) return decodeAhead(samples, lead);
  return edit ? { samples, lead: 0 } : decodeSooner(samples, lead);
}

const numberOf = (ticks: Ticks | undefined): number | undefined =>
  ticks === undefined ? undefined : Number(ticks);

/**
 * The one track with samples; or the only track, which is then empty. If audio and video are multiplexed, the stream's
 * own; none if only the other one is in a `moof` behind that of track `ownId`.
 */
function usableTrack({ tracks }: MovieFragment, isVideo: boolean, ownId: number | undefined) {
  const full = joinedById(tracks.filter(({ sampleCount }) => sampleCount > 0));
  const isOwn = (track: TrackFragment) => looksLikePicture(track) === isVideo;
  const [only] = full;
  if (only && ownId !== undefined && !full.some((one) => one.defaults.trackId === ownId || isOwn(one)))
    return { track: { ...only, ...NO_ROWS }, others: full.length };
  const own = full.length > 1 ? full.filter(isOwn) : full;
  const [track, second] = full.length > 0 ? own : tracks;
  if (!track || second) throw malformed('moof', 0, `${tracks.length} tracks where one is expected`);
  return { track, others: full.length - 1 };
}

const NO_ROWS = { decodeTime: undefined, runs: [], sampleCount: 0, extensions: [], parts: [] };

/** Each track once, with the samples of all its `traf`; muxers that give audio and video the same id keep them apart. */
function joinedById(tracks: readonly TrackFragment[]): readonly TrackFragment[] {
  const byId = new Map<string, [TrackFragment, ...TrackFragment[]]>();
  for (const track of tracks) {
    const id = `${track.defaults.trackId} ${looksLikePicture(track)}`;
    const own = byId.get(id);
    if (own) own.push(track);
    else byId.set(id, [track]);
  }
  return Array.from(byId.values(), joinTracks);
}

const lackingIn = ({ runs }: TrackFragment): number => runs.reduce((sum, { lacking }) => sum + lacking, 0);

/** Whether pictures depend on others, or are coded in another order than shown. */
const looksLikePicture = ({ defaults, runs, dependencies }: TrackFragment): boolean =>
  dependencies !== undefined ||
  dependsOnOthers(defaults.flags ?? 0) ||
  runs.some(({ flags }) => flags & TRUN.compositionOffset);

/** The URL's time is used, unless the time in a live fragment differs slightly. */
function decideStart(tfxd: TickSpan | undefined, { start, origin, stream, isLive }: FragmentContext): Ticks {
  if (!isLive || !tfxd || tfxd.start < origin) return start;
  const difference = tfxd.start - start;
  const limit = stream.timescale * MAX_TIME_DIFFERENCE;
  return difference <= limit && difference >= -limit ? tfxd.start : start;
}
