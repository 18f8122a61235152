/** One attribute as it stands in a tag, its value fit to stand between quotes. */
interface LooseAttribute {
  readonly name: string;
  readonly value: string;
}

/** Of the protocol, and of composite manifests. [MS-SSTR] 2.2.2. */
const ELEMENTS =
  'SmoothStreamingMedia StreamIndex QualityLevel CustomAttributes Attribute Protection ProtectionHeader Clip c f';

const NAMES = new Map(
  [
    ELEMENTS,
    'MajorVersion MinorVersion TimeScale Duration IsLive LookaheadCount LookAheadFragmentCount DVRWindowLength',
    'Type Subtype Name Language Chunks QualityLevels Url MaxWidth MaxHeight DisplayWidth DisplayHeight',
    'ParentStreamIndex ManifestOutput FourCC Index Bitrate Width Height CodecPrivateData NALUnitLengthField',
    'SamplingRate Channels BitsPerSample PacketSize AudioTag WaveFormatEx SystemID Value ClipBegin ClipEnd',
    't d r n i s q',
  ]
    .join(' ')
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
);

/** A name as the protocol writes it; others as they are. */
export const canonicalName = (name: string): string => NAMES.get(name.toLowerCase()) ?? name;

export const isOfProtocol = (element: string): boolean => ELEMENTS.split(' ').includes(element);

/** What an element that begins ends, where that was left open. */
export const CLOSED_BY: ReadonlyMap<string, readonly string[]> = new Map([
  ['f', ['f']],
  ['c', ['f', 'c', 'QualityLevel']],
  ['QualityLevel', ['f', 'c', 'QualityLevel']],
  ['StreamIndex', ['f', 'c', 'QualityLevel', 'StreamIndex']],
]);

const DOUBLE = '\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb';
const SINGLE = '\u2018\u2019\u201a\u201b\u2032';

const QUOTES = new RegExp(`["'${DOUBLE}${SINGLE}]`);
const QUOTED = `"[^"]*"|'[^']*'|[${DOUBLE}][^${DOUBLE}]*[${DOUBLE}]|[${SINGLE}][^${SINGLE}]*[${SINGLE}]`;

/**
 * A comment, CDATA section or processing instruction, of which nothing is taken out; or a tag: whether it is an end tag, its
 * name, and the rest of it with `>`. No text can be read in two ways, so that none takes long to refuse.
 */
export const TAG = new RegExp(
  `<!--[^]*?-->|<!\\[CDATA\\[[^]*?\\]\\]>|<\\?[^]*?\\?>|<(/?)([A-Za-z_][\\w:.-]*)((?:=\\s*(?:${QUOTED})|=(?!\\s*["'${DOUBLE}${SINGLE}])|[^>=])*>)`,
  'y',
);

/** Name, then what stands between quotes of one kind or another, or what goes on to a space: placeholders may hold one. */
const ATTRIBUTE = new RegExp(
  `([A-Za-z_][\\w:.-]*)(?:\\s*=\\s*(${QUOTED}|(?:\\{[^}>"']*\\}|[^\\s>"'{])*?(?=\\s|/?\\s*>)))?`,
  'g',
);

/** Reads the attributes out of what follows a tag's name, and tells what XML would refuse of them. */
export function attributesOf(source: string): {
  readonly attributes: readonly LooseAttribute[];
  readonly isLoose: readonly string[];
} {
  const isLoose: string[] = [];
  let end = 0;
  const attributes = Array.from(source.matchAll(ATTRIBUTE), (match): LooseAttribute => {
    const [all, name = '', written] = match;
    if (end > 0 && match.index === end) isLoose.push('attributes without a space between them');
    end = match.index + all.length;
    const quote = written?.[0] ?? '';
    const isQuoted = QUOTES.test(quote);
    if (written === undefined) isLoose.push(`${name} has no value, and was read as TRUE`);
    else if (!isQuoted) isLoose.push('attribute values without quotes');
    else if (quote !== '"' && quote !== "'") isLoose.push('typographic quotes');
    return { name, value: plain(isQuoted ? (written ?? '').slice(1, -1) : (written ?? 'TRUE'), isLoose) };
  });
  return { attributes, isLoose };
}

/** With nothing that may not stand in an attribute's value. */
function plain(value: string, isLoose: string[]): string {
  const known = value.replace(/&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[\da-fA-F]{1,6});)/g, '&amp;');
  if (known !== value) isLoose.push('an "&" that begins no known reference; it was taken for itself');
  if (value.includes('<')) isLoose.push('a "<" in an attribute value');
  const tame = known.replace(/[^\P{Cc}\t\n\r]/gu, '');
  if (tame !== known) isLoose.push('a control character');
  return tame.replace(/</g, '&lt;').replace(/"/g, '&quot;');
}
