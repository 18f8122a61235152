import { boxesIn } from '../boxes.ts';
import type { Written } from '../client-manifest.ts';
import { readServerManifest, type ServedTrack } from '../server-manifest.ts';
import type { ArrivedBox } from './box-stream.ts';

/** A track announced by an encoder: a level of a stream. */
export interface AnnouncedTrack {
  readonly trackId: number;
  readonly kind: ServedTrack['kind'];
  /** As in `Fragments(name=…)`. */
  readonly name: string;
  readonly language: string | undefined;
  readonly timescale: bigint;
  readonly bitrate: number;
  /** Of its `QualityLevel`. */
  readonly attributes: Written;
  /** From its `StreamIndex`: the parent stream, and the type of its text. */
  readonly parent: string | undefined;
  readonly subtype: string | undefined;
  /** The scheme of its messages. */
  readonly scheme: string | undefined;
  /** Whether the client manifest contains the payloads of its fragments. */
  readonly isInManifest: boolean;
  /** Of its `StreamIndex`, if the encoder specifies it. */
  readonly displaySize: { readonly width: string; readonly height: string } | undefined;
}

const LIVE_SERVER_MANIFEST = 'a5d40b30e81411ddba2f0800200c9a66';

/** Attributes copied to a `QualityLevel`, in the order of writing. */
const LEVEL_ATTRIBUTES = [
  'FourCC',
  'MaxWidth',
  'MaxHeight',
  'SamplingRate',
  'Channels',
  'BitsPerSample',
  'PacketSize',
  'AudioTag',
  'NALUnitLengthField',
  'WaveFormatEx',
  'CodecPrivateData',
];

/** Whether a box contains the server manifest that an encoder sends first. */
export const isServerManifest = ({ type, bytes, start }: ArrivedBox): boolean =>
  type === 'uuid' && bytes.toString('hex', start, start + 16) === LIVE_SERVER_MANIFEST;

/** The tracks announced by the boxes before the first fragment. Throws if they contradict each other. */
export function announcedTracks(manifest: ArrivedBox, moov: ArrivedBox): readonly AnnouncedTrack[] {
  // The UUID is followed by version and flags.
  const { tracks } = readServerManifest(manifest.bytes.subarray(manifest.start + 20));
  const timescales = timescalesOf(moov);
  return tracks.map((track) => {
    const { kind, name, bitrate, trackId, params } = track;
    const timescale = timescales.get(trackId) ?? statedTimescale(track);
    if (!timescale) throw new Error(`Track ${trackId} has no timescale in the moov.`);
    const language = params.get('systemlanguage');
    const width = params.get('displaywidth');
    const height = params.get('displayheight');
    return {
      trackId,
      kind,
      name,
      bitrate,
      timescale,
      language: language === 'und' ? undefined : language,
      attributes: levelAttributes(track),
      parent: params.get('parenttrackname'),
      subtype: params.get('subtype'),
      scheme: params.get('scheme') ?? params.get('schema'),
      isInManifest: params.get('manifestoutput')?.toLowerCase() === 'true',
      displaySize: width && height ? { width, height } : undefined,
    };
  });
}

/** Attributes without which the fragments of two tracks can't be parts of one level. */
const CODEC_ATTRIBUTES = ['FourCC', 'CodecPrivateData', 'MaxWidth', 'MaxHeight', 'SamplingRate', 'Channels'];

/** Whether fragments of two tracks decode alike. What only one of them specifies doesn't count; each text stands alone. */
export const hasSameCodec = (one: AnnouncedTrack, other: AnnouncedTrack): boolean =>
  one.kind === 'text' ||
  CODEC_ATTRIBUTES.every((name) => {
    const [a, b] = [one.attributes.get(name), other.attributes.get(name)];
    return a === undefined || b === undefined || a.toUpperCase() === b.toUpperCase();
  });

/** For sparse tracks: some encoders omit their `trak`. */
function statedTimescale({ kind, params }: ServedTrack): bigint | undefined {
  const stated = params.get('timescale') ?? '';
  return kind === 'text' && /^[1-9]\d{0,18}$/.test(stated) ? BigInt(stated) : undefined;
}

function levelAttributes({ bitrate, params }: ServedTrack): Written {
  const own = LEVEL_ATTRIBUTES.flatMap((name): [string, string][] => {
    const value = params.get(name.toLowerCase());
    return value === undefined ? [] : [[name, value]];
  });
  return new Map([['Bitrate', `${bitrate}`], ...own]);
}

/** The timescale of each track of a `moov`. ISO/IEC 14496-12, 8.3.2 and 8.4.2. */
function timescalesOf({ bytes, start }: ArrivedBox): ReadonlyMap<number, bigint> {
  const found = new Map<number, bigint>();
  for (const trak of boxesIn(bytes, start).filter(({ type }) => type === 'trak')) {
    const inTrak = boxesIn(bytes, trak.start, trak.end);
    const tkhd = inTrak.find(({ type }) => type === 'tkhd');
    const mdia = inTrak.find(({ type }) => type === 'mdia');
    const mdhd = boxesIn(bytes, mdia?.start, mdia?.end).find(({ type }) => type === 'mdhd');
    if (!tkhd || !mdia || !mdhd || tkhd.end - tkhd.start < 24 || mdhd.end - mdhd.start < 24) continue;
    const trackId = bytes.readUInt32BE(tkhd.start + (bytes[tkhd.start] === 1 ? 20 : 12));
    const timescale = bytes.readUInt32BE(mdhd.start + (bytes[mdhd.start] === 1 ? 20 : 12));
    if (timescale > 0) found.set(trackId, BigInt(timescale));
  }
  return found;
}
