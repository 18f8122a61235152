import { expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import { replaceStartCodes } from '../../../src/transmux/annex-b.ts';
import { FragmentTransmuxer } from '../../../src/transmux/fragment-transmuxer.ts';
import { buildFragment, readBack, type SampleSpec } from '../../support/fragment-builder.ts';

const UNITS = ['09f0', '6588840011223344', '419a0102', '4e'];

function mend(samples: readonly string[], nalUnitLength: number) {
  const specs = samples.map((sample): SampleSpec => ({ size: sample.length / 2, duration: 400_000 }));
  const payload = Buffer.from(samples.join(''), 'hex');
  const fragment = buildFragment({
    runs: [{ samples: specs.slice(0, 1) }, { samples: specs.slice(1) }],
    payload,
  });
  const context = { stream: { type: 'video', timescale: timescale(10_000_000) }, origin: ticks(0) } as const;
  const transmuxer = new FragmentTransmuxer({
    ...context,
    start: ticks(20_000_000),
    duration: ticks(1_200_000),
  });
  const [head = new Uint8Array(), ...rest] = transmuxer.push(fragment);
  const mended = replaceStartCodes(head, rest, nalUnitLength);
  const { samples: read, decodeTime } = readBack(Buffer.concat([mended.head, mended.payload]));
  return { ...mended, decodeTime, read, durations: read.map(({ duration }) => duration) };
}

test.each([4, 2])('start codes become lengths of %i bytes; all else stays', (size) => {
  const [delimiter = '', key = '', second = '', third = ''] = UNITS;
  const sized = (unit: string) => (unit.length / 2).toString(16).padStart(size * 2, '0') + unit;
  const mended = mend([`00000001${delimiter}000001${key}`, `000001${second}`, `00000001${third}00`], size);
  expect(mended.read.map(({ data }) => data.toString('hex'))).toEqual([
    sized(delimiter) + sized(key),
    sized(second),
    sized(third),
  ]);
  expect(mended.count).toBe(3);
  expect(mended.decodeTime).toBe(20_000_000n);
  expect(mended.durations).toEqual([400_000, 400_000, 400_000]);
});

test('samples that have lengths already keep them', () => {
  const samples = ['0000000265aa', '00000002419b', '00000003419b01'];
  const mended = mend(samples, 4);
  expect(mended.count).toBe(0);
  expect(mended.read.map(({ data }) => data.toString('hex'))).toEqual(samples);
});
