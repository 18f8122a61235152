import type { TtmlElement } from './document.ts';
import type { Ratio, TimeParameters } from './time-expression.ts';

/** Parameters of the whole document. TTML 2, 7. */
export interface DocumentParameters extends TimeParameters {
  /** Whether the document itself specifies the tick rate, or what it follows from. */
  readonly hasTickRate: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Pixels of the root container, if `tts:extent` specifies them. */
  readonly extent: { readonly width: number; readonly height: number } | undefined;
}

/** 100 ns, the default in Smooth Streaming. */
export const SMOOTH_TICK_RATE: Ratio = { numerator: 10_000_000n, denominator: 1n };

/** In nanoseconds. Titles are shorter; later times are in other units. */
export const LONGEST_TITLE = 100n * 3600n * 1_000_000_000n;

/** `tickRate` overrides the default for a document that doesn't specify it, and is the unit of bare integers. */
export function readParameters({ attributes }: TtmlElement, tickRate?: Ratio): DocumentParameters {
  const nominal = parseRate(attributes.get('ttp:framerate'));
  const multiplier = parseMultiplier(attributes.get('ttp:frameratemultiplier'));
  const subFrameRate = parseCount(attributes.get('ttp:subframerate')) ?? 1;
  const declared = parseRate(attributes.get('ttp:tickrate'));
  const rate = nominal ?? { numerator: 30n, denominator: 1n };
  const frameRate = {
    numerator: rate.numerator * multiplier.numerator,
    denominator: rate.denominator * multiplier.denominator,
  };
  const implied = nominal
    ? { ...frameRate, numerator: frameRate.numerator * BigInt(subFrameRate) }
    : { numerator: 1n, denominator: 1n };
  const dropMode = attributes.get('ttp:dropmode')?.toLowerCase() ?? '';
  const [columns, rows] = parsePair(attributes.get('ttp:cellresolution')) ?? [32, 15];
  return {
    frameRate,
    nominalFrameRate: Number(rate.numerator) / Number(rate.denominator),
    subFrameRate,
    tickRate: declared ?? tickRate ?? implied,
    unitlessRate: tickRate,
    hasTickRate: declared !== undefined,
    isTimecode: /^\s*smpte\s*$/i.test(attributes.get('ttp:timebase') ?? ''),
    dropMode: dropMode.includes('ntsc') ? 'ntsc' : dropMode.includes('pal') ? 'pal' : 'none',
    columns,
    rows,
    extent: parseExtent(attributes.get('tts:extent')),
  };
}

/** A positive rate, possibly with decimals. */
function parseRate(text: string | undefined): Ratio | undefined {
  const [, whole = '', fraction = ''] = /^\s*(\d{1,12})(?:\.(\d{1,20}))?\s*$/.exec(text ?? '') ?? [];
  const denominator = 10n ** BigInt(fraction.length);
  const numerator = BigInt(whole || '0') * denominator + BigInt(fraction || '0');
  return numerator > 0n ? { numerator, denominator } : undefined;
}

/** Two numbers separated by a space or, as in the drafts of 2006, a colon. */
function parseMultiplier(text: string | undefined): Ratio {
  const [, n = '0', d = '1'] = /^\s*(\d{1,6})(?:[\s:/]+(\d{1,6}))?\s*$/.exec(text ?? '') ?? [];
  const [numerator, denominator] = [BigInt(n), BigInt(d)];
  return numerator > 0n && denominator > 0n ? { numerator, denominator } : { numerator: 1n, denominator: 1n };
}

function parseCount(text: string | undefined): number | undefined {
  const [, digits = ''] = /^\s*(\d{1,6})\s*$/.exec(text ?? '') ?? [];
  return Number(digits) || undefined;
}

function parsePair(text: string | undefined): readonly [number, number] | undefined {
  const [, a = '', b = ''] = /^\s*(\d{1,5})\s+(\d{1,5})\s*$/.exec(text ?? '') ?? [];
  return Number(a) > 0 && Number(b) > 0 ? [Number(a), Number(b)] : undefined;
}

function parseExtent(text: string | undefined): DocumentParameters['extent'] {
  const [, width = '', height = ''] =
    /^\s*(\d{1,5})(?:\.\d+)?px\s+(\d{1,5})(?:\.\d+)?px\s*$/i.exec(text ?? '') ?? [];
  return Number(width) > 0 && Number(height) > 0
    ? { width: Number(width), height: Number(height) }
    : undefined;
}
