import { spliceInsert } from '../text/splice-insert.ts';
import { ttmlDocument } from '../text/ttml-document.ts';
import type { Endless } from './endless.ts';
import { type LoopSource, type LoopStream, TIMESCALE } from './loop-source.ts';

/** Text and messages in addition to those of the channel's source. */
export interface MadeText {
  /** Languages, such as `en`: captions that show how long the channel has been running. */
  readonly captions?: readonly string[];
  /** Seconds from one break to the next, and the duration of each. */
  readonly adBreaks?: { readonly every: number; readonly seconds: number };
}

const SPLICE_CLOCK = 90_000n;

/** A source with additional text and messages. */
export function withMadeText(source: LoopSource, { captions = [], adBreaks }: MadeText): LoopSource {
  const leading = source.streams.find(({ attributes }) => attributes.get('Type')?.toLowerCase() === 'video');
  const picture = leading ?? source.streams[0];
  if (!picture) return source;
  const made = captions.map((language) => clockCaptions(picture, language));
  if (adBreaks) made.push(breaks(picture, adBreaks.every, adBreaks.seconds));
  const names = new Set(made.map(({ name }) => name));
  return { ...source, streams: [...source.streams.filter(({ name }) => !names.has(name)), ...made] };
}

/** A caption for each second, cut with the video. */
function clockCaptions(picture: LoopStream, language: string): LoopStream {
  const { timescale } = picture;
  const inTicks = (value: bigint) => (value * TIMESCALE) / timescale;
  return {
    ...streamOf(picture, `text_${language}`, { Subtype: 'SUBT', Language: language }, 'TTML'),
    endless: { longest: picture.endless.longest, from: unframed(picture.endless) },
    payloadOf: ({ start, end }) => {
      const [from, to] = [inTicks(start), inTicks(end)];
      const texts = [];
      for (let second = from / TIMESCALE; second * TIMESCALE < to; second += 1n) {
        const lines = [[{ text: `${language}: on the air for ${clock(second)}`, isItalic: false }]];
        texts.push({ start: second * TIMESCALE, end: (second + 1n) * TIMESCALE, lines, isHigh: false });
      }
      return Buffer.from(ttmlDocument(texts, { time: from, duration: to - from }, language));
    },
  };
}

/** A message for each break, which is in the manifest too. */
function breaks(picture: LoopStream, everySeconds: number, lengthSeconds: number): LoopStream {
  const { timescale } = picture;
  const inTicks = (seconds: number) => (BigInt(Math.round(seconds * 1000)) * timescale) / 1000n;
  const [every, length] = [inTicks(everySeconds), inTicks(lengthSeconds)];
  if (every <= 0n) throw new Error('The interval between breaks must be more than 0 seconds.');
  const own = { Subtype: 'DATA', ParentStreamIndex: picture.name, ManifestOutput: 'TRUE' };
  const scheme: readonly [string, string] = ['Scheme', 'urn:scte:scte35:2013:bin'];
  const endless: Endless = {
    longest: every,
    *from(time) {
      for (let number = time <= every ? 1n : (time + every - 1n) / every; ; number += 1n) {
        const start = number * every;
        yield { start, end: start + length, round: 0, index: 0, ordinal: Number(number) };
      }
    },
  };
  return {
    ...streamOf(picture, 'scte35', own, '', [scheme]),
    endless,
    payloadOf: ({ start, end, ordinal }) => {
      const in90kHz = (value: bigint) => (value * SPLICE_CLOCK) / timescale;
      return spliceInsert({ eventId: ordinal, time: in90kHz(start), duration: in90kHz(end - start) });
    },
  };
}

function streamOf(
  { timescale }: LoopStream,
  name: string,
  own: Readonly<Record<string, string>>,
  fourCC: string,
  custom: LoopStream['levels'][number]['custom'] = [],
): Pick<LoopStream, 'name' | 'timescale' | 'attributes' | 'levels' | 'chunks'> {
  const url = `QualityLevels({bitrate})/Fragments(${name}={start time})`;
  const level = { Index: '0', Bitrate: '1000', FourCC: fourCC, CodecPrivateData: '' };
  return {
    name,
    timescale,
    attributes: new Map(Object.entries({ Type: 'text', Name: name, ...own, Url: url })),
    levels: [{ attributes: new Map(Object.entries(level)), custom }],
    chunks: [],
  };
}

/** If audio leads, its chunks without their frames. */
function unframed({ from }: Endless): Endless['from'] {
  return function* (time) {
    for (const { frames: _, ...chunk } of from(time)) yield chunk;
    throw new Error('The endless content has ended.');
  };
}

function clock(seconds: bigint): string {
  const part = (value: bigint) => value.toString().padStart(2, '0');
  return `${part(seconds / 3600n)}:${part((seconds / 60n) % 60n)}:${part(seconds % 60n)}`;
}
