import { expect, test } from 'vitest';
import { withLimits } from '../../../src/ui/limit-options.ts';

const NONE = {
  maxHeight: null,
  maxBitrate: null,
  capToSize: null,
  targetLatency: null,
  drmLicenseUrl: null,
  drm: undefined,
  preferredText: undefined,
  cueRenderer: 'native',
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
  expect(withLimits({ drm: { robustness: '2000' } }, { ...NONE, ...attributes }).drm).toEqual(drm);
});

test('attributes say which text is wanted, and the element who draws it', () => {
  expect(withLimits({}, { ...NONE, preferredText: ['de', '*'], cueRenderer: 'overlay' }).text).toEqual({
    render: 'overlay',
    prefer: ['de', '*'],
  });
  expect(
    withLimits({ text: { prefer: 'fr', render: 'native' } }, { ...NONE, cueRenderer: 'overlay' }).text,
  ).toEqual({
    render: 'native',
    prefer: 'fr',
  });
});
