import type { Rule } from '../../demo/origin/rules.ts';
import type { DrmOptions } from '../../src/index.ts';

/** The request for a case's resource, its path decoded. */
export interface Asked {
  readonly path: string;
  /** Undefined for anything but a fragment. */
  readonly fragment?: { readonly stream: string; readonly bitrate: number; readonly time: bigint };
}

/** A clean title, changed in one way, and the expected result. */
export interface Case {
  readonly name: string;
  /** The section of the format, or who is known to do it. */
  readonly place: string;
  /** `elsewhere`: the same origin by another name, such as `http://localhost:1234`. */
  readonly manifest?: (clean: string, elsewhere: string) => string | Buffer;
  /** A composite manifest, `title.csm`, made of the clean one. */
  readonly composite?: (clean: string) => string;
  readonly fragment?: (
    clean: Buffer,
    /** The result of `locate`. */
    asked: NonNullable<Asked['fragment']>,
    /** What the request says. */
    request: Asked,
  ) => Buffer | undefined;
  /** The corresponding fragment of the clean title; default: the one with that name, bitrate and time. */
  readonly locate?: (asked: Asked) => Asked['fragment'] | undefined;
  /** The faults of the network, by the title's folder. */
  readonly rules?: (folder: string, elsewhere: string) => readonly Rule[];
  /** The URL to load, relative to the title's folder; default `Manifest`. */
  readonly url?: string;
  /** Start position, in seconds; default 0. */
  readonly startTime?: number;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How the page obtains the keys. */
  readonly drm?: DrmOptions;
  readonly expect: Expectation;
}

export type Expectation =
  | {
      readonly plays: {
        /** Frames that must be shown, first and last; default: all of four seconds. */
        readonly frames?: readonly [first: number, last: number];
        /** The frame at 0 of the media clock; default: the first of `frames`. */
        readonly zero?: number;
        /** The order of pieces of the film, by first and last frame; default: `frames`. */
        readonly pieces?: readonly (readonly [first: number, last: number])[];
        /** Seconds; default: that of the frames. */
        readonly duration?: number;
        /** Aspect ratio of the displayed picture. */
        readonly shape?: number;
        /** Number of skipped chunks; default: none. */
        readonly skips?: number;
        /** Pictures are not checked. */
        readonly isSoundOnly?: boolean;
        /** Pages may not draw the pictures, because they were encrypted: only their times are checked. */
        readonly isSealed?: boolean;
        /** Codes that must be reported, each at least once. No others may be. */
        readonly warnings?: readonly string[];
        /** Kinds of repairs that must be counted. No others may be. */
        readonly repairs?: readonly string[];
        /** Allowed fillings of holes; at the end of a title browsers may need none. */
        readonly bridges?: readonly ('picture-held' | 'silence')[];
      };
    }
  | { readonly error: string }
  /** Nothing is shown and nothing fails while the case is watched: an outage is waited out. */
  | { readonly waits: true };

/** Four seconds of audio and video without changes. */
export const plays = (how: Extract<Expectation, { plays: unknown }>['plays'] = {}): Expectation => ({
  plays: how,
});

export const waits: Expectation = { waits: true };

export const fails = (error: string): Expectation => ({ error });

/** Replaces text that must exist. */
export function swap(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`a case changes nothing: ${String(from)}`);
  return changed;
}
