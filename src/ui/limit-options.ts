import type { DrmOptions } from '../eme/drm-options.ts';
import type { SmoothOptions } from '../player/options.ts';
import { readNumber, readSwitch } from './attributes.ts';

/** The attributes for quality limits, live latency and licence server, as written, and the property with the rest. */
export interface LimitAttributes {
  readonly maxHeight: string | number | null;
  readonly maxBitrate: string | number | null;
  readonly capToSize: string | boolean | null;
  readonly targetLatency: string | number | null;
  readonly drmLicenseUrl: string | null;
  readonly drm: DrmOptions | undefined;
  /** Preferred languages of text, and who renders it. */
  readonly preferredText: readonly string[] | undefined;
  readonly cueRenderer: 'native' | 'overlay';
}

/** `options` overridden by the attributes. */
export function withLimits(options: SmoothOptions, attributes: LimitAttributes): SmoothOptions {
  const maxHeight = readNumber('max-height', attributes.maxHeight, 1);
  const maxBitrate = readNumber('max-bitrate', attributes.maxBitrate, 1);
  const capToSize = readSwitch(attributes.capToSize);
  const targetLatency = readNumber('target-latency', attributes.targetLatency, 0.1);
  const heuristics = {
    ...options.heuristics,
    ...(maxHeight !== undefined && { maxHeight }),
    ...(maxBitrate !== undefined && { maxBitrate }),
    ...(capToSize !== undefined && { capToSize }),
  };
  const url = attributes.drmLicenseUrl;
  const servers = url === null ? undefined : { 'com.microsoft.playready': url, 'com.widevine.alpha': url };
  const drm = { ...options.drm, ...(servers && { servers }), ...attributes.drm };
  const live = { ...options.live, ...(targetLatency !== undefined && { targetLatency }) };
  const { preferredText: prefer, cueRenderer: render } = attributes;
  const text = { render, ...options.text, ...(prefer && { prefer }) };
  return { ...options, heuristics, live, text, drm };
}
