import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import type { QualityLevel, Stream } from '../../../src/manifest/presentation.ts';
import { type FragmentReport, FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { createInitSegment } from '../../../src/transmux/init-segment.ts';
import type { FragmentContext } from '../../../src/transmux/movie-fragment.ts';
import { encryptionReader } from '../../../src/transmux/read-encryption.ts';
import { readBack, u64 } from '../../support/fragment-builder.ts';
import { boxAt, demux, inspect } from '../../support/oracles.ts';

/** Fragments of other makers' packagers, kept beside the project and not in it. */
const folder = fileURLToPath(new URL('../../../../shared/corpus/fragments/', import.meta.url));
const isPresent = existsSync(folder);
if (!isPresent) console.info('skipped: corpus not present');

interface Case {
  readonly file: string;
  readonly type: 'video' | 'audio';
  readonly start: bigint;
  readonly duration: bigint;
  readonly samples: number;
  readonly shift?: bigint;
  readonly isLive?: boolean;
  readonly isEncrypted?: boolean;
  readonly repairs: readonly string[];
}

/** See `encryption.test.ts`. */
const ENCRYPTED = ['mp4ff-piff-audio-init.mp4', 'mp4ff-piff-audio.mp4', 'mp4ff-piff-audio-dec.mp4'];

const v0Negative = ['signed-offsets', 'sync-flags'];
const cases: readonly Case[] = [
  ...[0n, 20_020_000n, 40_040_000n, 60_060_000n].map((start): Case => {
    const file = `shaka-clear-video-${start}.mp4`;
    return { file, type: 'video', start, duration: 20_020_000n, samples: 48, repairs: v0Negative };
  }),
  {
    file: 'shaka-clear-audio-0.mp4',
    type: 'audio',
    start: 0n,
    duration: 20_201_360n,
    samples: 87,
    repairs: [],
  },
  ...[20_201_360n, 40_170_521n, 60_139_682n].map((start): Case => {
    const file = `shaka-clear-audio-${start}.mp4`;
    return { file, type: 'audio', start, duration: 19_969_161n, samples: 86, repairs: [] };
  }),
  {
    file: 'shaka-playready-video-0.mp4',
    type: 'video',
    start: 0n,
    duration: 20_020_000n,
    samples: 48,
    isEncrypted: true,
    repairs: v0Negative,
  },
  {
    file: 'shaka-playready-audio-0.mp4',
    type: 'audio',
    start: 0n,
    duration: 20_201_360n,
    samples: 87,
    isEncrypted: true,
    repairs: [],
  },
  {
    file: 'dashjs-live-video-tfrf.mp4',
    type: 'video',
    start: 1_236_046_960_307_666n,
    duration: 20_000_000n,
    samples: 50,
    shift: 800_000n,
    isLive: true,
    repairs: ['composition-offsets', 'data-offset'],
  },
  { file: 'rx-audio-0.mp4', type: 'audio', start: 0n, duration: 20_053_333n, samples: 94, repairs: [] },
  {
    file: 'rx-video-300000-0.mp4',
    type: 'video',
    start: 0n,
    duration: 20_000_000n,
    samples: 50,
    repairs: ['sync-flags'],
  },
];

const read = (file: string): Buffer => readFileSync(folder + file);

function transmux(
  given: Pick<Case, 'file' | 'type' | 'start' | 'duration' | 'isLive'>,
  overrides: Partial<FragmentContext> = {},
): [Buffer, FragmentReport] {
  const transmuxer = new FragmentTransmuxer({
    stream: { type: given.type, timescale: timescale(10_000_000) },
    start: ticks(given.start),
    duration: ticks(given.duration),
    origin: ticks(0),
    isLive: given.isLive ?? false,
    readEncryption: encryptionReader([]),
    ...overrides,
  });
  const segment = Buffer.concat(transmuxer.push(read(given.file)));
  return [segment, transmuxer.finish()];
}

/** From each `moof` to the next; `mfra` stays behind the last. */
function fragmentsOf(file: Buffer): Buffer[] {
  const starts: number[] = [];
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) {
    if (file.toString('latin1', at + 4, at + 8) === 'moof') starts.push(at);
  }
  return starts.map((start, i) => file.subarray(start, starts[i + 1]));
}

