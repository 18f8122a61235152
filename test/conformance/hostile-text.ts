import { box } from '../support/fragment-builder.ts';
import { ttml } from '../support/text.ts';
import { fragmentOf, type TextCase } from './text-case.ts';

/** A text server that means harm: what it sends for each fragment. */
export interface HostileText {
  readonly name: string;
  readonly fragment: NonNullable<TextCase['fragment']>;
}

const MEBIBYTE = 1024 * 1024;
const TIMES = 'begin="0s" end="2s"';

/** As often as it fits into so many bytes. */
const fill = (unit: (index: number) => string, bytes: number): string => {
  const parts: string[] = [];
  for (let size = 0, index = 0; size < bytes; index += 1) {
    const part = unit(index);
    parts.push(part);
    size += part.length;
  }
  return parts.join('');
};

const once = (document: string | Buffer) => {
  const fragment = fragmentOf([document]);
  return () => fragment;
};

/** Just within what a fragment may have. */
const FULL = MEBIBYTE - 4096;

export const HOSTILE_TEXT: readonly HostileText[] = [
  {
    name: 'cues by the ten thousand, all at one time',
    fragment: once(ttml(`<div>${fill((at) => `<p ${TIMES}>${at}</p>`, FULL)}</div>`)),
  },
  {
    name: 'cues by the ten thousand, one after another',
    fragment: once(
      ttml(`<div>${fill((at) => `<p begin="${at / 1e4}s" end="${(at + 1) / 1e4}s">${at}</p>`, FULL)}</div>`),
    ),
  },
  {
    name: 'elements by the ten thousand inside each other',
    fragment: once(ttml(`${'<div>'.repeat(80_000)}<p ${TIMES}>x</p>${'</div>'.repeat(80_000)}`)),
  },
  {
    name: 'spans by the ten thousand in a paragraph',
    fragment: once(ttml(`<div><p ${TIMES}>${'<span tts:color="red">x</span>'.repeat(30_000)}</p></div>`)),
  },
  {
    name: 'a paragraph of a megabyte',
    fragment: once(ttml(`<div><p ${TIMES}>${'word '.repeat(FULL / 5)}</p></div>`)),
  },
  {
    name: 'entities that grow',
    fragment: once(
      `<!DOCTYPE tt [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, at) => `<!ENTITY a${at} "${`&a${at - 1};`.repeat(10)}">`).join('')}]><tt xmlns="http://www.w3.org/ns/ttml"><body><div><p ${TIMES}>&a19;</p></div></body></tt>`,
    ),
  },
  {
    name: 'regions by the thousand, each with a cue',
    fragment: once(
      ttml(
        `<div>${Array.from({ length: 6000 }, (_, at) => `<p ${TIMES} region="r${at}">x</p>`).join('')}</div>`,
        {
          head: `<layout>${Array.from({ length: 6000 }, (_, at) => `<region xml:id="r${at}" tts:origin="${at % 90}% ${at % 80}%" tts:extent="10% 10%"/>`).join('')}</layout>`,
        },
      ),
    ),
  },
  {
    name: 'styles in a chain of thousands, and in a circle',
    fragment: once(
      ttml(`<div><p ${TIMES} style="s0">x</p></div>`, {
        head: `<styling>${Array.from({ length: 10_000 }, (_, at) => `<style xml:id="s${at}" style="s${(at + 1) % 10_000} s${(at * 7) % 10_000}"/>`).join('')}</styling>`,
      }),
    ),
  },
  {
    name: 'tags that never end',
    fragment: once(ttml(`<div><p ${TIMES}>${'<'.repeat(FULL / 2)}${'<b '.repeat(FULL / 8)}</p></div>`)),
  },
  {
    name: 'attributes by the ten thousand',
    fragment: once(ttml(`<div><p ${TIMES} ${fill((at) => `a${at}="x" `, FULL)}>x</p></div>`)),
  },
  {
    name: 'a hundred documents in a fragment',
    fragment: once(ttml(`<div><p ${TIMES}>x</p></div>`).repeat(3000).slice(0, FULL)),
  },
  {
    name: 'samples by the ten thousand',
    fragment: () => fragmentOf(Array.from({ length: 20_000 }, () => 'x')),
  },
  {
    name: 'boxes whose sizes lie',
    fragment: () => {
      const good = fragmentOf([ttml(`<div><p ${TIMES}>x</p></div>`)]);
      const bad = Buffer.from(good);
      bad.writeUInt32BE(0xffffffff, 0);
      return bad;
    },
  },
  {
    name: 'boxes inside each other, and no end',
    fragment: () => {
      let inner: Buffer = Buffer.alloc(0);
      for (let depth = 0; depth < 2000; depth += 1) inner = Buffer.from(box('traf', inner));
      return Buffer.concat([Buffer.from(box('moof', inner)), Buffer.from(box('mdat', Buffer.alloc(0)))]);
    },
  },
  { name: 'more than a fragment may have', fragment: () => Buffer.alloc(24 * MEBIBYTE, '<p>x</p>') },
];

/** Files beside a title: cues by the hundred thousand. */
export const HOSTILE_FILES: Readonly<Record<string, () => string>> = {
  'WebVTT of sixteen mebibytes, all at one time': () =>
    `WEBVTT\n\n${fill((at) => `00:00:00.000 --> 00:59:00.000\n${at}\n\n`, 15 * MEBIBYTE)}`,
  'SubRip of sixteen mebibytes, one after another': () =>
    fill(
      (at) => `${at}\n00:00:${String(at % 60).padStart(2, '0')},000 --> 00:01:00,000\n${at}\n\n`,
      15 * MEBIBYTE,
    ),
  'TTML of sixteen mebibytes': () =>
    ttml(`<div>${fill((at) => `<p begin="${at}ms" end="${at + 5}ms">${at}</p>`, 15 * MEBIBYTE)}</div>`),
};
