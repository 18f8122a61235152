import { createRequire } from 'node:module';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input, type InputTrack } from 'mediabunny';

/** A box as mux.js prints it. */
export interface InspectedBox {
  readonly type: string;
  readonly boxes?: readonly InspectedBox[];
  readonly [field: string]: unknown;
}

const require = createRequire(import.meta.url);
const inspector = require('mux.js/lib/tools/mp4-inspector.js') as {
  inspect(bytes: Uint8Array): InspectedBox[];
};
const probe = require('mux.js/lib/mp4/probe.js') as {
  tracks(init: Uint8Array): { id: number; type: string; codec: string; timescale: number }[];
};

/** What mux.js sees. */
export const inspect = (bytes: Uint8Array): readonly InspectedBox[] => inspector.inspect(bytes);
export const probeTracks = (init: Uint8Array): ReturnType<typeof probe.tracks> => probe.tracks(init);

/** The first box at a path. */
export function boxAt(boxes: readonly InspectedBox[], ...path: string[]): InspectedBox | undefined {
  const [type, ...rest] = path;
  const found = boxes.find((box) => box.type === type);
  return rest.length === 0 ? found : boxAt(found?.boxes ?? [], ...rest);
}

/** What mediabunny's demuxer makes of an init segment with media segments behind it. */
export async function demux(bytes: Uint8Array): Promise<Demuxed> {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const track: InputTrack | null =
    (await input.getPrimaryVideoTrack()) ?? (await input.getPrimaryAudioTrack());
  if (!track) throw new Error('no track');
  const packets: Demuxed['packets'][number][] = [];
  for await (const { timestamp, duration, type, data } of new EncodedPacketSink(track).packets()) {
    packets.push({ timestamp, duration, isKey: type === 'key', data: Buffer.from(data) });
  }
  return { codec: await track.getCodecParameterString(), packets };
}

export interface Demuxed {
  readonly codec: string | null;
  /** In decode order; times in seconds. */
  readonly packets: readonly {
    readonly timestamp: number;
    readonly duration: number;
    readonly isKey: boolean;
    readonly data: Buffer;
  }[];
}
