import { largest, smallest } from '../live/bigints.ts';
import { escapeXml } from '../xml-attributes.ts';
import type { TimedText } from './timed-text.ts';

/** The alignment of text in each region. */
const ALIGNMENTS = { low: 'after', high: 'before' } as const;

const regionOf = ({ isHigh }: TimedText): keyof typeof ALIGNMENTS => (isHigh ? 'high' : 'low');

/**
 * A document for one fragment, with times relative to the fragment's start: the part of each text within it. A text
 * that continues is in the next fragment's document too.
 */
export function ttmlDocument(
  texts: readonly TimedText[],
  fragment: { readonly time: bigint; readonly duration: bigint },
  language: string,
): string {
  const end = fragment.time + fragment.duration;
  const own = texts.filter((text) => text.start < end && text.end > fragment.time);
  const paragraphs = own.map((text) => {
    const from = largest(text.start, [fragment.time]) - fragment.time;
    const to = smallest(text.end, [end]) - fragment.time;
    const lines = text.lines.map((line) =>
      line
        .map(({ text: words, isItalic }) =>
          isItalic ? `<span tts:fontStyle="italic">${escapeXml(words)}</span>` : escapeXml(words),
        )
        .join(''),
    );
    return `<p begin="${clock(from)}" end="${clock(to)}" region="${regionOf(text)}">${lines.join('<br/>')}</p>`;
  });
  const regions = Object.entries(ALIGNMENTS)
    .filter(([id]) => own.some((text) => regionOf(text) === id))
    .map(
      ([id, align]) =>
        `<region xml:id="${id}" tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="${align}" tts:textAlign="center"/>`,
    );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang="${escapeXml(language)}">`,
    ...(regions.length > 0 ? ['<head><layout>', ...regions, '</layout></head>'] : []),
    ...(paragraphs.length > 0 ? ['<body><div>', ...paragraphs, '</div></body>'] : []),
    '</tt>',
    '',
  ].join('\n');
}

/** Hours, minutes, seconds, and a fraction if it isn't 0. */
function clock(ticks: bigint): string {
  const part = (value: bigint, width = 2) => value.toString().padStart(width, '0');
  const seconds = ticks / 10_000_000n;
  const fraction = part(ticks % 10_000_000n, 7).replace(/0{1,4}$/, '');
  return `${part(seconds / 3600n)}:${part((seconds / 60n) % 60n)}:${part(seconds % 60n)}.${fraction}`;
}