describe.skipIf(!isPresent)('corpus', () => {
  test.each(cases)('$file', (given) => {
    const [segment, report] = transmux(given);
    expect(report).toMatchObject({
      start: given.start,
      duration: given.duration,
      samples: given.samples,
      compositionShift: given.shift ?? 0n,
      isEmpty: false,
      isEncrypted: given.isEncrypted ?? false,
    });
    expect(report.repairs.map(({ kind }) => kind)).toEqual(given.repairs);

    const { trackId, decodeTime, samples } = readBack(segment);
    if (!given.isEncrypted) {
      // Without a reader of encryption, rows may stay as they came: they say the same, of sound but what is of no use.
      const kept = readBack(transmux(given, { readEncryption: undefined })[0]).samples;
      const used = (all: typeof samples) =>
        all.map((one) => (given.type === 'audio' ? { ...one, flags: one.flags & 0x01010000 } : one));
      expect(used(kept)).toEqual(used(samples));
    }
    const ahead = given.start === 0n ? 0n : BigInt(report.lead);
    expect({ trackId, decodeTime }).toEqual({ trackId: 1, decodeTime: given.start - ahead });
    const input = read(given.file);
    const payload = input.subarray(input.readUInt32BE(0) + 8);
    expect(Buffer.concat(samples.map(({ data }) => data)).equals(payload)).toBe(true);
    expect(samples.findIndex(({ flags }) => flags === 0x02000000)).toBe(0);

    const boxes = inspect(segment);
    expect(boxes.map(({ type }) => type)).toEqual(['moof', 'mdat']);
    expect(boxAt(boxes, 'moof', 'traf', 'tfhd')).toMatchObject({ trackId: 1 });
    expect(boxAt(boxes, 'moof', 'traf', 'trun')).toMatchObject({ dataOffset: segment.readUInt32BE(0) + 8 });
  });

  test.each([
    { start: 0n, duration: 20_053_333n, samples: 94 },
    { start: 20_053_333n, duration: 20_053_334n, samples: 94 },
    { start: 40_106_667n, duration: 10_026_666n, samples: 47 },
  ])('mp4ff-aac-isma, cut where a server would: $start', ({ start, duration, samples }) => {
    const file = read('mp4ff-aac-isma.mp4');
    const said = Buffer.concat([u64(start), u64(duration)]);
    const fragment = fragmentsOf(file).find((bytes) => bytes.includes(said));
    if (!fragment) throw new Error('no such fragment');
    const transmuxer = new FragmentTransmuxer({
      stream: { type: 'audio', timescale: timescale(10_000_000) },
      start: ticks(start),
      duration: ticks(duration),
      origin: ticks(0),
    });
    const segment = Buffer.concat(transmuxer.push(fragment));
    const report = transmuxer.finish();
    expect(report).toMatchObject({ start, duration, samples, tfxd: { start, duration }, repairs: [] });
    const back = readBack(segment);
    expect(back.decodeTime).toBe(start);
    expect(back.samples.reduce((sum, sample) => sum + sample.duration, 0)).toBe(Number(duration));
    const payload = fragment.subarray(fragment.readUInt32BE(0) + 8);
    const size = fragment.readUInt32BE(fragment.readUInt32BE(0)) - 8;
    expect(Buffer.concat(back.samples.map(({ data }) => data)).equals(payload.subarray(0, size))).toBe(true);
  });

  test.each([
    { fragment: 0, duration: 10_000n, cues: ['vttc', 'vtte', 'vttc'] },
    { fragment: 1, duration: 10_000n, cues: ['vttc', 'vtte', 'vttc', 'vtte', 'vttc'] },
  ])('mp4ff-text-ismt: fragment $fragment is text, cue by cue', ({ fragment, duration, cues }) => {
    const bytes = fragmentsOf(read('mp4ff-text-ismt.mp4'))[fragment] ?? Buffer.alloc(0);
    const transmuxer = new FragmentTransmuxer({
      stream: { type: 'text', timescale: timescale(1000) },
      start: ticks(duration * BigInt(fragment)),
      duration: ticks(duration),
      origin: ticks(0),
    });
    const segment = Buffer.concat(transmuxer.push(bytes));
    expect(transmuxer.finish()).toMatchObject({
      duration,
      samples: cues.length,
      isEncrypted: false,
      repairs: [],
    });
    const { decodeTime, samples } = readBack(segment);
    expect(decodeTime).toBe(duration * BigInt(fragment));
    expect(samples.map(({ data }) => data.toString('latin1', 4, 8))).toEqual(cues);
  });

  test('a live fragment announces the two that follow', () => {
    const [, report] = transmux(cases.find(({ isLive }) => isLive) ?? (cases[0] as Case));
    const start = 1_236_046_960_307_666n;
    const duration = 20_000_000n;
    expect(report.tfxd).toEqual({ start, duration });
    expect(report.lookAhead).toEqual([
      { start: start + duration, duration },
      { start: start + 2n * duration, duration },
    ]);
  });

  test.each<{
    type: 'video' | 'audio';
    fourCC: string;
    hex: string;
    codec: string;
    packets: number;
    keys: number;
  }>([
    {
      type: 'video',
      fourCC: 'H264',
      hex: '000000016764000DAC2CA50E11BFF040003F0520C0C0C800001F480005DC0300001C1200038273F8C7180000E090001C139FC63876848945800000000168E9093525',
      codec: 'avc1.64000d',
      packets: 192,
      keys: 4,
    },
    { type: 'audio', fourCC: 'AACL', hex: '1210', codec: 'mp4a.40.2', packets: 345, keys: 345 },
  ])('a whole $type stream is continuous to another demuxer', async (given) => {
    const level = {
      index: 0,
      bitrate: 230_000,
      fourCC: given.fourCC,
      codec: undefined,
      codecPrivateData: Uint8Array.from(Buffer.from(given.hex, 'hex')),
      nalUnitLength: 4,
      customAttributes: [],
    } satisfies QualityLevel;
    const stream = {
      type: given.type,
      timescale: timescale(10_000_000),
      displaySize: undefined,
      language: undefined,
    };
    const segments = cases
      .filter(({ file }) => file.startsWith(`shaka-clear-${given.type}`))
      .map((c) => transmux(c)[0]);
    const { codec, packets } = await demux(
      Buffer.concat([createInitSegment(stream as Stream, level), ...segments]),
    );
    expect(codec?.toLowerCase()).toBe(given.codec);
    expect(packets).toHaveLength(given.packets);
    expect(packets.filter(({ isKey }) => isKey)).toHaveLength(given.keys);

    const times = packets.map(({ timestamp }) => timestamp).sort((a, b) => a - b);
    const steps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(0.002);
    expect(times[0]).toBeCloseTo(0, 6);
  });

  test('every file has its expected outcome', () => {
    const elsewhere = ['mp4ff-aac-isma.mp4', 'mp4ff-text-ismt.mp4', ...ENCRYPTED];
    const named = [...cases.map(({ file }) => file), ...elsewhere];
    const files = readdirSync(folder).filter((file) => file.endsWith('.mp4'));
    expect(files.filter((file) => !named.includes(file))).toEqual([]);
  });
});
