import { TEXT_LIMITS } from '../cue.ts';
import { type Nanoseconds, nanoseconds } from '../moment.ts';
import type { TextRepairs } from '../repair.ts';
import { type DocumentCue, inOrder } from '../ttml/paragraph.ts';
import { readMarkup, VTT_MARKUP } from './cue-markup.ts';
import { percent, placeBySettings, type VttRegion } from './vtt-settings.ts';

const BLOCKS_IN_A_STEP = 500;

const LINES_IN_A_STEP = 2000;
/** Of a block; nobody reads more. */
const MOST_LINES = 1000;

const TIME = String.raw`(?:(\d{1,9}):)?(\d{1,2}):(\d{1,2})([.,])(\d{1,9})`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}\s*(.*)$`);

/**
 * Reads a WebVTT file in slices. `STYLE` and `NOTE` blocks and `X-TIMESTAMP-MAP` are skipped; invalid blocks are
 * dropped. WebVTT, 6.
 */
export function* readVtt(text: string, repairs: TextRepairs): Generator<void, readonly DocumentCue[], void> {
  const regions = new Map<string, VttRegion>();
  const cues: DocumentCue[] = [];
  let blocks = 0;
  for (const block of blocksOf(text)) {
    if (++blocks % BLOCKS_IN_A_STEP === 0) yield;
    if (block.length === 0) yield;
    const [first = '', second = ''] = block;
    const at = first.includes('-->') ? 0 : second.includes('-->') ? 1 : -1;
    if (at < 0) {
      if (/^REGION\s*$/.test(first)) declareRegion(block.slice(1), regions);
      continue;
    }
    const timing = parseTiming(block[at] ?? '', repairs);
    if (!timing) {
      repairs.add('time-rejected');
      continue;
    }
    if (timing.end <= timing.begin) continue;
    if (cues.length >= TEXT_LIMITS.cues) {
      repairs.add('cut-off');
      break;
    }
    const cue = vttCue(block.slice(at + 1).join('\n'), timing.settings, regions, repairs);
    if (cue) cues.push({ ...cue, begin: timing.begin, end: timing.end });
  }
  return inOrder(cues);
}

/** A cue without its time; `undefined` if nothing is left to show. */
export function vttCue(
  payload: string,
  settings: string,
  regions: ReadonlyMap<string, VttRegion>,
  repairs: TextRepairs,
): Omit<DocumentCue, 'begin' | 'end'> | undefined {
  if (payload.length > TEXT_LIMITS.cueLength) repairs.add('cut-off');
  const runs = readMarkup(payload.slice(0, TEXT_LIMITS.cueLength), VTT_MARKUP);
  const text = runs.map((run) => run.text).join('');
  if (text.trim() === '') return undefined;
  return { text, runs, ...placeBySettings(settings, regions), isForced: false };
}

/** Lines up to an empty one; yields nothing from time to time in a long block. */
function* blocksOf(text: string): Generator<string[], void, void> {
  let block: string[] = [];
  let lines = 0;
  for (const written of linesOf(text)) {
    if (++lines % LINES_IN_A_STEP === 0) yield [];
    const line = written.replaceAll('\0', '\ufffd');
    // A line with a time begins a cue, even if the empty line before it is missing.
    const isAnotherCue = line.includes('-->') && block.some((before) => before.includes('-->'));
    if (line.trim() !== '' && !isAnotherCue) {
      if (block.length < MOST_LINES) block.push(line);
      continue;
    }
    if (block.length > 0) yield block;
    block = isAnotherCue ? [line] : [];
  }
  if (block.length > 0) yield block;
}

/** Line by line, since a file may have a million. */
export function* linesOf(text: string): Generator<string, void, void> {
  const ends = /\r\n|\n|\r/g;
  let from = 0;
  for (let end = ends.exec(text); end; end = ends.exec(text)) {
    yield text.slice(from, end.index);
    from = ends.lastIndex;
  }
  yield text.slice(from);
}

/** From the line with the arrow. */
function parseTiming(
  line: string,
  repairs: TextRepairs,
): { readonly begin: Nanoseconds; readonly end: Nanoseconds; readonly settings: string } | undefined {
  const match = TIMING.exec(line.slice(0, 1000));
  if (!match) return undefined;
  const [, h1, m1 = '', s1 = '', point, f1 = '', h2, m2 = '', s2 = '', , f2 = '', settings = ''] = match;
  if (point === ',') repairs.add('time-format');
  return { begin: timeOf(h1, m1, s1, f1), end: timeOf(h2, m2, s2, f2), settings };
}

export function timeOf(
  hours: string | undefined,
  minutes: string,
  secs: string,
  fraction: string,
): Nanoseconds {
  const whole = BigInt(hours ?? '0') * 3600n + BigInt(minutes) * 60n + BigInt(secs);
  return nanoseconds(whole * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0')));
}

/** WebVTT, 6.2. */
function declareRegion(lines: readonly string[], regions: Map<string, VttRegion>): void {
  const settings = new Map(
    lines
      .flatMap((line) => line.trim().split(/\s+/, 16))
      .flatMap((setting): [string, string][] => {
        const colon = setting.indexOf(':');
        return colon > 0 ? [[setting.slice(0, colon), setting.slice(colon + 1)]] : [];
      }),
  );
  const id = settings.get('id');
  if (id === undefined || regions.size >= TEXT_LIMITS.regions) return;
  const pair = (name: string): readonly [number, number] => {
    const [x, y] = (settings.get(name) ?? '0%,100%').split(',', 2);
    return [100 * (percent(x) ?? 0), 100 * (percent(y) ?? 1)];
  };
  const lineCount = Number(/^\d{1,3}$/.exec(settings.get('lines') ?? '3')?.[0] ?? 3);
  regions.set(id, {
    id,
    width: 100 * (percent(settings.get('width')) ?? 1),
    lines: Math.max(1, lineCount),
    anchor: pair('regionanchor'),
    viewport: pair('viewportanchor'),
  });
}
