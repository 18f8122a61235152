import { expect, test } from 'vitest';
import { type XmlFailure, XmlReader } from '../../../src/base/xml.ts';
import fc from '../../support/properties.ts';

interface Tree {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (Tree | string)[];
}

class Failure extends Error {
  readonly failure: XmlFailure;

  constructor(failure: XmlFailure) {
    super(JSON.stringify(failure));
    this.failure = failure;
  }
}

const readerOf = (source: string) => new XmlReader(source, (failure) => new Failure(failure));

function parse(source: string): Tree {
  const reader = readerOf(source);
  const root: Tree & { children: (Tree | string)[] } = { name: '', attributes: {}, children: [] };
  const stack = [root];
  for (let step = reader.next(); step !== 'end'; step = reader.next()) {
    const parent = stack.at(-1) ?? root;
    if (step === 'open') {
      const element = {
        name: reader.name,
        attributes: Object.fromEntries(reader.attributes()),
        children: [],
      };
      parent.children.push(element);
      stack.push(element);
    } else if (step === 'text') {
      const before = parent.children.at(-1);
      if (typeof before === 'string') parent.children[parent.children.length - 1] = before + reader.text;
      else parent.children.push(reader.text);
    } else {
      expect(reader.name).toBe(parent.name);
      stack.pop();
    }
  }
  return root.children[0] as Tree;
}

function failureOf(source: string): XmlFailure | undefined {
  try {
    parse(source);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.failure;
    throw error;
  }
}

const escaped = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll('&#38;', '&amp;');

function write({ name, attributes, children }: Tree): string {
  const pairs = Object.entries(attributes).map(([key, value], index) =>
    index % 2 ? ` ${key} = '${escaped(value)}'` : `\n${key}="${escaped(value)}"`,
  );
  const content = children
    .map((child) => (typeof child === 'string' ? escaped(child) : write(child)))
    .join('');
  return content ? `<${name}${pairs.join('')} >${content}</${name}\n>` : `<${name}${pairs.join('')}/>`;
}

const anyName = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/);
const anyText = fc.string({ unit: fc.constantFrom(...'aZ0 <>&"\'é€😀=/'), minLength: 1, maxLength: 8 });
/** Neighbouring texts would join, and blank ones are passed over. */
const withoutLooseText = (children: (Tree | string)[]) =>
  children.filter(
    (child, index) =>
      typeof child !== 'string' || (child.trim() !== '' && typeof children[index - 1] !== 'string'),
  );

const anyTree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree; child: Tree | string }>((tie) => ({
  tree: fc.record({
    name: anyName,
    attributes: fc.dictionary(anyName, anyText, { maxKeys: 4 }),
    children: fc.array(tie('child'), { maxLength: 4 }).map(withoutLooseText),
  }),
  child: fc.oneof({ maxDepth: 4 }, anyText, tie('tree')),
})).tree;

test('what is written reads back the same', () => {
  fc.assert(
    fc.property(anyTree, (tree) => {
      expect(parse(`\ufeff<?xml version="1.0"?><!-- <a> -->${write(tree)}\n<!-- end -->`)).toEqual({
        ...tree,
        attributes: { ...tree.attributes },
      });
    }),
  );
});

test('a document cut off anywhere is truncated', () => {
  fc.assert(
    fc.property(anyTree, fc.nat(), (tree, seed) => {
      const source = `<?xml version="1.0"?><!-- c --><r><![CDATA[<]]>&amp;${write(tree)}<!-- c --></r>`;
      expect(failureOf(source.slice(0, seed % source.length))).toMatchObject({ kind: 'truncated' });
    }),
    { numRuns: 1000 },
  );
});

