import { TEXT_LIMITS } from '../cue.ts';
import { TextRepairs } from '../repair.ts';
import { LooseXmlReader } from './loose-xml.ts';

/** An element of a small document, with lower-case names without prefix. */
export interface LooseElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly LooseElement[];
  /** All text in it. */
  readonly text: string;
}

/** More than any message has. */
const MAX_ELEMENTS = 10_000;

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: LooseElement[];
  text: string;
}

/** The root elements of a text, as far as they can be parsed; none if a document type declares something. */
export function readElements(source: string): readonly LooseElement[] {
  const reader = new LooseXmlReader(source, new TextRepairs());
  const top: Open = { name: '', attributes: new Map(), children: [], text: '' };
  const open: Open[] = [top];
  const close = () => {
    const element = open.pop();
    const parent = open.at(-1);
    if (!element || !parent) return;
    parent.children.push(element);
    parent.text += element.text;
  };
  for (let count = 0; count < MAX_ELEMENTS; ) {
    const token = reader.next();
    if (token === 'end') break;
    if (token === 'doctype') return [];
    const current = open.at(-1) ?? top;
    if (token === 'text') {
      current.text += reader.text;
    } else if (token === 'open') {
      count++;
      const attributes = new Map(Array.from(reader.attributes, ([name, value]) => [local(name), value]));
      open.push({ name: local(reader.name), attributes, children: [], text: '' });
      if (reader.isEmpty || open.length > TEXT_LIMITS.depth) close();
    } else if (token === 'close') {
      // An unclosed element ends with its parent.
      const at = open.findLastIndex(({ name }) => name === local(reader.name));
      while (at > 0 && open.length > at) close();
    }
  }
  while (open.length > 1) close();
  return top.children;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase();

/** All elements with a name, at any depth. */
export const elementsNamed = (elements: readonly LooseElement[], name: string): LooseElement[] =>
  elements.flatMap((element) => [
    ...(element.name === name ? [element] : []),
    ...elementsNamed(element.children, name),
  ]);
