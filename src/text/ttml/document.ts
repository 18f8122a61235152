import { TEXT_LIMITS } from '../cue.ts';
import { LooseXmlReader } from '../markup/loose-xml.ts';
import type { TextRepairs } from '../repair.ts';
import { NamespaceScope, STYLE_NAMES, splitName, type Vocabulary } from './vocabulary.ts';

/** An element of a document, with normalized names. */
export interface TtmlElement {
  readonly vocabulary: Vocabulary;
  /** Local, lower case. */
  readonly name: string;
  /** Local names in lower case; styles are `tts:…` and parameters `ttp:…`, whatever their namespace is. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (TtmlElement | string)[];
}

/** Tokens read between two pauses; takes some milliseconds. */
const TOKENS_IN_A_STEP = 1000;

/**
 * Reads consecutive documents in a text, in slices. The available part of a truncated one counts; one with a document
 * type that declares something is rejected, and everything after it.
 */
export function* readDocuments(text: string, repairs: TextRepairs): Generator<void, TtmlElement[], void> {
  const reader = new LooseXmlReader(text, repairs);
  const documents: TtmlElement[] = [];
  let tree: TreeBuilder | undefined;
  const finish = () => {
    if (tree) documents.push(tree.finish());
    tree = undefined;
  };
  for (let tokens = 1; ; tokens++) {
    if (tokens % TOKENS_IN_A_STEP === 0) yield;
    switch (reader.next()) {
      case 'open': {
        const isNamedSo = splitName(reader.name)[1].toLowerCase() === 'tt';
        // Within a document a bare one is HTML's teletype.
        if (isNamedSo && (!tree || reader.attributes.size > 0)) {
          finish();
          tree = new TreeBuilder(repairs);
        }
        tree?.open(reader);
        if (tree?.isClosed) finish();
        break;
      }
      case 'close':
        tree?.close(reader.name);
        if (tree?.isClosed) finish();
        break;
      case 'text':
        tree?.add(reader.text);
        break;
      case 'declaration':
        finish();
        break;
      case 'doctype':
        repairs.add('doctype');
        return [];
      default:
        if (tree) repairs.add('truncated');
        finish();
        repairs.add('several-documents', documents.length - 1);
        return documents;
    }
  }
}

interface OpenElement {
  readonly written: string;
  readonly element: TtmlElement;
  readonly scope: NamespaceScope;
}

/** Builds the tree of one document. */
class TreeBuilder {
  readonly #repairs: TextRepairs;
  readonly #open: OpenElement[] = [];
  /** How many of each name are open, to detect unmatched end tags. */
  readonly #openNames = new Map<string, number>();
  /** Open elements that are nested too deep; only their text counts. */
  readonly #tooDeep: string[] = [];
  #root: TtmlElement | undefined;

  constructor(repairs: TextRepairs) {
    this.#repairs = repairs;
  }

  get isClosed(): boolean {
    return this.#root !== undefined && this.#open.length === 0;
  }

  open({ name, attributes, isEmpty }: LooseXmlReader): void {
    const parent = this.#open.at(-1);
    const scope = NamespaceScope.of(attributes, parent?.scope);
    const element = this.#makeElement(name, attributes, scope);
    // A paragraph can't contain another; a line break has no content, though HTML writes no end for it.
    if (element.name === 'p' && this.#isIn('p') && this.#tooDeep.length === 0) {
      this.#repairs.add('tags');
      this.#closeUpTo('p');
    }
    if (this.#open.length >= TEXT_LIMITS.depth) {
      this.#repairs.add('cut-off');
      if (element.name === 'br') this.add(' ');
      else if (!isEmpty) this.#tooDeep.push(name);
      return;
    }
    this.#root ??= element;
    this.#open.at(-1)?.element.children.push(element);
    if (isEmpty || element.name === 'br') {
      if (!isEmpty) this.#repairs.add('tags');
      return;
    }
    this.#open.push({ written: name, element, scope });
    this.#openNames.set(name, (this.#openNames.get(name) ?? 0) + 1);
  }

