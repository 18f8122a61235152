import { ask } from '../ask.ts';

/** A stream as a live manifest lists it. */
export interface ListedStream {
  readonly name: string;
  readonly bitrates: readonly string[];
  readonly chunks: readonly { readonly time: bigint; readonly duration: bigint }[];
}

/** Of `SmoothStreamingMedia`, as far as tests look at them. */
export interface RootAttributes {
  readonly IsLive?: string;
  readonly Duration?: string;
  readonly DVRWindowLength?: string;
  readonly LookAheadFragmentCount?: string;
}

export interface ListedTitle {
  readonly root: RootAttributes;
  readonly streams: readonly ListedStream[];
}

/** Reads a manifest as a client that knows nothing of the writer. */
export async function askManifest(base: string, path: string): Promise<ListedTitle> {
  const { status, body } = await ask(base, `${path}/Manifest`);
  if (status !== 200) throw new Error(`the manifest answers ${status}: ${body}`);
  const text = body.toString();
  const [, root = ''] = /<SmoothStreamingMedia([^>]*)>/.exec(text) ?? [];
  const streams = [...text.matchAll(/<StreamIndex([^>]*)>([\s\S]*?)<\/StreamIndex>/g)].map(
    ([, own = '', inner = '']) => ({
      name: / Name="([^"]*)"/.exec(own)?.[1] ?? '',
      bitrates: [...inner.matchAll(/<QualityLevel[^>]* Bitrate="(\d+)"/g)].map(([, rate = '']) => rate),
      chunks: [...inner.matchAll(/<c t="(\d+)" d="(\d+)"\/>/g)].map(([, t = '', d = '']) => ({
        time: BigInt(t),
        duration: BigInt(d),
      })),
    }),
  );
  return { root: attributesOf(root), streams };
}

const attributesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );

export interface LiveFragment {
  readonly status: number;
  readonly cacheControl: string | undefined;
  readonly sequence: number;
  readonly self: Announced | undefined;
  readonly next: readonly Announced[];
  readonly durations: readonly number[];
  readonly samples: readonly Buffer[];
  readonly moof: Buffer;
}

interface Announced {
  readonly time: bigint;
  readonly duration: bigint;
}

/** Asks for a fragment, and reads what it says of itself and of those behind it. */
export async function askFragment(
  base: string,
  path: string,
  stream: string,
  time: bigint,
  { bitrate, noun = 'Fragments' }: { bitrate: string; noun?: string },
): Promise<LiveFragment> {
  const answer = await ask(base, `${path}/QualityLevels(${bitrate})/${noun}(${stream}=${time})`);
  const told = { status: answer.status, cacheControl: answer.headers['cache-control'] };
  const { body } = answer;
  if (answer.status !== 200)
    return { ...told, sequence: 0, self: undefined, next: [], durations: [], samples: [], moof: Buffer.of() };
  const moof = body.subarray(0, body.readUInt32BE(0));
  const tfxd = moof.indexOf(Buffer.from('6d1d9b0542d544e680e2141daff757b2', 'hex')) + 20;
  const tfrf = moof.indexOf(Buffer.from('d4807ef2ca3946958e5426cb9e46a79f', 'hex')) + 20;
  const announced = (at: number): Announced => ({
    time: moof.readBigUInt64BE(at),
    duration: moof.readBigUInt64BE(at + 8),
  });
  const count = tfrf < 20 ? 0 : moof.readUInt8(tfrf);
  return {
    ...told,
    ...samplesOf(body, moof),
    moof,
    sequence: moof.readUInt32BE(moof.indexOf('mfhd') + 8),
    self: tfxd < 20 ? undefined : announced(tfxd),
    next: Array.from({ length: count }, (_, i) => announced(tfrf + 1 + 16 * i)),
  };
}

function samplesOf(body: Buffer, moof: Buffer): Pick<LiveFragment, 'durations' | 'samples'> {
  const tfhd = moof.indexOf('tfhd') + 4;
  const ofAll = moof.readUInt32BE(tfhd) & 8 ? moof.readUInt32BE(tfhd + 8) : 0;
  const trun = moof.indexOf('trun') + 4;
  const flags = moof.readUInt32BE(trun) & 0xffffff;
  const count = moof.readUInt32BE(trun + 4);
  let from = flags & 1 ? moof.readInt32BE(trun + 8) : moof.length + 8;
  let at = trun + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  const durations: number[] = [];
  const samples: Buffer[] = [];
  for (let i = 0; i < count; i += 1) {
    durations.push(flags & 0x100 ? moof.readUInt32BE(at) : ofAll);
    if (flags & 0x100) at += 4;
    const size = flags & 0x200 ? moof.readUInt32BE(at) : 0;
    if (flags & 0x200) at += 4;
    at += (flags & 0x400 ? 4 : 0) + (flags & 0x800 ? 4 : 0);
    samples.push(body.subarray(from, from + size));
    from += size;
  }
  return { durations, samples };
}
