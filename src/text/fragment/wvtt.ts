import { type Nanoseconds, NO_TIME, nanoseconds } from '../moment.ts';
import { vttCue } from '../plain/read-vtt.ts';
import type { TextRepairs } from '../repair.ts';
import type { DocumentCue } from '../ttml/paragraph.ts';
import { boxesOf, type TextSample } from './text-samples.ts';

const CUE_BOXES = new Set(['vttc', 'vtte', 'vtta', 'vttx']);

/** Whether a sample is WebVTT in boxes. ISO/IEC 14496-30, 6. */
export const isWvtt = ({ bytes }: TextSample): boolean =>
  bytes.length >= 8 && CUE_BOXES.has(String.fromCharCode(...bytes.subarray(4, 8)));

/**
 * Cues of WebVTT samples, relative to the fragment's start: a cue lasts as long as its sample, and continues in the
 * next one if that contains the same. `toTime` converts ticks.
 */
export function readWvtt(
  samples: readonly TextSample[],
  toTime: (ticks: number) => Nanoseconds,
  repairs: TextRepairs,
): DocumentCue[] {
  const cues: DocumentCue[] = [];
  /** What is shown up to the current sample, by content. */
  let shown = new Map<string, number>();
  for (const { bytes, offset, duration } of samples) {
    const [begin, end] = [toTime(offset), duration > 0 ? toTime(offset + duration) : undefined];
    const next = new Map<string, number>();
    for (const { type, content } of boxesOf(bytes)) {
      if (type !== 'vttc' && type !== 'vttx') continue;
      const { payload, settings } = readCueBox(content);
      const key = `${settings}\n${payload}`;
      const before = shown.get(key);
      const last = before === undefined ? undefined : cues[before];
      if (before !== undefined && last && last.end === begin && !next.has(key)) {
        cues[before] = { ...last, end };
        next.set(key, before);
        continue;
      }
      const cue = vttCue(payload, settings, new Map(), repairs);
      if (!cue) continue;
      next.set(key, cues.length);
      cues.push({ ...cue, begin, end });
    }
    shown = next;
  }
  return cues;
}

function readCueBox(content: Uint8Array): { readonly payload: string; readonly settings: string } {
  let [payload, settings] = ['', ''];
  for (const { type, content: text } of boxesOf(content)) {
    // Packagers leave the line breaks of WebVTT files at the end.
    if (type === 'payl') payload = new TextDecoder().decode(text).trim();
    else if (type === 'sttg') settings = new TextDecoder().decode(text);
  }
  return { payload, settings };
}

/** Ticks of a stream, or of a file inside it: if samples last much longer or shorter than their chunk, they divide it. */
export function tickConverter(
  samples: readonly TextSample[],
  chunkDuration: bigint,
  timescale: bigint,
): (ticks: number) => Nanoseconds {
  const declared = samples.reduce((end, { offset, duration }) => Math.max(end, offset + duration), 0);
  const isOther = declared > 0 && chunkDuration > 0n && isFar(declared, Number(chunkDuration));
  const [numerator, denominator] = isOther ? [chunkDuration, BigInt(declared) * timescale] : [1n, timescale];
  return (ticks) =>
    ticks === 0 ? NO_TIME : nanoseconds((BigInt(ticks) * numerator * 1_000_000_000n) / denominator);
}

/** More than rounding, gaps or overlaps can explain. */
const isFar = (a: number, b: number): boolean => a > 3 * b || b > 3 * a;
