import { type CueImage, TEXT_LIMITS } from '../cue.ts';
import { earlierOf, type Nanoseconds, NO_TIME } from '../moment.ts';
import type { TextRepairs } from '../repair.ts';
import { readDocuments, type TtmlElement } from './document.ts';
import { ImageStore } from './images.ts';
import { InlineReader } from './inline.ts';
import { type DeclaredRegion, Layout, readChanges } from './layout.ts';
import { type Measures, measuresOf } from './length.ts';
import { cuesOf, type DocumentCue, inOrder, type TimedParagraph } from './paragraph.ts';
import { readParameters } from './parameters.ts';
import { StyleSheet } from './specified-style.ts';
import { type StyleNode, styleNode } from './style-node.ts';
import type { Ratio } from './time-expression.ts';
import { Clock } from './timing.ts';

/** What a document doesn't contain itself. */
export interface TtmlContext {
  /** The size in pixels if the document doesn't specify it: that of the coded video. */
  readonly picture?: { readonly width: number; readonly height: number } | undefined;
  /** The parts of the sample, the document being the first. */
  readonly subsamples?: readonly Uint8Array[];
  /** For documents that don't specify it. */
  readonly tickRate?: Ratio | undefined;
  /** The maximum number of further cues. */
  readonly mostCues?: number;
}

export interface TtmlDocument {
  /** Ascending by begin. */
  readonly cues: readonly DocumentCue[];
  /** Whether times are in ticks without a tick rate. */
  readonly hasBareTicks: boolean;
}

/** Paragraphs, and pieces of text in them, between two pauses; takes some milliseconds. */
const WORK_IN_A_STEP = 300;

/**
 * Reads consecutive documents in a text, in slices: TTML 1 and 2, its drafts of 2006, DFXP, SMPTE-TT, EBU-TT-D, IMSC
 * 1.1. Profiles are ignored.
 */
export function* readTtml(
  text: string,
  repairs: TextRepairs,
  context: TtmlContext = {},
): Generator<void, readonly TtmlDocument[], void> {
  const documents: TtmlDocument[] = [];
  let room = context.mostCues ?? TEXT_LIMITS.cues;
  for (const root of yield* readDocuments(text, repairs)) {
    const document = yield* new DocumentReader(root, repairs, context, room).read();
    documents.push(document);
    room -= document.cues.length;
    yield;
  }
  return documents;
}

/** What an element passes to its content. */
interface Around {
  readonly node: StyleNode | undefined;
  readonly region: DeclaredRegion | undefined;
  readonly isPreserved: boolean;
  readonly limit: Nanoseconds | undefined;
  /** Of an element without times: its paragraphs have them. */
  readonly image?: CueImage | undefined;
}

/** Elements without text, or without text to show. */
const ASIDE = new Set(
  'head metadata set animate region style styling layout initial image resources data'.split(' '),
);
const BLOCKS = new Set(['body', 'div', 'p']);

class DocumentReader {
  readonly #root: TtmlElement;
  readonly #repairs: TextRepairs;
  readonly #measures: Measures;
  readonly #clock: Clock;
  readonly #sheet: StyleSheet;
  readonly #layout: Layout;
  readonly #images: ImageStore;
  readonly #inline: InlineReader;
  readonly #cues: DocumentCue[] = [];
  readonly #room: number;
  readonly #effort = { work: 0 };
  #done = 0;
  #paragraphs = 0;
  #isFull = false;

  constructor(root: TtmlElement, repairs: TextRepairs, context: TtmlContext, room: number) {
    this.#root = root;
    this.#repairs = repairs;
    this.#room = room;
    const parameters = readParameters(root, context.tickRate);
    this.#measures = measuresOf(parameters, context.picture);
    this.#clock = new Clock(parameters, repairs);
    const head = elementsIn(root).filter(({ name }) => name === 'head');
    // Some documents have no head around it.
    const inHead = (name: string) =>
      [root, ...head].flatMap(elementsIn).filter((child) => child.name === name);
    this.#sheet = new StyleSheet(inHead('styling'), repairs);
    this.#layout = new Layout(
      inHead('layout')
        .flatMap(elementsIn)
        .filter(({ name }) => name === 'region'),
      { sheet: this.#sheet, measures: this.#measures, clock: this.#clock, repairs },
    );
    this.#images = new ImageStore(context.subsamples ?? [], repairs);
    this.#inline = new InlineReader(this.#sheet, this.#clock, repairs);
  }

