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
  /** Preferred languages of text. */
  readonly preferredText: readonly string[] | undefined;
}

/** The groups of options that attributes set. */
type Limits = Pick<SmoothOptions, (typeof GROUPS)[number]>;
const GROUPS = ['heuristics', 'live', 'drm', 'text'] as const;

/** What the attributes say. */
export function limitsOf(attributes: LimitAttributes): Limits {
  const maxHeight = readNumber('max-height', attributes.maxHeight, 1);
  const maxBitrate = readNumber('max-bitrate', attributes.maxBitrate, 1);
  const capToSize = readSwitch(attributes.capToSize);
  const targetLatency = readNumber('target-latency', attributes.targetLatency, 0.1);
  const heuristics = {
    ...(maxHeight !== undefined && { maxHeight }),
    ...(maxBitrate !== undefined && { maxBitrate }),
    ...(capToSize !== undefined && { capToSize }),
  };
  const url = attributes.drmLicenseUrl;
  const servers = url ? { 'com.microsoft.playready': url, 'com.widevine.alpha': url } : undefined;
  const drm = { ...(servers && { servers }), ...attributes.drm };
  const live = targetLatency === undefined ? {} : { targetLatency };
  const { preferredText: prefer } = attributes;
  return { heuristics, live, drm, text: prefer ? { prefer } : {} };
}

/** `options` overridden by `limits`. What only `before` has, the limits until now, returns to its default. */
export function withLimits(options: SmoothOptions, limits: Limits, before: Limits = {}): SmoothOptions {
  const groups = GROUPS.map((group) => [
    group,
    { ...unset(before[group]), ...options[group], ...limits[group] },
  ]);
  return { ...options, ...Object.fromEntries(groups) };
}

/** The same names without values, which removes them from a player's options. */
const unset = (group: object = {}) => Object.fromEntries(Object.keys(group).map((name) => [name, undefined]));