  close(name: string): void {
    if (this.#tooDeep.length > 0) {
      if (this.#tooDeep.at(-1) === name) {
        this.#tooDeep.pop();
        return;
      }
      this.#tooDeep.length = 0;
    }
    if (!this.#openNames.get(name)) {
      if (splitName(name)[1].toLowerCase() !== 'br') this.#repairs.add('tags');
      return;
    }
    for (;;) {
      const written = this.#pop();
      if (written === name) return;
      this.#repairs.add('tags');
    }
  }

  add(text: string): void {
    const children = this.#open.at(-1)?.element.children;
    if (!children || text === '') return;
    const last = children.at(-1);
    if (typeof last === 'string') children[children.length - 1] = last + text;
    else children.push(text);
  }

  finish(): TtmlElement {
    return this.#root ?? { vocabulary: 'tt', name: 'tt', attributes: new Map(), children: [] };
  }

  #isIn(name: string): boolean {
    return this.#open.some(({ element }) => element.name === name && element.vocabulary !== 'metadata');
  }

  #closeUpTo(name: string): void {
    for (;;) {
      const { element } = this.#open.at(-1) ?? {};
      if (!element) return;
      this.#pop();
      if (element.name === name) return;
    }
  }

  #pop(): string | undefined {
    const written = this.#open.pop()?.written;
    if (written !== undefined) this.#openNames.set(written, (this.#openNames.get(written) ?? 1) - 1);
    return written;
  }

  #makeElement(written: string, attributes: ReadonlyMap<string, string>, scope: NamespaceScope): TtmlElement {
    const [prefix, local] = splitName(written);
    let found = scope.find(prefix);
    if (!this.#root && found.vocabulary !== 'tt') {
      // An element named like the format's root is taken as the root: old tools declare no or other namespaces.
      this.#repairs.add('namespace');
      scope.adopt(prefix);
      found = scope.find(prefix);
    }
    const name = local.toLowerCase();
    if (name !== local && found.vocabulary === 'tt') this.#repairs.add('names');
    const canonical = new Map<string, string>();
    for (const [attribute, value] of attributes) {
      const key = this.#nameOf(attribute, scope);
      if (key !== undefined && !canonical.has(key)) canonical.set(key, value);
    }
    return { vocabulary: found.vocabulary, name, attributes: canonical, children: [] };
  }

  #nameOf(written: string, scope: NamespaceScope): string | undefined {
    if (written.startsWith('xmlns')) return undefined;
    const [prefix, local] = splitName(written);
    const name = local.toLowerCase();
    if (prefix === '') {
      if (!STYLE_NAMES.has(name)) return name;
      this.#repairs.add('names');
      return `tts:${name}`;
    }
    const { vocabulary, isBound } = scope.find(prefix);
    if (!isBound && vocabulary !== 'other') this.#repairs.add('namespace');
    switch (vocabulary) {
      case 'xml':
        return `xml:${name}`;
      case 'ttp':
        return `ttp:${name}`;
      case 'tts':
      case 'ebutts':
      case 'itts':
        if ((CASED.get(name) ?? local) !== local) this.#repairs.add('names');
        return `tts:${name}`;
      case 'smpte':
        return STYLE_NAMES.has(name) ? `tts:${name}` : name;
      case 'tt':
        return name;
      case 'metadata':
      case 'other':
        return undefined;
      default:
        return vocabulary satisfies never;
    }
  }
}

/** Names of styles that are often written without their capitals. */
const CASED: ReadonlyMap<string, string> = new Map(
  'textAlign backgroundColor fontSize fontFamily fontStyle fontWeight displayAlign textDecoration textOutline lineHeight zIndex'
    .split(' ')
    .map((name) => [name.toLowerCase(), name]),
);
