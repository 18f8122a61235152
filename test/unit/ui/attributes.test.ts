import { expect, test, vi } from 'vitest';
import {
  DEFAULT_RATES,
  readDimension,
  readNumber,
  readQuality,
  readRates,
  readSwitch,
  readWord,
} from '../../../src/ui/attributes.ts';

test.each<{ value: string | null | undefined; number: number | undefined; warns: boolean }>([
  { value: null, number: undefined, warns: false },
  { value: undefined, number: undefined, warns: false },
  { value: '', number: undefined, warns: false },
  { value: ' 720 ', number: 720, warns: false },
  { value: '0', number: undefined, warns: true },
  { value: 'tall', number: undefined, warns: true },
  { value: 'Infinity', number: undefined, warns: true },
])('max-height="$value" reads as $number', ({ value, number, warns }) => {
  const warn = vi.fn();
  expect(readNumber('max-height', value, 1, warn)).toBe(number);
  expect(warn).toHaveBeenCalledTimes(warns ? 1 : 0);
});

test.each<{ value: string | null | undefined; word: string; warns: boolean }>([
  { value: null, word: 'eager', warns: false },
  { value: undefined, word: 'eager', warns: false },
  { value: 'Visible', word: 'visible', warns: false },
  { value: 'soon', word: 'eager', warns: true },
])('load="$value" reads as $word', ({ value, word, warns }) => {
  const warn = vi.fn();
  expect(readWord('load', value, ['eager', 'visible', 'interaction'], warn)).toBe(word);
  expect(warn).toHaveBeenCalledTimes(warns ? 1 : 0);
});

test.each([
  { value: null, on: undefined },
  { value: undefined, on: undefined },
  { value: '', on: true },
  { value: 'true', on: true },
  { value: 'False', on: false },
  { value: 'off', on: false },
])('cap-to-size="$value" reads as $on', ({ value, on }) => {
  expect(readSwitch(value)).toBe(on);
});

test.each<{ value: string | null; rates: readonly number[]; warns: boolean }>([
  { value: null, rates: DEFAULT_RATES, warns: false },
  { value: '2, 0.5', rates: [0.5, 1, 2], warns: false },
  { value: '1 1 1.5', rates: [1, 1.5], warns: false },
  { value: 'fast 2 99', rates: [1, 2], warns: true },
  { value: 'fast', rates: DEFAULT_RATES, warns: true },
])('playback-rates="$value" reads as $rates', ({ value, rates, warns }) => {
  const warn = vi.fn();
  expect(readRates(value, warn)).toEqual(rates);
  expect(warn).toHaveBeenCalledTimes(warns ? 1 : 0);
});

test.each<{ value: string | null; choice: string | number; warns: boolean }>([
  { value: null, choice: 'auto', warns: false },
  { value: 'AUTO', choice: 'auto', warns: false },
  { value: '720P', choice: '720p', warns: false },
  { value: '2500000', choice: 2_500_000, warns: false },
  { value: 'best', choice: 'auto', warns: true },
  { value: '0', choice: 'auto', warns: true },
])('quality="$value" reads as $choice', ({ value, choice, warns }) => {
  const warn = vi.fn();
  expect(readQuality(value, warn)).toBe(choice);
  expect(warn).toHaveBeenCalledTimes(warns ? 1 : 0);
});

test.each([
  { value: '640', length: '640px' },
  { value: ' 50% ', length: '50%' },
  { value: '12.5px', length: '12.5px' },
  { value: '0', length: '0px' },
  { value: '-3', length: undefined },
  { value: 'auto', length: undefined },
  { value: '', length: undefined },
  { value: null, length: undefined },
])('width="$value" is $length', ({ value, length }) => {
  expect(readDimension(value)).toBe(length);
});
