import { buildFragment, type FragmentSpec } from '../support/fragment-builder.ts';
import { ttml } from '../support/text.ts';

/** A title with one stream of text, and what must be read and shown of it. */
export interface TextCase {
  readonly name: string;
  /** Where the formats speak of it, or who is known to do it. */
  readonly place: string;
  /** The stream in the manifest; default: two chunks of two seconds of TTML. */
  readonly stream?: string;
  /** Eight seconds instead of four. */
  readonly isLong?: boolean;
  /** What is sent for the chunk that begins at a second; `undefined`: 404. */
  readonly fragment?: (second: number) => Buffer | undefined;
  /** Start, end and text of every cue, in seconds of the title. */
  readonly cues: readonly (readonly [start: number, end: number, text: string])[];
  /** Left, top, width and height of the region of the first, in per cent of the picture. */
  readonly region?: readonly [number, number, number, number];
}

const SECOND = 10_000_000;

/** The text stream of a case: `attributes` of `StreamIndex`, those of `QualityLevel`, and its chunks. */
export const stream = (
  attributes = 'Subtype="SUBT"',
  level = 'Bitrate="1000" FourCC="TTML"',
  chunks = '<c t="0" d="20000000"/><c t="20000000" d="20000000"/>',
): string =>
  `<StreamIndex Type="text" Name="text_en" Language="en" ${attributes} Url="QualityLevels({bitrate})/Fragments(text_en={start time})"><QualityLevel Index="0" ${level}/>${chunks}</StreamIndex>`;

/** A fragment whose samples have these contents; each lasts as long as all of them do in two seconds. */
export function fragmentOf(
  samples: readonly (string | Buffer)[],
  spec: Partial<FragmentSpec> & { readonly sizes?: readonly number[] } = {},
): Buffer {
  const bytes = samples.map((sample) => Buffer.from(sample));
  const { sizes, ...rest } = spec;
  const duration = (2 * SECOND) / Math.max(1, bytes.length);
  return Buffer.from(
    buildFragment({
      runs: [{ samples: bytes.map(({ length }, at) => ({ size: sizes?.[at] ?? length, duration })) }],
      payload: Buffer.concat(bytes),
      ...rest,
    }),
  );
}

/** Fragments of one document each: for the first chunk, and for the second. */
export const documents =
  (first: string, second = ttml('<div/>')) =>
  (at: number): Buffer =>
    fragmentOf([at === 0 ? first : second]);

/** The same where the first has this body. */
export const body = (first: string, how: Parameters<typeof ttml>[1] = {}, second?: string) =>
  documents(ttml(first, how), second && ttml(second, how));

/** One paragraph, from 0.5 to 1.5 s unless told otherwise. */
export const paragraph = (text: string, attributes = '', times = 'begin="0.5s" end="1.5s"'): string =>
  `<div><p ${times} ${attributes}>${text}</p></div>`;
