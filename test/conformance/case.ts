import type { Rule } from '../../demo/origin/rules.ts';
import type { DrmOptions } from '../../src/index.ts';

/** What a request below a case's title asks for, its path decoded. */
export interface Asked {
  readonly path: string;
  /** Undefined for anything but a fragment. */
  readonly fragment?: { readonly stream: string; readonly bitrate: number; readonly time: bigint };
}

/** A clean title, changed in one way, and what must come of it. */
export interface Case {
  readonly name: string;
  /** Where the format speaks of it, or who is known to do it. */
  readonly place: string;
  /** `elsewhere`: the same origin by another name, such as `http://localhost:1234`. */
  readonly manifest?: (clean: string, elsewhere: string) => string | Buffer;
  /** A composite manifest, `title.csm`, made of the clean one. */
  readonly composite?: (clean: string) => string;
  readonly fragment?: (
    clean: Buffer,
    /** What `locate` gives. */
    asked: NonNullable<Asked['fragment']>,
    /** What the request says. */
    request: Asked,
  ) => Buffer | undefined;
  /** Which fragment of the clean title is meant; default: the one of that name, bitrate and time. */
  readonly locate?: (asked: Asked) => Asked['fragment'] | undefined;
  /** What the network does, by the title's folder. */
  readonly rules?: (folder: string, elsewhere: string) => readonly Rule[];
  /** What is loaded, from the title's folder on; default `Manifest`. */
  readonly url?: string;
  /** Where the viewer begins, in seconds; default 0. */
  readonly startTime?: number;
  /** Sent with everything. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How the page gets at the keys. */
  readonly drm?: DrmOptions;
  readonly expect: Expectation;
}

export type Expectation =
  | {
      readonly plays: {
        /** Frames that must be shown, first and last; default: all of four seconds. */
        readonly frames?: readonly [first: number, last: number];
        /** Of which frame the media clock's 0 is; default: the first of `frames`. */
        readonly zero?: number;
        /** In which order pieces of the film are shown, by first and last frame; default: `frames`. */
        readonly pieces?: readonly (readonly [first: number, last: number])[];
        /** Seconds; default: as many as the frames last. */
        readonly duration?: number;
        /** Width over height of the picture as it is shown. */
        readonly shape?: number;
        /** Chunks that are left out; default: none. */
        readonly skips?: number;
        /** No picture is looked for. */
        readonly isSoundOnly?: boolean;
        /** Pictures that pages may not draw, for they were encrypted: only their times are looked at. */
        readonly isSealed?: boolean;
        /** Codes that must be told, each once or more. No others may be. */
        readonly warnings?: readonly string[];
        /** Kinds of repairs that must be counted. No others may be. */
        readonly repairs?: readonly string[];
        /** What may be put into a hole; at the end of a title browsers may need nothing. */
        readonly bridges?: readonly ('picture-held' | 'silence')[];
      };
    }
  | { readonly error: string }
  /** Nothing is shown and nothing fails while the case is watched: an outage is waited out. */
  | { readonly waits: true };

/** Four seconds of picture and sound as they are. */
export const plays = (how: Extract<Expectation, { plays: unknown }>['plays'] = {}): Expectation => ({
  plays: how,
});

export const waits: Expectation = { waits: true };

export const fails = (error: string): Expectation => ({ error });

/** Replaces what must be there. */
export function swap(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`a case changes nothing: ${String(from)}`);
  return changed;
}
