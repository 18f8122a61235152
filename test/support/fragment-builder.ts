/** Builds Smooth fragments for tests, right or wrong in any way. Shares no code with the library. */

export interface SampleSpec {
  readonly size: number;
  readonly duration?: number;
  readonly flags?: number;
  readonly offset?: number;
}

export interface RunSpec {
  readonly samples: readonly SampleSpec[];
  readonly version?: number;
  /** `auto`: the right one. */
  readonly dataOffset?: number | 'auto';
  readonly firstSampleFlags?: number;
  /** Said instead of the true number of rows. */
  readonly count?: number;
}

export interface FragmentSpec {
  readonly runs: readonly RunSpec[];
  readonly sequenceNumber?: number;
  readonly trackId?: number;
  readonly baseDataOffset?: bigint;
  readonly descriptionIndex?: number;
  readonly defaultDuration?: number;
  readonly defaultSize?: number;
  readonly defaultFlags?: number;
  readonly sdtp?: readonly number[];
  readonly tfdt?: bigint;
  readonly tfxd?: { readonly version: 0 | 1; readonly time: bigint; readonly duration: bigint };
  readonly tfrf?: readonly { readonly time: bigint; readonly duration: bigint }[];
  /** Further boxes of the `traf`, before `trun`. */
  readonly extra?: readonly Buffer[];
  /** Whole boxes before `moof`, before `mdat` and behind it. */
  readonly before?: readonly Buffer[];
  readonly between?: readonly Buffer[];
  readonly after?: readonly Buffer[];
  /** How the size of `mdat` is told; default `32`. */
  readonly mdatSize?: '32' | '64' | 'open';
  /** Content of `mdat`; by default as many counted bytes as the samples take. */
  readonly payload?: Buffer;
}

export const u8 = (...values: number[]): Buffer => Buffer.from(values.map((value) => value & 0xff));
export const u32 = (...values: number[]): Buffer =>
  Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes;
    }),
  );
export const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
  return bytes;
};
export const box = (type: string, ...content: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
};
export const uuidBox = (uuid: string, ...content: readonly Buffer[]): Buffer =>
  box('uuid', Buffer.from(uuid, 'hex'), ...content);

/** Counted bytes, so that every sample can be told from every other. */
export const countedBytes = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff));

export const totalSize = (spec: FragmentSpec): number =>
  spec.runs.flatMap((run) => run.samples).reduce((sum, { size }) => sum + size, 0);

export function buildFragment(spec: FragmentSpec): Buffer {
  const payload = spec.payload ?? countedBytes(totalSize(spec));
  const between = Buffer.concat(spec.between ?? []);
  const headerSize = spec.mdatSize === '64' ? 16 : 8;
  const measured = buildMoof(spec, 0).length;
  const moof = buildMoof(spec, measured + between.length + headerSize);
  const header = {
    '32': () => Buffer.concat([u32(payload.length + 8), Buffer.from('mdat')]),
    '64': () => Buffer.concat([u32(1), Buffer.from('mdat'), u64(BigInt(payload.length + 16))]),
    open: () => Buffer.concat([u32(0), Buffer.from('mdat')]),
  }[spec.mdatSize ?? '32']();
  return Buffer.concat([...(spec.before ?? []), moof, between, header, payload, ...(spec.after ?? [])]);
}

function buildMoof(spec: FragmentSpec, payloadAt: number): Buffer {
  let dataAt = payloadAt;
  const truns = spec.runs.map((run) => {
    const bytes = buildRun(run, dataAt);
    dataAt += run.samples.reduce((sum, { size }) => sum + size, 0);
    return bytes;
  });
  return box(
    'moof',
    box('mfhd', u32(0, spec.sequenceNumber ?? 1)),
    box('traf', buildTrackHeader(spec), ...timeBoxes(spec), ...(spec.extra ?? []), ...truns, ...hints(spec)),
  );
}

function buildTrackHeader(spec: FragmentSpec): Buffer {
  const optional: [number, Buffer | undefined][] = [
    [0x1, spec.baseDataOffset === undefined ? undefined : u64(spec.baseDataOffset)],
    [0x2, spec.descriptionIndex === undefined ? undefined : u32(spec.descriptionIndex)],
    [0x8, spec.defaultDuration === undefined ? undefined : u32(spec.defaultDuration)],
    [0x10, spec.defaultSize === undefined ? undefined : u32(spec.defaultSize)],
    [0x20, spec.defaultFlags === undefined ? undefined : u32(spec.defaultFlags)],
  ];
  const flags = optional.reduce((sum, [flag, bytes]) => (bytes ? sum | flag : sum), 0);
  return box('tfhd', u32(flags, spec.trackId ?? 7), ...optional.flatMap(([, bytes]) => bytes ?? []));
}

