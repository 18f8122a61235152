import { decodeText } from '../../src/base/bytes.ts';
import { XmlReader } from '../../src/base/xml.ts';

/** Attributes of an element as written, by name. */
export type Written = ReadonlyMap<string, string>;

export interface ManifestLevel {
  readonly attributes: Written;
  /** `CustomAttributes`, in order. */
  readonly custom: readonly (readonly [name: string, value: string])[];
}

export interface ManifestChunk {
  readonly time: bigint;
  /** 0 for a message without duration. */
  readonly duration: bigint;
  /** The content of its fragment in base64, if the manifest has it too. */
  readonly payload?: string | undefined;
}

export interface ManifestStream {
  readonly attributes: Written;
  readonly levels: readonly ManifestLevel[];
  readonly chunks: readonly ManifestChunk[];
}

/** The content of a client manifest, for serving it in another form. */
export interface ClientManifest {
  readonly attributes: Written;
  readonly streams: readonly ManifestStream[];
  readonly protection: readonly { readonly systemId: string; readonly data: string }[];
}

/** Limit for a title that is kept in memory. */
const MAX_CHUNKS = 1_000_000;

interface OpenStream {
  readonly attributes: Written;
  readonly levels: { attributes: Written; custom: [string, string][] }[];
  readonly chunks: OpenChunk[];
}

interface OpenChunk {
  readonly attributes: Written;
  payload: string;
}

/** Reads an `.ismc`. [MS-SSTR] 2.2.2. */
export function readClientManifest(bytes: Uint8Array): ClientManifest {
  const reader = new XmlReader(
    decodeText(bytes),
    (failure) => new Error(`not a client manifest: ${failure.kind}`),
  );
  let attributes: Written = new Map();
  const streams: OpenStream[] = [];
  const protection: { systemId: string; data: string }[] = [];
  let isInHeader = false;
  let isInPayload = false;
  for (let event = reader.next(); event !== 'end'; event = reader.next()) {
    const header = protection.at(-1);
    const stream = streams.at(-1);
    const chunk = stream?.chunks.at(-1);
    if (event === 'text' && isInHeader && header) header.data += reader.text.trim();
    if (event === 'text' && isInPayload && chunk) chunk.payload += reader.text.replace(/\s/g, '');
    if (event === 'close' && reader.name === 'ProtectionHeader') isInHeader = false;
    if (event === 'close' && reader.name === 'f') isInPayload = false;
    if (event !== 'open') continue;
    const own = reader.attributes();
    if (reader.name === 'SmoothStreamingMedia') attributes = own;
    else if (reader.name === 'StreamIndex') streams.push({ attributes: own, levels: [], chunks: [] });
    else if (reader.name === 'QualityLevel') stream?.levels.push({ attributes: own, custom: [] });
    else if (reader.name === 'Attribute') {
      stream?.levels.at(-1)?.custom.push([own.get('Name') ?? '', own.get('Value') ?? '']);
    } else if (reader.name === 'c') stream?.chunks.push({ attributes: own, payload: '' });
    // From the first level: all levels of a text stream are equal.
    else if (reader.name === 'f') isInPayload = chunk?.payload === '';
    else if (reader.name === 'ProtectionHeader') {
      protection.push({ systemId: own.get('SystemID') ?? '', data: '' });
      isInHeader = true;
    }
  }
  return {
    attributes,
    protection,
    streams: streams.map((stream) => ({ ...stream, chunks: chunksOf(stream) })),
  };
}

/** Times and durations, explicit or implied. [MS-SSTR] 2.2.2.6; `r` includes the chunk itself. */
function chunksOf({ attributes, chunks: written }: OpenStream): readonly ManifestChunk[] {
  const isText = attributes.get('Type')?.toLowerCase() === 'text';
  const chunks: ManifestChunk[] = [];
  let end = 0n;
  for (const [i, { attributes: own, payload }] of written.entries()) {
    let time = numberOf(own, 't') ?? end;
    const next = written[i + 1]?.attributes;
    const until = next && numberOf(next, 't');
    const implied = until === undefined ? (chunks.at(-1)?.duration ?? 0n) : until - time;
    const duration = numberOf(own, 'd') ?? implied;
    const count = duration === 0n ? 1 : Number(numberOf(own, 'r') ?? 1n);
    if (duration < 0n || (duration === 0n && !isText))
      throw new Error('the client manifest has a chunk without duration');
    if (chunks.length + count > MAX_CHUNKS) throw new Error('the client manifest has too many chunks');
    const content = payload === '' ? {} : { payload };
    for (let k = 0; k < count; k += 1, time += duration) chunks.push({ time, duration, ...content });
    end = time;
  }
  return chunks;
}

function numberOf(attributes: Written, name: string): bigint | undefined {
  const text = attributes.get(name)?.trim();
  return text !== undefined && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}