  *read(): Generator<void, TtmlDocument, void> {
    this.#declareImages(this.#root);
    const isPreserved = this.#root.attributes.get('xml:space') === 'preserve';
    const around = { node: undefined, region: undefined, isPreserved, limit: undefined };
    for (const body of elementsIn(this.#root)) {
      if (body.name === 'body' || body.name === 'div' || body.name === 'p')
        yield* this.#readBlock(body, around, NO_TIME);
    }
    return { cues: inOrder(this.#cues), hasBareTicks: this.#clock.hasBareTicks };
  }

  /** They may be declared after their use. */
  #declareImages(element: TtmlElement): void {
    for (const child of elementsIn(element)) {
      if (child.name === 'image' || child.name === 'data') this.#images.declare(child);
      else if (child.name !== 'p') this.#declareImages(child);
    }
  }

  /** Reads an element and returns when it ends; `undefined`: never by itself. `reference`: what its times count from. */
  *#readBlock(
    element: TtmlElement,
    around: Around,
    reference: Nanoseconds,
  ): Generator<void, Nanoseconds | undefined, void> {
    const timing = this.#clock.timingOf(element, reference);
    if (!timing) return reference;
    const { begin } = timing;
    const limit = earlierOf(timing.end, around.limit);
    const changes = readChanges(element, begin, this.#sheet, this.#clock, limit);
    const specified = this.#sheet.of(element);
    const node = styleNode(around.node, specified, 'block', changes);
    const own = element.attributes.get('region');
    const region =
      this.#layout.inlineOf(element) ??
      (own === undefined || own.trim() === '' ? around.region : this.#layout.find(own));
    const space = element.attributes.get('xml:space');
    const isPreserved = space === undefined ? around.isPreserved : space === 'preserve';
    const image = this.#imageOf(element, specified.get('backgroundimage'));
    const isOfParagraphs = !timing.isTimed && elementsIn(element).some(isTimedParagraph);
    const inside: Around = { node, region, isPreserved, limit, image: isOfParagraphs ? image : undefined };
    if (element.name === 'p') {
      const end = this.#addParagraph(element, element.children, inside, begin, image ?? around.image);
      // A paragraph takes about as long as a few pieces of text.
      this.#effort.work += 3;
      if (this.#effort.work - this.#done > WORK_IN_A_STEP) {
        this.#done = this.#effort.work;
        yield;
      }
      return timing.end ?? end;
    }
    if (image && !isOfParagraphs)
      this.#addCues({ begin, end: limit, node, leaves: [], region: this.#regionOf(region), image });
    const end = yield* this.#readChildren(element, inside, begin);
    return timing.end ?? end;
  }

  *#readChildren(
    element: TtmlElement,
    inside: Around,
    begin: Nanoseconds,
  ): Generator<void, Nanoseconds | undefined, void> {
    const isSequence = element.attributes.get('timecontainer') === 'seq';
    let reference: Nanoseconds | undefined = begin;
    let end: Nanoseconds | undefined = begin;
    let loose: (TtmlElement | string)[] = [];
    const flush = () => {
      if (loose.some((child) => typeof child !== 'string' || child.trim() !== '')) {
        this.#repairs.add('structure');
        this.#addParagraph(element, loose, inside, begin, undefined);
        end = undefined;
      }
      loose = [];
    };
    for (const child of element.children) {
      if (this.#isFull) return undefined;
      if (typeof child !== 'string' && BLOCKS.has(child.name)) {
        flush();
        if (reference === undefined) break;
        const childEnd: Nanoseconds | undefined = yield* this.#readBlock(child, inside, reference);
        if (isSequence) reference = childEnd;
        end = end === undefined || childEnd === undefined ? undefined : childEnd > end ? childEnd : end;
      } else if (typeof child === 'string' || this.#isShown(child)) {
        loose.push(child);
      }
    }
    flush();
    return isSequence ? reference : end;
  }

  /** Returns when its content ends. */
  #addParagraph(
    element: TtmlElement,
    children: readonly (TtmlElement | string)[],
    inside: Around,
    begin: Nanoseconds,
    image: ReturnType<ImageStore['find']>,
  ): Nanoseconds | undefined {
    const { node, limit, isPreserved } = inside;
    if (!node) return undefined;
    const isSequence = element.attributes.get('timecontainer') === 'seq';
    const { leaves, end } = this.#inline.read(children, { node, begin, limit, isPreserved, isSequence });
    this.#addCues({ begin, end: limit, node, leaves, region: this.#regionOf(inside.region), image });
    return end;
  }

  #addCues(found: Omit<TimedParagraph, 'order'>): void {
    const paragraph = { ...found, order: this.#paragraphs++ };
    for (const cue of cuesOf(paragraph, this.#measures, this.#repairs, this.#effort)) {
      this.#isFull = this.#cues.length >= this.#room;
      if (this.#isFull) {
        this.#repairs.add('cut-off');
        return;
      }
      this.#cues.push(cue);
    }
  }

  #regionOf(region: DeclaredRegion | undefined): DeclaredRegion {
    return region ?? this.#layout.default;
  }

  #isShown({ name, vocabulary }: TtmlElement): boolean {
    return vocabulary === 'tt' && !ASIDE.has(name);
  }

  /** SMPTE ST 2052-1, 5.5.2; IMSC 1.1, 8.4.4 (an `image` in a `div`). */
  #imageOf(element: TtmlElement, background: string | undefined) {
    const children = elementsIn(element);
    const image = children.find(
      ({ name, vocabulary, attributes }) => name === 'image' && vocabulary === 'tt' && attributes.has('src'),
    );
    const reference = background ?? image?.attributes.get('src');
    if (reference === undefined || reference.trim() === 'none') return undefined;
    const words = [...children, ...children.filter(({ name }) => name === 'metadata').flatMap(elementsIn)];
    const alt = words.find(({ name }) => name === 'alttext' || name === 'desc');
    return this.#images.find(reference, alt && this.#inline.plainText(alt));
  }
}

const isTimedParagraph = ({ name, attributes }: TtmlElement): boolean =>
  name === 'p' && ['begin', 'end', 'dur'].some((time) => attributes.has(time));

const elementsIn = ({ children }: TtmlElement): TtmlElement[] =>
  children.filter((child): child is TtmlElement => typeof child !== 'string');
