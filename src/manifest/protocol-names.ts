/** Names of the protocol and of composite manifests. [MS-SSTR] 2.2.2. */
const ELEMENTS =
  'SmoothStreamingMedia StreamIndex QualityLevel CustomAttributes Attribute Protection ProtectionHeader Clip c f Content Sample ScriptCommand Marker';

const NAMES = new Map(
  [
    ELEMENTS,
    'MajorVersion MinorVersion TimeScale Duration IsLive LookaheadCount LookAheadFragmentCount DVRWindowLength',
    'Type Subtype Name Language Chunks QualityLevels Url MaxWidth MaxHeight DisplayWidth DisplayHeight',
    'ParentStreamIndex ManifestOutput FourCC Index Bitrate Width Height CodecPrivateData NALUnitLengthField',
    'SamplingRate Channels BitsPerSample PacketSize AudioTag WaveFormatEx SystemID Value ClipBegin ClipEnd',
    'Time Command',
    't d r n i s q',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
);

const ELEMENT_NAMES = new Set(ELEMENTS.split(' '));

/** A name in the spelling of the protocol; other names unchanged. */
export const canonicalName = (name: string): string => NAMES.get(name.toLowerCase()) ?? name;

export const isOfProtocol = (element: string): boolean => ELEMENT_NAMES.has(element);

/** Open elements that the start of an element closes. */
export const CLOSED_BY: ReadonlyMap<string, readonly string[]> = new Map([
  ['f', ['f']],
  ['c', ['f', 'c', 'QualityLevel']],
  ['QualityLevel', ['f', 'c', 'QualityLevel']],
  ['StreamIndex', ['f', 'c', 'QualityLevel', 'StreamIndex']],
]);

/** Numeric attributes, including optional ones. */
export const NUMBERS: ReadonlySet<string> = new Set(
  [
    't d r n i s q TimeScale Duration DVRWindowLength LookaheadCount LookAheadFragmentCount Index Bitrate',
    'Width Height MaxWidth MaxHeight DisplayWidth DisplayHeight SamplingRate Channels AudioTag',
    'NALUnitLengthField ClipBegin ClipEnd',
  ]
    .join(' ')
    .split(' '),
);

/** Attributes with hexadecimal bytes. */
export const BYTES: ReadonlySet<string> = new Set(['CodecPrivateData', 'WaveFormatEx']);
