import { textsFor } from './texts.ts';

/** The texts of the statistics panel in one language. */
export interface StatsStrings {
  readonly language: string;
  readonly playing: string;
  readonly loading: string;
  readonly estimate: string;
  readonly decision: string;
  readonly buffer: string;
  readonly latency: string;
  readonly frames: string;
  readonly switches: string;
  readonly stalls: string;
  readonly network: string;
  readonly startup: string;
  readonly skipped: string;
  readonly repairs: string;
  /** With `{decoded}` and `{dropped}`. */
  readonly framesValue: string;
  readonly noStalls: string;
  /** With `{size}`, `{requests}` and `{retries}`. */
  readonly networkValue: string;
  /** With `{latency}` and `{target}`. */
  readonly latencyValue: string;
  /** Saves the diagnostics as a file. */
  readonly save: string;
}

const en: StatsStrings = {
  language: 'en',
  playing: 'playing',
  loading: 'loading',
  estimate: 'estimate',
  decision: 'decision',
  buffer: 'buffer',
  latency: 'latency',
  frames: 'frames',
  switches: 'switches',
  stalls: 'stalls',
  network: 'network',
  startup: 'startup',
  skipped: 'skipped',
  repairs: 'repairs',
  framesValue: '{decoded} decoded, {dropped} dropped',
  noStalls: 'none',
  networkValue: '{size}, {requests} requests, {retries} retries',
  latencyValue: '{latency} of {target}',
  save: 'Save diagnostics',
};

/** The texts for a language tag; English until others are loaded. */
export const statsStringsFor = (language: string): StatsStrings => textsFor('statistics', language, en);
