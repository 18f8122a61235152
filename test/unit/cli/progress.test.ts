import { describe, expect, it } from 'vitest';
import { bytesText, clockText, ProgressBar, type ProgressUnit } from '../../../cli/progress.ts';

/** A bar that writes to a list, and a clock that the test moves. */
function barOf(unit: ProgressUnit, isTTY: boolean) {
  let now = 0;
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text), isTTY, columns: 100 };
  const bar = new ProgressBar(output, unit, () => now);
  return {
    bar,
    written,
    at: (seconds: number) => {
      now = seconds * 1000;
    },
  };
}

const MIB = 2 ** 20;

describe('progress on a terminal', () => {
  it('is a bar in place, with amount, speed and time left', () => {
    const { bar, written, at } = barOf('bytes', true);
    bar.update({ step: 'a.ismv', done: 0, total: 400 * MIB });
    at(10);
    bar.update({ step: 'a.ismv', done: 100 * MIB, total: 400 * MIB });
    expect(written.at(-1)?.trimEnd()).toBe(
      '\r[######..................] 25 %  100 MiB of 400 MiB  10.0 MiB/s  0:30 left  a.ismv',
    );
    expect(written.at(-1)).toHaveLength(100);
    bar.end();
    expect(written.at(-1)).toBe('\n');
  });

  it('is not drawn more often than eyes can follow', () => {
    const { bar, written, at } = barOf('bytes', true);
    for (let i = 0; i <= 1000; i += 1) {
      at(i / 1000);
      bar.update({ step: 'a', done: i, total: 1000 });
    }
    expect(written.length).toBeLessThan(12);
  });

  it('makes room for other lines', () => {
    const { bar, written, at } = barOf('bytes', true);
    at(1);
    bar.update({ step: 'a', done: 1, total: 2 });
    bar.clear();
    expect(written.at(-1)).toMatch(/^\r +\r$/);
  });
});

describe('progress elsewhere', () => {
  it('is a line for each tenth, if that takes its time', () => {
    const { bar, written, at } = barOf('seconds', false);
    for (let i = 0; i <= 100; i += 1) {
      at(i);
      bar.update({ step: '720p', done: i * 36, total: 3600 });
    }
    expect(written).toHaveLength(11);
    expect(written[1]).toBe('10 %  6:00 of 1:00:00  36.0x  1:30 left  720p\n');
    expect(written.at(-1)).toBe('100 %  1:00:00 of 1:00:00  36.0x  720p\n');
  });

  it('says so now and then though hardly anything happens', () => {
    const { bar, written, at } = barOf('bytes', false);
    for (let i = 0; i <= 100; i += 1) {
      at(i);
      bar.update({ step: 'a', done: i, total: 1e9 });
    }
    expect(written).toHaveLength(4);
  });

  it('is nothing where the work is over at once', () => {
    const { bar, written, at } = barOf('bytes', false);
    at(0.5);
    bar.update({ step: 'a', done: 10, total: 10 });
    bar.end();
    expect(written).toEqual([]);
  });

  it('goes without what is not known', () => {
    const { bar, written, at } = barOf('bytes', false);
    at(5);
    bar.update({ step: 'a', done: 5 * MIB, total: undefined });
    expect(written).toEqual(['5.0 MiB  a\n']);
  });
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [150 * 1024, '150 KiB'],
  [5.5 * MIB, '5.5 MiB'],
  [3 * 2 ** 40, '3.0 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

it.each([
  [0, '0:00'],
  [59.6, '1:00'],
  [3599, '59:59'],
  [3600, '1:00:00'],
  [36_061, '10:01:01'],
])('%d seconds are %s', (seconds, text) => {
  expect(clockText(seconds)).toBe(text);
});
