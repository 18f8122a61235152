import { earlierOf, type Nanoseconds } from '../moment.ts';
import type { TextRepairs } from '../repair.ts';
import type { TtmlElement } from './document.ts';
import { textIn } from './images.ts';
import { readChanges } from './layout.ts';
import type { Leaf } from './paragraph.ts';
import type { Specified, StyleSheet } from './specified-style.ts';
import { type StyleNode, styleNode } from './style-node.ts';
import type { Clock } from './timing.ts';

/** The context of inline content. */
interface Around {
  readonly node: StyleNode;
  readonly begin: Nanoseconds;
  readonly limit: Nanoseconds | undefined;
  readonly isPreserved: boolean;
  readonly isSequence: boolean;
  /** Whether it contains bases and readings: white space between them is not content. TTML 2, `tts:ruby`. */
  readonly isRuby?: boolean;
}

/** The styles of HTML elements. */
const HTML: ReadonlyMap<string, Specified> = new Map([
  ['b', new Map([['fontweight', 'bold']])],
  ['strong', new Map([['fontweight', 'bold']])],
  ['i', new Map([['fontstyle', 'italic']])],
  ['em', new Map([['fontstyle', 'italic']])],
  ['u', new Map([['textdecoration', 'underline']])],
  ['s', new Map([['textdecoration', 'lineThrough']])],
  ['strike', new Map([['textdecoration', 'lineThrough']])],
]);
/** Elements in a paragraph that are not shown. */
const ASIDE = new Set('metadata set animate region style image audio'.split(' '));

/** Pieces of text in a paragraph: it is parsed in one go, and nobody reads more. */
const MOST_LEAVES = 2000;

/** Reads the content of a paragraph: text, line breaks and spans, with their times. */
export class InlineReader {
  readonly #sheet: StyleSheet;
  readonly #clock: Clock;
  readonly #repairs: TextRepairs;

  constructor(sheet: StyleSheet, clock: Clock, repairs: TextRepairs) {
    this.#sheet = sheet;
    this.#clock = clock;
    this.#repairs = repairs;
  }

  /** `end`: when all of it ends; `undefined`: never by itself. */
  read(
    children: readonly (TtmlElement | string)[],
    around: Around,
  ): { readonly leaves: Leaf[]; readonly end: Nanoseconds | undefined } {
    const leaves: Leaf[] = [];
    const end = this.#readChildren(children, around, leaves);
    return { leaves, end };
  }

  /** An element's text, as a single line. */
  plainText(element: TtmlElement): string {
    return textIn(element).replace(/\s+/g, ' ').trim();
  }

  #readChildren(
    children: readonly (TtmlElement | string)[],
    around: Around,
    leaves: Leaf[],
  ): Nanoseconds | undefined {
    const { node, begin, limit, isPreserved, isSequence, isRuby = false } = around;
    let reference: Nanoseconds | undefined = begin;
    let end: Nanoseconds | undefined = begin;
    for (const child of children) {
      if (leaves.length >= MOST_LEAVES) {
        this.#repairs.add('cut-off');
        break;
      }
      if (typeof child === 'string') {
        if (isRuby && child.trim() === '') continue;
        leaves.push({ text: child, isPreserved, node, begin, end: limit });
        if (child.trim() !== '') end = undefined;
      } else if (child.name === 'br' && child.vocabulary !== 'metadata') {
        leaves.push({ text: undefined, isPreserved, node, begin, end: limit });
      } else if (child.vocabulary !== 'metadata' && !ASIDE.has(child.name)) {
        if (reference === undefined) continue;
        const childEnd: Nanoseconds | undefined = this.#readSpan(
          child,
          { ...around, begin: reference },
          leaves,
        );
        if (isSequence) reference = childEnd;
        end = end === undefined || childEnd === undefined ? undefined : childEnd > end ? childEnd : end;
      }
    }
    return isSequence ? reference : end;
  }

  #readSpan(element: TtmlElement, around: Around, leaves: Leaf[]): Nanoseconds | undefined {
    const timing = this.#clock.timingOf(element, around.begin);
    if (!timing) return around.begin;
    const { begin } = timing;
    const limit = earlierOf(timing.end, around.limit);
    const changes = readChanges(element, begin, this.#sheet, this.#clock, limit);
    const own = this.#sheet.of(element);
    const html = HTML.get(element.name);
    if (element.name !== 'span') this.#repairs.add('structure');
    const specified = html && own.size > 0 ? new Map([...html, ...own]) : (html ?? own);
    const isPlain = specified.size === 0 && changes.length === 0;
    const node = isPlain ? around.node : styleNode(around.node, specified, 'inline', changes);
    const space = element.attributes.get('xml:space');
    const isPreserved = space === undefined ? around.isPreserved : space === 'preserve';
    const isSequence = element.attributes.get('timecontainer') === 'seq';
    const isRuby = /container$/i.test(specified.get('ruby')?.trim() ?? '');
    const end = this.#readChildren(
      element.children,
      { node, begin, limit, isPreserved, isSequence, isRuby },
      leaves,
    );
    return timing.end ?? end;
  }
}
