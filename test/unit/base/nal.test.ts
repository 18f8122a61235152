import { expect, test } from 'vitest';
import { splitNalUnits, withoutEmulationPrevention } from '../../../src/base/nal.ts';

test.each([
  {
    name: 'start codes of four bytes',
    bytes: [0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x68, 2],
    units: [
      [0x67, 1],
      [0x68, 2],
    ],
  },
  { name: 'start codes of three bytes', bytes: [0, 0, 1, 0x67, 0, 0, 1, 0x68], units: [[0x67], [0x68]] },
  { name: 'trailing zeros', bytes: [0, 0, 1, 0x67, 9, 0, 0, 0, 0], units: [[0x67, 9]] },
  { name: 'an empty unit', bytes: [0, 0, 1, 0, 0, 1, 0x68], units: [[0x68]] },
  { name: 'bytes before the first start code', bytes: [5, 0, 0, 1, 0x67], units: [[0x67]] },
  { name: 'no start code', bytes: [1, 2, 3], units: [] },
  { name: 'nothing', bytes: [], units: [] },
])('splits with $name', ({ bytes, units }) => {
  expect(splitNalUnits(Uint8Array.from(bytes)).map((unit) => Array.from(unit))).toEqual(units);
});

test('emulation prevention is taken out', () => {
  const unit = Uint8Array.from([1, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3]);
  expect(Array.from(withoutEmulationPrevention(unit))).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 3]);
});