test('anything at all gives a document or a failure', () => {
  const anyMarkup = fc.array(
    fc.constantFrom(
      '<',
      '>',
      '/',
      '!',
      '?',
      '--',
      '&',
      ';',
      '"',
      "'",
      '=',
      'a',
      ' ',
      '<a',
      '</a>',
      '<!--',
      '<![CDATA[',
      ']]>',
      '\0',
      '\n',
      '&#0;',
      '#',
    ),
  );
  fc.assert(
    fc.property(anyMarkup, (parts) => {
      failureOf(parts.join(''));
      failureOf(`<a>${parts.join('')}</a>`);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  {
    name: 'references',
    source: '<a b="&lt;&#65;&#x1F600;&apos;">&gt;&quot;</a>',
    attribute: "<A😀'",
    text: '>"',
  },
  { name: 'CDATA', source: '<a b="1">x<![CDATA[<&]]>y</a>', attribute: '1', text: 'x<&y' },
  {
    name: 'an "&" that begins no reference',
    source: '<a b="?x=1&y=2&amp;z">& &;</a>',
    attribute: '?x=1&y=2&z',
    text: '& &;',
  },
  { name: 'white space in an attribute', source: '<a b="1\r\n2\t3"/>', attribute: '1 2 3', text: '' },
  { name: 'a ">" in an attribute', source: '<a b="1>2">]]</a>', attribute: '1>2', text: ']]' },
])('reads $name', ({ source, attribute, text }) => {
  const tree = parse(source);
  expect(tree.attributes.b).toBe(attribute);
  expect(tree.children.join('')).toBe(text);
});

test.each([
  ['<a>\n<b></a>', 2],
  ['<a b=1/>', 1],
  ['<a b/>', 1],
  ['<a b="1"c="2"/>', 1],
  ['<a b="1" b="2"/>', 1],
  ['<a b="<"/>', 1],
  ['<a>&nbsp;</a>', 1],
  ['<a>&#0;</a>', 1],
  ['<a>&#xD800;</a>', 1],
  ['<a>\u0001</a>', 1],
  ['<a>\0</a>', 1],
  ['<a/>\n\n<b/>', 3],
  ['<a/>text', 1],
  ['text<a/>', 1],
  ['<1/>', 1],
  ['< a/>', 1],
  ['</a>', 1],
  ['<!DOCTYPE a><a/>', 1],
  ['<a><!ENTITY b "c"></a>', 1],
])('%j is malformed', (source, line) => {
  expect(failureOf(source)).toMatchObject({ kind: 'malformed', line });
});

test('nesting and attributes have limits', () => {
  expect(failureOf('<a>'.repeat(32) + '</a>'.repeat(32))).toBeUndefined();
  expect(failureOf('<a>'.repeat(33))).toMatchObject({ kind: 'too-large', limit: 32 });
  const attributes = Array.from({ length: 257 }, (_, index) => ` a${index}=""`).join('');
  expect(failureOf(`<a${attributes}/>`)).toMatchObject({ kind: 'too-large', limit: 256 });
});

test('names of objects are ordinary names', () => {
  const reader = readerOf('<__proto__ __proto__="1" constructor="2"/>');
  reader.next();
  expect(reader.attribute('__proto__')).toBe('1');
  expect(reader.attributes().get('constructor')).toBe('2');
  expect(reader.attribute('toString')).toBeUndefined();
});

test('readContent gives the direct text and goes past the end tag', () => {
  const reader = readerOf('<a><b>x<c>no</c>y</b><d/></a>');
  reader.next();
  reader.next();
  expect(reader.readContent()).toBe('xy');
  expect(reader.next()).toBe('open');
  expect(reader.name).toBe('d');
});

test('a tag has at most a million characters, and a long text comes in pieces', () => {
  const million = 'x'.repeat(1_048_576);
  expect(failureOf(`<a b="${million}"/>`)).toMatchObject({ kind: 'too-large', what: 'tag' });
  expect(failureOf(`<a b="${million}`)).toMatchObject({ kind: 'too-large', what: 'tag' });
  expect(failureOf(`<a b="${million.slice(20)}`)).toMatchObject({ kind: 'truncated' });
  expect(failureOf(`<a>${million}${million}`)).toMatchObject({ kind: 'truncated' });
  for (const [written, read] of [
    ['&amp;', '&'],
    ['&', '&'],
    ['&&#x1f600;', '&😀'],
    ['😀', '😀'],
    ['&lt;😀', '<😀'],
  ] as const) {
    for (const shift of [0, 1, 3, 8]) {
      const before = million.slice(shift);
      const { children } = parse(`<a>${before}${written}y${written}</a>`);
      expect(children[0] === `${before}${read}y${read}`).toBe(true);
    }
  }
});