function timeBoxes({ tfdt, tfxd, tfrf }: FragmentSpec): Buffer[] {
  const boxes: Buffer[] = [];
  if (tfdt !== undefined) boxes.push(box('tfdt', u32(0x1000000), u64(tfdt)));
  if (tfxd) {
    const wide = tfxd.version === 1;
    const field = (value: bigint): Buffer => (wide ? u64(value) : u32(Number(value)));
    const body = [u32(tfxd.version << 24), field(tfxd.time), field(tfxd.duration)];
    boxes.push(uuidBox('6d1d9b0542d544e680e2141daff757b2', ...body));
  }
  if (tfrf) {
    const entries = tfrf.flatMap(({ time, duration }) => [u64(time), u64(duration)]);
    boxes.push(uuidBox('d4807ef2ca3946958e5426cb9e46a79f', u32(0x1000000), u8(tfrf.length), ...entries));
  }
  return boxes;
}

const hints = ({ sdtp }: FragmentSpec): Buffer[] => (sdtp ? [box('sdtp', u32(0), u8(...sdtp))] : []);

function buildRun(run: RunSpec, dataAt: number): Buffer {
  const has = (key: 'duration' | 'flags' | 'offset'): boolean =>
    run.samples.some((s) => s[key] !== undefined);
  const offset = run.dataOffset === 'auto' ? dataAt : run.dataOffset;
  const flags =
    (offset === undefined ? 0 : 0x1) |
    (run.firstSampleFlags === undefined ? 0 : 0x4) |
    (has('duration') ? 0x100 : 0) |
    0x200 |
    (has('flags') ? 0x400 : 0) |
    (has('offset') ? 0x800 : 0);
  const rows = run.samples.flatMap(({ duration = 0, size, flags: own = 0, offset: cto = 0 }) => [
    ...(flags & 0x100 ? [u32(duration)] : []),
    u32(size),
    ...(flags & 0x400 ? [u32(own)] : []),
    ...(flags & 0x800 ? [u32(cto)] : []),
  ]);
  return box(
    'trun',
    u32(((run.version ?? 0) << 24) | flags, run.count ?? run.samples.length),
    ...(offset === undefined ? [] : [u32(offset)]),
    ...(run.firstSampleFlags === undefined ? [] : [u32(run.firstSampleFlags)]),
    ...rows,
  );
}

/** What an independent, minimal reader makes of a segment that one track and 32-bit sizes are known of. */
export interface ReadBack {
  readonly trackId: number;
  readonly decodeTime: bigint;
  readonly samples: readonly {
    readonly duration: number;
    readonly flags: number;
    readonly offset: number;
    readonly data: Buffer;
  }[];
}

const PROTECTION_BOXES = new Set(['senc', 'saiz', 'saio', 'sgpd', 'sbgp']);

/** Reads a media segment as a browser would: by its offsets, from the start of `moof`. */
export function readBack(segment: Buffer): ReadBack {
  const boxAt = (at: number) => {
    const size = segment.readUInt32BE(at);
    return { type: segment.toString('latin1', at + 4, at + 8), at, end: at + size };
  };
  const children = (start: number, end: number) => {
    const found: ReturnType<typeof boxAt>[] = [];
    for (let at = start; at < end; at = found.at(-1)?.end ?? end) found.push(boxAt(at));
    return found;
  };
  const moof = boxAt(0);
  const traf = children(8, moof.end).find(({ type }) => type === 'traf');
  if (moof.type !== 'moof' || !traf) throw new Error('no moof with traf');

  let trackId = 0;
  let decodeTime = -1n;
  let base = { duration: 0, flags: 0 };
  const samples: { duration: number; flags: number; offset: number; data: Buffer }[] = [];
  for (const { type, at } of children(traf.at + 8, traf.end)) {
    const flags = segment.readUInt32BE(at + 8) & 0xffffff;
    let cursor = at + 12;
    const next = (): number => {
      cursor += 4;
      return segment.readUInt32BE(cursor - 4);
    };
    if (type === 'tfhd') {
      trackId = next();
      if ((flags & ~0x28) !== 0x20000) throw new Error(`tfhd flags ${flags.toString(16)}`);
      base = { duration: flags & 8 ? next() : 0, flags: flags & 0x20 ? next() : 0 };
    } else if (type === 'tfdt') {
      decodeTime = segment.readBigUInt64BE(cursor);
    } else if (type === 'trun') {
      const count = next();
      let dataAt = next();
      const first = flags & 4 ? next() : undefined;
      for (let i = 0; i < count; i++) {
        const duration = flags & 0x100 ? next() : base.duration;
        const size = next();
        const own = flags & 0x400 ? next() : i === 0 && first !== undefined ? first : base.flags;
        const offset = flags & 0x800 ? next() | 0 : 0;
        samples.push({ duration, flags: own, offset, data: segment.subarray(dataAt, dataAt + size) });
        dataAt += size;
      }
    } else if (!PROTECTION_BOXES.has(type)) {
      throw new Error(`unexpected ${type}`);
    }
  }
  return { trackId, decodeTime, samples };
}
