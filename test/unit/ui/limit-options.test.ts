import { expect, test } from 'vitest';
import type { SmoothError } from '../../../src/base/errors.ts';
import { mergeOptions, type SmoothOptions } from '../../../src/player/options.ts';
import { limitsOf, withLimits } from '../../../src/ui/limit-options.ts';

const NONE = {
  maxHeight: null,
  maxBitrate: null,
  capToSize: null,
  targetLatency: null,
  drmLicenseUrl: null,
  drm: undefined,
  preferredText: undefined,
} as const;
const URL = 'https://host/licence';

test.each([
  { name: 'nothing', attributes: {}, drm: { robustness: '2000' } },
  {
    name: 'the attribute names the server of PlayReady and Widevine',
    attributes: { drmLicenseUrl: URL },
    drm: { robustness: '2000', servers: { 'com.microsoft.playready': URL, 'com.widevine.alpha': URL } },
  },
  {
    name: 'the property wins',
    attributes: { drmLicenseUrl: URL, drm: { servers: { 'com.widevine.alpha': 'https://other' } } },
    drm: { robustness: '2000', servers: { 'com.widevine.alpha': 'https://other' } },
  },
])('protected titles: $name', ({ attributes, drm }) => {
  expect(withLimits({ drm: { robustness: '2000' } }, limitsOf({ ...NONE, ...attributes })).drm).toEqual(drm);
});

test('attributes say which text is wanted', () => {
  const options = { text: { prefer: 'fr', render: 'native' } } as const;
  expect(withLimits(options, limitsOf({ ...NONE, preferredText: ['de', '*'] })).text).toEqual({
    render: 'native',
    prefer: ['de', '*'],
  });
  expect(withLimits(options, limitsOf(NONE)).text).toEqual(options.text);
});

test('without its attribute a limit is as in the options again, or the default', () => {
  const before = limitsOf({ ...NONE, maxHeight: '480', targetLatency: '4', preferredText: ['de'] });
  const given = { heuristics: { maxHeight: 1080 }, live: { backOff: false } };
  const now = (options: SmoothOptions) => {
    const limited = mergeOptions({}, withLimits(options, before), fail);
    return mergeOptions(limited, withLimits(options, limitsOf(NONE), before), fail);
  };
  expect(now(given)).toEqual({ ...given, drm: {}, text: {} });
  expect(now({})).toEqual({ heuristics: {}, live: {}, drm: {}, text: {} });
});

const fail = (error: SmoothError) => expect.unreachable(error.message);
