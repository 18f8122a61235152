import { open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Ticks, ticks } from '../../../src/base/time.ts';
import { fragmentIndex, type IndexEntry } from '../ismv.ts';
import { textFragment, textHeader } from './ismt.ts';
import { plainText, readTimedText, type TimedText } from './timed-text.ts';
import { ttmlDocument } from './ttml-document.ts';

/** The text of a title. */
export interface TextOptions {
  /** Files of captions or subtitles. */
  readonly text: readonly { readonly language: string; readonly path: string }[];
  readonly chapters?: string | undefined;
  /** Messages, by the name of their stream. */
  readonly events: readonly { readonly name: string; readonly path: string }[];
}

/** A fragment of text, or a message. */
interface TextPiece {
  readonly time: Ticks;
  readonly duration: Ticks;
  readonly payload: Uint8Array;
}

/** A stream of text for manifests, and its content. */
export interface TextStream {
  readonly kind: 'text';
  readonly name: string;
  readonly language: string | undefined;
  readonly subtype: 'SUBT' | 'CHAP' | 'DATA';
  /** The parent stream, whose fragments announce its own. */
  readonly parent: string | undefined;
  /** Whether the manifest contains the payloads. */
  readonly isInManifest: boolean;
  readonly scheme: string | undefined;
  readonly fragments: readonly TextPiece[];
  readonly levels: readonly {
    readonly file: string;
    readonly trackId: number;
    readonly bitrate: number;
    readonly format: { readonly kind: 'text'; readonly fourCC: string };
  }[];
}

/** Splice messages in binary, which begin with their table id. SCTE 214-1; SCTE 35, 9.6. */
const SCTE_35 = 'urn:scte:scte35:2013:bin';

/** Reads all text files, and cuts them like the video. `firstTrackId`: the first free one. */
export async function planText(
  { text, chapters, events }: TextOptions,
  {
    name,
    starts,
    end,
    firstTrackId,
  }: { name: string; starts: readonly Ticks[]; end: Ticks; firstTrackId: number },
): Promise<TextStream[]> {
  const cuts = starts.map((time, at) => ({ time, duration: ticks((starts[at + 1] ?? end) - time) }));
  const streams: TextStream[] = [];
  const uniqueName = (wanted: string): string => {
    const isTaken = (free: string) =>
      /^(?:video$|strip$|audio)/i.test(free) || streams.some((stream) => stream.name === free);
    let free = wanted;
    for (let count = 2; isTaken(free); count++) free = `${wanted}_${count}`;
    return free;
  };
  const add = (file: string, stream: Pick<TextStream, 'name' | 'language' | 'subtype' | 'fragments'>) => {
    const isCaptions = stream.subtype === 'SUBT';
    const { fragments } = stream;
    const level = levelOf(`${name}_${file}.ismt`, firstTrackId + streams.length, {
      fragments,
      isCaptions,
      end,
    });
    const isSplice = fragments.length > 0 && fragments.every(({ payload }) => payload[0] === 0xfc);
    streams.push({
      ...stream,
      kind: 'text',
      parent: isCaptions ? undefined : 'video',
      isInManifest: !isCaptions,
      scheme: !isCaptions && isSplice ? SCTE_35 : undefined,
      levels: [level],
    });
  };
  for (const { language, path } of text) {
    const own = uniqueName(`text_${language}`);
    const fragments = documentsOf(await readTimedText(path), cuts, language);
    add(own.slice('text_'.length), { name: own, language, subtype: 'SUBT', fragments });
  }
  if (chapters !== undefined) {
    const own = uniqueName('chapters');
    const fragments = titlesOf(await readTimedText(chapters), end);
    add(own, { name: own, language: undefined, subtype: 'CHAP', fragments });
  }
  for (const { name: wanted, path } of events) {
    const own = uniqueName(wanted);
    add(own, { name: own, language: undefined, subtype: 'DATA', fragments: await readEvents(path) });
  }
  return streams;
}

const documentsOf = (
  texts: readonly TimedText[],
  cuts: readonly { readonly time: Ticks; readonly duration: Ticks }[],
  language: string,
): TextPiece[] => cuts.map((cut) => ({ ...cut, payload: Buffer.from(ttmlDocument(texts, cut, language)) }));

function titlesOf(chapters: readonly TimedText[], end: Ticks): TextPiece[] {
  return chapters
    .filter(({ start }) => start < end)
    .map((chapter, at, all) => {
      const until = all[at + 1]?.start ?? end;
      const payload = Buffer.from(plainText(chapter));
      return { time: ticks(chapter.start), duration: ticks(until - chapter.start), payload };
    });
}

/** `[{ "time": 10, "duration": 5, "text": "…" }, { "time": 20, "data": "base64" }]`, times in seconds. */
async function readEvents(path: string): Promise<TextPiece[]> {
  const list: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!Array.isArray(list)) throw new Error(`${basename(path)} is not a list of events`);
  return list
    .map((event: { time?: unknown; duration?: unknown; text?: unknown; data?: unknown }) => {
      const { time, duration = 0, text, data } = event;
      const isTimed = typeof time === 'number' && time >= 0 && typeof duration === 'number' && duration >= 0;
      if (!isTimed || (typeof text !== 'string') === (typeof data !== 'string')) {
        throw new Error(`${basename(path)}: each event needs a time, and either text or data in base64`);
      }
      const payload = typeof text === 'string' ? Buffer.from(text) : Buffer.from(String(data), 'base64');
      const inTicks = (seconds: number) => ticks(Math.round(seconds * 1e7));
      return { time: inTicks(time), duration: inTicks(duration), payload };
    })
    .sort((a, b) => Number(a.time - b.time));
}

function levelOf(
  file: string,
  trackId: number,
  { fragments, isCaptions, end }: { fragments: readonly TextPiece[]; isCaptions: boolean; end: Ticks },
): TextStream['levels'][number] {
  const bytes = fragments.reduce((sum, { payload }) => sum + payload.length, 0);
  const measured = Math.round((bytes * 8 * 1e7) / Math.max(1, Number(end)));
  return {
    file,
    trackId,
    bitrate: Math.max(1000, measured),
    format: { kind: 'text', fourCC: isCaptions ? 'TTML' : '' },
  };
}

/** Writes the file of each stream. */
export async function writeText(
  folder: string,
  streams: readonly TextStream[],
  report: (line: string) => void,
): Promise<void> {
  for (const { language, subtype, fragments, levels } of streams) {
    for (const { file: name, trackId } of levels) {
      const file = await open(join(folder, name), 'w');
      try {
        let size = 0;
        const write = async (bytes: Uint8Array) => {
          await file.writeFile(bytes);
          size += bytes.length;
        };
        const kind = subtype === 'SUBT' ? 'ttml' : 'messages';
        await write(textHeader({ kind, trackId, language: language ?? 'und' }));
        const index: IndexEntry[] = [];
        for (const [k, { time, duration, payload }] of fragments.entries()) {
          index.push({ time, offset: size });
          await write(textFragment(payload, k + 1, trackId, duration));
        }
        await write(fragmentIndex(trackId, index));
        report(`${name}: ${fragments.length} fragments, ${Math.ceil(size / 1024)} KiB`);
      } finally {
        await file.close();
      }
    }
  }
}
