import { expect, test } from 'vitest';
import { withLimits } from '../../../src/ui/limit-options.ts';

const NONE = {
  maxHeight: null,
  maxBitrate: null,
  capToSize: null,
  targetLatency: null,
  drmLicenseUrl: null,
  drm: undefined,
};
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
