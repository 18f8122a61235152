import { describe, expect, it } from 'vitest';
import { keyFramesOf } from '../../../demo/origin/key-frames.ts';
import { BoxWriter } from '../../../src/mp4/writer.ts';

const SYNC = 0x0200_0000;
const NON_SYNC = 0x0101_0000;
const TFXD = '6d1d9b0542d544e680e2141daff757b2';
const TFRF = 'd4807ef2ca3946958e5426cb9e46a79f';
const SENC = 'a2394f525a9b4f14a2446c427c648df4';

interface Made {
  /** Size and flags of each sample; each lasts 10. */
  readonly samples: readonly (readonly [size: number, flags: number])[];
  /** Counted from the beginning of `moof`. */
  readonly dataOffset?: number;
  readonly uuids?: readonly string[];
  /** Instead of how many there are. */
  readonly count?: number;
}

function moofOf({ samples, dataOffset, uuids = [], count = samples.length }: Made): Buffer {
  const w = new BoxWriter();
  w.box('moof', () => {
    w.fullBox('mfhd', 0, 0, () => w.u32(9));
    w.box('traf', () => {
      w.fullBox('tfhd', 0, 0x8, () => [3, 10].forEach((value) => void w.u32(value)));
      w.fullBox('trun', 0, 0x600 + (dataOffset === undefined ? 0 : 1), () => {
        w.u32(count);
        if (dataOffset !== undefined) w.u32(dataOffset);
        for (const field of samples.flat()) w.u32(field);
      });
      for (const uuid of uuids) w.box('uuid', () => w.bytes(Buffer.from(`${uuid}00000001`, 'hex')));
    });
  });
  return Buffer.from(w.finish());
}

/** The samples kept, with the payload right behind the `moof` and its `mdat`'s header. */
function kept(made: Made, { isVideo = true, payloadSize = 1000 } = {}) {
  const moof = moofOf(made);
  const { header, samples } = keyFramesOf(moof, { at: moof.length + 8, size: payloadSize }, isVideo);
  return { header, samples: samples.map(({ offset, size, duration }) => [offset, size, duration]), moof };
}

describe('key frames', () => {
  it('are those that say so, each as long as it is until the next', () => {
    const { samples, header } = kept({
      samples: [
        [5, SYNC],
        [2, NON_SYNC],
        [2, NON_SYNC],
        [7, SYNC],
        [1, NON_SYNC],
      ],
    });
    expect(samples).toEqual([
      [0, 5, 30],
      [9, 7, 20],
    ]);
    expect(header.readUInt32BE(header.length - 8)).toBe(8 + 5 + 7);
    expect(header.readUInt32BE(0)).toBe(header.length - 8);
    const trun = header.indexOf('trun') + 4;
    expect(header.readUInt32BE(trun + 8)).toBe(header.length);
  });

  it('leave out what comes before the first', () => {
    expect(
      kept({
        samples: [
          [5, NON_SYNC],
          [4, SYNC],
        ],
      }).samples,
    ).toEqual([[5, 4, 10]]);
  });

  it('are none where there are none', () => {
    const { samples, header } = kept({ samples: [[5, NON_SYNC]] });
    expect(samples).toEqual([]);
    expect(header.readUInt32BE(header.length - 8)).toBe(8);
  });

  it('are all samples of audio', () => {
    expect(
      kept(
        {
          samples: [
            [5, NON_SYNC],
            [4, NON_SYNC],
          ],
        },
        { isVideo: false },
      ).samples,
    ).toHaveLength(2);
  });

  it('lie where the data offset tells', () => {
    const samples = [[5, SYNC]] as const;
    const { length } = moofOf({ samples, dataOffset: 0 });
    expect(kept({ samples, dataOffset: length + 8 + 40 }).samples).toEqual([[40, 5, 10]]);
  });

  it('keep the number, the track and the time, and no boxes about samples that are gone', () => {
    const { header } = kept({ samples: [[5, SYNC]], uuids: [TFXD, SENC, TFRF] });
    expect(header.readUInt32BE(header.indexOf('mfhd') + 8)).toBe(9);
    expect(header.readUInt32BE(header.indexOf('tfhd') + 8)).toBe(3);
    const has = (uuid: string) => header.includes(Buffer.from(uuid, 'hex'));
    expect([TFXD, TFRF, SENC].map(has)).toEqual([true, true, false]);
  });

  it.each<{ name: string; made: Made; problem: string }>([
    {
      name: 'more samples than its table has',
      made: { samples: [[5, SYNC]], count: 2 },
      problem: 'truncated trun',
    },
    { name: 'samples without end', made: { samples: [], count: 0xffff_ffff }, problem: 'too many' },
    { name: 'a sample larger than mdat', made: { samples: [[5000, SYNC]] }, problem: 'outside of its mdat' },
    {
      name: 'data before mdat',
      made: { samples: [[5, SYNC]], dataOffset: 4 },
      problem: 'outside of its mdat',
    },
  ])('are refused of a fragment with $name', ({ made, problem }) => {
    expect(() => kept(made)).toThrow(problem);
  });
});
