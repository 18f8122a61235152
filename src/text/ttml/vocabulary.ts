/** The purpose of a namespace. The year of a draft makes no difference. */
export type Vocabulary = 'tt' | 'tts' | 'ttp' | 'metadata' | 'ebutts' | 'itts' | 'smpte' | 'xml' | 'other';

/** The usual prefixes, which are used if they aren't declared. */
const USUAL: ReadonlyMap<string, Vocabulary> = new Map([
  ['tt', 'tt'],
  ['tts', 'tts'],
  ['ttp', 'ttp'],
  ['ttm', 'metadata'],
  ['ebutts', 'ebutts'],
  ['ebuttm', 'metadata'],
  ['itts', 'itts'],
  ['ittp', 'ttp'],
  ['ittm', 'metadata'],
  ['smpte', 'smpte'],
  ['xml', 'xml'],
]);

/** TTML 1.0 and its drafts of 2006, TTML 2, IMSC 1.1, SMPTE ST 2052-1, EBU Tech 3380. */
export function vocabularyOf(namespace: string): Vocabulary {
  const uri = namespace.trim().toLowerCase().replace(/#$/, '');
  if (/\/xml\/1998\/namespace$/.test(uri)) return 'xml';
  if (/smpte/.test(uri)) return 'smpte';
  if (/^urn:ebu:tt:/.test(uri)) return uri.includes('style') ? 'ebutts' : 'metadata';
  const [, fragment = ''] = uri.split('#');
  if (!/ns\/ttml|ttaf1/.test(uri)) return 'other';
  if (fragment.startsWith('sty')) return uri.includes('imsc') ? 'itts' : 'tts';
  if (fragment.startsWith('param')) return 'ttp';
  return fragment === '' ? 'tt' : fragment.startsWith('metadata') ? 'metadata' : 'other';
}

/** The prefix bindings that an element adds to those of its parent. */
export class NamespaceScope {
  readonly #own = new Map<string, Vocabulary>();
  readonly #parent: NamespaceScope | undefined;

  /** The scope of an element with these attributes: its parent's, if it adds nothing. */
  static of(attributes: ReadonlyMap<string, string>, parent: NamespaceScope | undefined): NamespaceScope {
    const scope = new NamespaceScope(parent);
    for (const [name, value] of attributes) {
      if (name === 'xmlns') scope.#own.set('', vocabularyOf(value));
      else if (name.startsWith('xmlns:')) scope.#own.set(name.slice(6), vocabularyOf(value));
    }
    return parent && scope.#own.size === 0 ? parent : scope;
  }

  private constructor(parent: NamespaceScope | undefined) {
    this.#parent = parent;
  }

  /** Binds the prefix to the format itself, whatever its declaration. */
  adopt(prefix: string): void {
    this.#own.set(prefix, 'tt');
  }

  /** `isBound`: false if it is only known by convention. */
  find(prefix: string): { readonly vocabulary: Vocabulary; readonly isBound: boolean } {
    for (let scope: NamespaceScope | undefined = this; scope; scope = scope.#parent) {
      const vocabulary = scope.#own.get(prefix);
      if (vocabulary) return { vocabulary, isBound: true };
    }
    return { vocabulary: USUAL.get(prefix) ?? 'other', isBound: prefix === 'xml' };
  }
}

/** Splits a name at its prefix; `''` if there is none. */
export function splitName(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

/** Names of styles in normalized form: without prefix, in lower case. */
export const STYLE_NAMES: ReadonlySet<string> = new Set(
  'backgroundcolor color direction display displayalign extent fontfamily fontsize fontstyle fontweight fontvariant fontkerning fontselectionstrategy fontshear lineheight luminancegain opacity origin overflow padding position ruby rubyalign rubyposition rubyreserve shear showbackground textalign textcombine textdecoration textemphasis textorientation textoutline textshadow unicodebidi visibility wrapoption writingmode zindex linepadding multirowalign filllinegap forceddisplay backgroundimage backgroundimagehorizontal backgroundimagevertical'.split(
    ' ',
  ),
);
