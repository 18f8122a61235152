import { expect, test } from 'vitest';
import type { SmoothError } from '../../../src/base/errors.ts';
import {
  checkLoadOptions,
  type LoadOptions,
  mergeOptions,
  type SmoothOptions,
  settingsOf,
} from '../../../src/player/options.ts';

const merge = (options: SmoothOptions, patch: unknown) => {
  const warnings: string[] = [];
  const merged = mergeOptions(options, patch as SmoothOptions, (error: SmoothError) =>
    warnings.push(error.message),
  );
  return { merged, warnings };
};

test('a patch changes what it names and nothing else', () => {
  const { merged, warnings } = merge(
    { buffer: { ahead: 10, behind: 5 } },
    { buffer: { ahead: 20 }, heuristics: { start: 5e6 } },
  );
  expect(merged).toEqual({ buffer: { ahead: 20, behind: 5 }, heuristics: { start: 5e6 } });
  expect(warnings).toEqual([]);
});

test('an unknown option is left out and the nearest known one is named', () => {
  const { merged, warnings } = merge({}, { heuristics: { maxBitRate: 1 }, bufer: {} });
  expect(merged).toEqual({ heuristics: {} });
  expect(warnings.join('\n')).toMatch(
    /heuristics\.maxBitRate" is unknown; did you mean "heuristics\.maxBitrate"/,
  );
  expect(warnings.join('\n')).toMatch(/"bufer" is unknown; did you mean "buffer"/);
});

test.each([-1, 0, Number.NaN, '30', null])('a buffer of %s seconds is refused', (ahead) => {
  const { merged, warnings } = merge({ buffer: { ahead: 12 } }, { buffer: { ahead } });
  expect(merged.buffer).toEqual({ ahead: 12 });
  expect(warnings).toEqual(['option-invalid: option "buffer.ahead" must be a positive number']);
});

test('hostile keys reach no prototype', () => {
  const patch = JSON.parse(
    '{"__proto__": {"polluted": 1}, "constructor": {"x": 1}, "buffer": {"__proto__": {"polluted": 1}}}',
  );
  const { merged, warnings } = merge({}, patch);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  expect((merged as Record<string, unknown>).polluted).toBeUndefined();
  expect(warnings.length).toBe(3);
});

test('undefined takes an option back to its default', () => {
  const { merged } = merge({ buffer: { ahead: 12 } }, { buffer: undefined });
  expect(settingsOf(merged).buffer).toEqual({ ahead: 30, behind: 30 });
});

test('on a machine with little memory less is kept behind the playhead, unless the page says otherwise', () => {
  expect(settingsOf({}, 2).buffer).toEqual({ ahead: 30, behind: 10 });
  expect(settingsOf({}, 4).buffer).toEqual({ ahead: 30, behind: 30 });
  expect(settingsOf({ buffer: { behind: 20 } }, 2).buffer.behind).toBe(20);
});

test.each([
  { patch: { buffer: null }, option: 'buffer', must: 'an object' },
  { patch: { network: 5 }, option: 'network', must: 'an object' },
  { patch: { network: { timeout: null } }, option: 'network.timeout', must: 'an object' },
  {
    patch: { network: { timeout: { firstByte: '6' } } },
    option: 'network.timeout.firstByte',
    must: 'a positive number',
  },
  { patch: { network: { fetch: {} } }, option: 'network.fetch', must: 'a function' },
  { patch: { network: { allowedOrigins: null } }, option: 'network.allowedOrigins', must: 'an object' },
  { patch: { heuristics: { capToSize: 'yes' } }, option: 'heuristics.capToSize', must: 'true or false' },
  { patch: { drm: { robustness: 3 } }, option: 'drm.robustness', must: 'a string' },
  { patch: { log: 'console' }, option: 'log', must: 'a function' },
  { patch: null, option: 'options', must: 'an object' },
])('$option must be $must: what is not is left out, with a warning', ({ patch, option, must }) => {
  const before: SmoothOptions = { buffer: { ahead: 12 }, network: { timeout: { whole: 9 } } };
  const { merged, warnings } = merge(before, patch);
  expect(settingsOf(merged).buffer.ahead).toBe(12);
  expect(settingsOf(merged).network.timeout).toEqual({ firstByte: 6000, progress: 4000, whole: 9 });
  expect(warnings).toEqual([`option-invalid: option "${option}" must be ${must}`]);
});

test('time limits are merged one by one', () => {
  const { merged } = merge(
    { network: { timeout: { whole: 9 } } },
    { network: { timeout: { firstByte: 1 } } },
  );
  expect(settingsOf(merged).network.timeout).toEqual({ firstByte: 1, progress: 4000, whole: 9 });
});

test('misspelt options of load are reported, with the one that was meant', () => {
  const told: unknown[] = [];
  const options = { startTime: 4, starttime: 5, signals: undefined } as LoadOptions;
  checkLoadOptions(options, ({ details }) => told.push(details));
  expect(told).toEqual([
    { option: 'starttime', problem: 'is unknown; did you mean "startTime"?' },
    { option: 'signals', problem: 'is unknown; did you mean "signal"?' },
  ]);
});

test.each(['5', Number.NaN, Number.POSITIVE_INFINITY, new Date(Number.NaN), null])(
  'a start time of %s is reported and ignored',
  (startTime) => {
    const told: string[] = [];
    const { signal } = new AbortController();
    const options = { startTime, signal } as unknown as LoadOptions;
    expect(checkLoadOptions(options, ({ message }) => told.push(message))).toEqual({ signal });
    expect(told.join()).toMatch(/"startTime" .* is not a number of seconds, "live" or a date/);
  },
);

test.each([undefined, 'live', 0, -4, new Date(0)])('a start time of %s is valid', (startTime) => {
  const options = { startTime } as LoadOptions;
  expect(checkLoadOptions(options, ({ message }) => expect.unreachable(message))).toBe(options);
});
