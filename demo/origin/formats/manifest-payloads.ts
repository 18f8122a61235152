import { bytesFromBase64, decodeText } from '../../../src/base/bytes.ts';
import { XmlReader } from '../../../src/base/xml.ts';

/** Payloads of a text stream in the client manifest. Times in ticks. */
export interface EmbeddedStream {
  readonly name: string;
  readonly subtype: string;
  readonly timescale: number;
  readonly payloads: readonly EmbeddedPayload[];
}

export interface EmbeddedPayload {
  readonly time: bigint;
  readonly duration: bigint;
  readonly bytes: Uint8Array;
}

const MAX_PAYLOADS = 10_000;

/** Reads the `f` elements in `c`, which contain base64. [MS-SSTR] 2.2.2.6. */
export function embeddedStreams(manifest: Uint8Array): readonly EmbeddedStream[] {
  const reader = new XmlReader(decodeText(manifest), (failure) => new Error(failure.kind));
  const streams: (EmbeddedStream & { readonly payloads: EmbeddedPayload[] })[] = [];
  let rootScale = 10_000_000;
  let chunk: { time: bigint; duration: bigint } = { time: 0n, duration: 0n };
  let count = 0;
  for (let event = reader.next(); event !== 'end'; event = reader.next()) {
    if (event !== 'open') continue;
    if (reader.name === 'SmoothStreamingMedia') rootScale = scaleOf(reader) ?? rootScale;
    else if (reader.name === 'StreamIndex') {
      const name = reader.attribute('Name') ?? reader.attribute('Type') ?? '';
      const subtype = (reader.attribute('Subtype') ?? '').toUpperCase();
      streams.push({ name, subtype, timescale: scaleOf(reader) ?? rootScale, payloads: [] });
      chunk = { time: 0n, duration: 0n };
    } else if (reader.name === 'c') {
      const time = wholeOf(reader.attribute('t')) ?? chunk.time + chunk.duration;
      chunk = { time, duration: wholeOf(reader.attribute('d')) ?? 0n };
    } else if (reader.name === 'f' && count < MAX_PAYLOADS) {
      const bytes = bytesFromBase64(reader.readContent().replace(/\s/g, ''));
      if (bytes && bytes.length > 0) streams.at(-1)?.payloads.push({ ...chunk, bytes });
      count += 1;
    }
  }
  return streams.filter(({ payloads }) => payloads.length > 0);
}

const scaleOf = (reader: XmlReader): number | undefined => Number(reader.attribute('TimeScale')) || undefined;

const wholeOf = (text: string | undefined): bigint | undefined =>
  text !== undefined && /^\d{1,20}$/.test(text.trim()) ? BigInt(text.trim()) : undefined;
