import { isSmoothError } from '../../base/errors.ts';
import { type Seconds, seconds } from '../../base/time.ts';
import { appRequest } from '../../net/app-request.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import type { NavigationPorts } from './navigation-ports.ts';
import type { Picture, PictureSize, PictureSource, Place } from './picture-source.ts';

/** A cue of a storyboard: an image file, or a part of one. */
export interface StoryboardCue {
  readonly start: Seconds;
  readonly end: Seconds;
  /** Absolute. */
  readonly url: string;
  readonly part: StoryboardPart | undefined;
}

/** In pixels, or in percent of the image. [Media Fragments] 4.2.2. */
interface StoryboardPart {
  readonly unit: 'pixel' | 'percent';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface CuePlace extends Place {
  readonly cue: StoryboardCue;
}

const MOST_FILE_BYTES = 4 * 1024 * 1024;
const MOST_TEXT_BYTES = 4 * 1024 * 1024;
const MOST_CUES = 50_000;
/** The number of image files that are kept, undecoded. */
const KEPT_FILES = 3;
/** Assumed size of one picture, since its share of the file is unknown. */
const USUAL_BYTES = 16_384;

const TIMING = /^\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})\s+-->\s+((?:\d+:)?\d{1,2}:\d{2}[.,]\d{3})/;
const PART = /(?:^|&)xywh=(?:(pixel|percent):)?(\d+),(\d+),(\d+),(\d+)(?:&|$)/;

/**
 * Reads a storyboard: WebVTT whose cues are the URLs of images, relative to the file's own, with
 * `#xywh=x,y,width,height` for a part of one. Cues that can't be parsed are ignored.
 */
export function parseStoryboard(text: string, url: string): readonly StoryboardCue[] {
  const cues: StoryboardCue[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  for (let i = 0; i < lines.length && cues.length < MOST_CUES; i++) {
    const [, from, to] = TIMING.exec(lines[i] ?? '') ?? [];
    const target = from && to ? lines[i + 1]?.trim() : undefined;
    if (!from || !to || !target) continue;
    const cue = readCue(target, url, secondsOf(from), secondsOf(to));
    if (cue) cues.push(cue);
  }
  return cues.sort((a, b) => a.start - b.start);
}

function readCue(target: string, base: string, start: Seconds, end: Seconds): StoryboardCue | undefined {
  let file: URL;
  try {
    file = new URL(target, base);
  } catch {
    return undefined;
  }
  if (!/^https?:$/.test(file.protocol) || !(end > start)) return undefined;
  const [, unit, ...numbers] = PART.exec(file.hash.slice(1)) ?? [];
  const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
  file.hash = '';
  if (numbers.length > 0 && (width === 0 || height === 0)) return undefined;
  const part =
    numbers.length > 0
      ? { unit: unit === 'percent' ? ('percent' as const) : ('pixel' as const), x, y, width, height }
      : undefined;
  return { start, end, url: file.href, part };
}

const secondsOf = (written: string): Seconds =>
  seconds(
    written
      .replace(',', '.')
      .split(':')
      .reduce((sum, part) => 60 * sum + Number(part), 0),
  );

/** Images in external files that the page has named. */
export class StoryboardSource implements PictureSource {
  readonly isPrepared = true;
  readonly #cues: readonly StoryboardCue[];
  readonly #ports: NavigationPorts;
  readonly #signal: AbortSignal;
  readonly #files = new Map<string, Promise<Blob>>();

  private constructor(cues: readonly StoryboardCue[], ports: NavigationPorts, signal: AbortSignal) {
    this.#cues = cues;
    this.#signal = signal;
    this.#ports = ports;
  }

  /** Throws network errors; without a valid cue, there is nothing to show. */
  static async load(url: string, ports: NavigationPorts, signal: AbortSignal): Promise<StoryboardSource> {
    const { network } = ports.settings();
    const request = {
      ...appRequest(url, ports.title().trust, network, 'picture'),
      maxBytes: MOST_TEXT_BYTES,
    };
    const { bytes, url: finalUrl } = await fetchWhole(request, signal);
    return new StoryboardSource(parseStoryboard(new TextDecoder().decode(bytes), finalUrl), ports, signal);
  }

  get isEmpty(): boolean {
    return this.#cues.length === 0;
  }

  placeAt(time: Seconds): CuePlace | undefined {
    const cue = this.#cues.find(({ start, end }) => start <= time && time < end);
    return cue && { key: `storyboard/${cue.start}`, start: cue.start, end: cue.end, cue };
  }

  expectedBytes(place: Place): number {
    return this.#files.has((place as CuePlace).cue.url) ? 0 : USUAL_BYTES;
  }

  async load(place: Place, size: PictureSize, signal: AbortSignal): Promise<readonly Picture[]> {
    const { cue } = place as CuePlace;
    try {
      const image = await cut(await this.#file(cue.url), cue.part, size);
      signal.throwIfAborted();
      return image ? [{ image, start: cue.start, end: cue.end }] : [];
    } catch (error) {
      signal.throwIfAborted();
      // No picture, which is not an error.
      if (isSmoothError(error) || error instanceof DOMException) return [];
      throw error;
    }
  }

  /** Several positions share a file: cancelling one of them leaves it to the others. */
  #file(url: string): Promise<Blob> {
    const known = this.#files.get(url);
    if (known) return known;
    const { title, settings, received } = this.#ports;
    const request = {
      ...appRequest(url, title().trust, settings().network, 'picture'),
      maxBytes: MOST_FILE_BYTES,
    };
    const file = fetchWhole(request, this.#signal).then(({ bytes }) => {
      received(bytes.length);
      return new Blob([Uint8Array.from(bytes)]);
    });
    file.catch(() => this.#files.delete(url));
    this.#files.set(url, file);
    const [oldest] = this.#files.keys();
    if (this.#files.size > KEPT_FILES && oldest !== undefined) this.#files.delete(oldest);
    return file;
  }
}

const MOST_PIXELS = 16_000_000;

async function cut(
  file: Blob,
  part: StoryboardPart | undefined,
  { width, height }: PictureSize,
): Promise<ImageBitmap | undefined> {
  const sheet = await createImageBitmap(file);
  try {
    if (sheet.width * sheet.height > MOST_PIXELS) return undefined;
    const unit = part?.unit === 'percent' ? { x: sheet.width / 100, y: sheet.height / 100 } : { x: 1, y: 1 };
    const box = part
      ? { x: part.x * unit.x, y: part.y * unit.y, width: part.width * unit.x, height: part.height * unit.y }
      : { x: 0, y: 0, width: sheet.width, height: sheet.height };
    if (box.x >= sheet.width || box.y >= sheet.height) return undefined;
    const shown = Math.min(width, Math.round(box.width));
    return await createImageBitmap(sheet, box.x, box.y, box.width, box.height, {
      resizeWidth: shown,
      resizeHeight: Math.max(1, Math.round(height ?? (shown * box.height) / box.width)),
    });
  } finally {
    sheet.close();
  }
}
