import type { TextRepairs } from '../repair.ts';
import type { TtmlElement } from './document.ts';

/** Styles as written, by lower-case name without prefix. */
export type Specified = ReadonlyMap<string, string>;

const NONE: Specified = new Map();
/** Of one `style` attribute; nobody needs more. */
const MAX_REFERENCES = 64;

/** Resolves an element's own attributes and the styles that it refers to. TTML 2, 8.4.2. */
export class StyleSheet {
  readonly #styles = new Map<string, TtmlElement>();
  readonly #resolved = new Map<string, Specified>();
  readonly #ofReferences = new Map<string, Specified>();
  readonly #initial: Specified;
  readonly #repairs: TextRepairs;

  /** `styling`: the elements of that name. */
  constructor(styling: readonly TtmlElement[], repairs: TextRepairs) {
    this.#repairs = repairs;
    const initial = new Map<string, string>();
    for (const child of styling.flatMap(({ children }) => children)) {
      if (typeof child === 'string') continue;
      const id = idOf(child);
      if (child.name === 'style' && id !== undefined && !this.#styles.has(id)) this.#styles.set(id, child);
      if (child.name === 'initial') for (const [name, value] of ownStyles(child)) initial.set(name, value);
    }
    this.#initial = initial;
  }

  /** Initial values, if nothing is specified or inherited. TTML 2, 8.1.2. */
  get initial(): Specified {
    return this.#initial;
  }

  /** Nested `style` elements count like the element's own attributes, which override them. */
  of(element: TtmlElement): Specified {
    const references = element.attributes.get('style');
    const nested = element.children.filter(
      (child) => typeof child !== 'string' && child.name === 'style' && child.vocabulary === 'tt',
    ) as TtmlElement[];
    const own = ownStyles(element);
    if (references === undefined && nested.length === 0) return own;
    const parts = [this.#referred(references ?? '', []), ...nested.map((child) => this.of(child)), own];
    return merge(parts);
  }

  /** `chain`: the styles on the way here, to detect circular references. */
  #referred(references: string, chain: readonly string[]): Specified {
    const known = chain.length === 0 ? this.#ofReferences.get(references) : undefined;
    if (known) return known;
    const ids = references.trim().split(/\s+/, MAX_REFERENCES).filter(Boolean);
    const merged = merge(ids.map((id) => this.#resolve(id, chain)));
    if (chain.length === 0) this.#ofReferences.set(references, merged);
    return merged;
  }

  #resolve(id: string, chain: readonly string[]): Specified {
    const known = this.#resolved.get(id);
    if (known) return known;
    const style = this.#styles.get(id);
    if (!style) {
      this.#repairs.add('unknown-style');
      return NONE;
    }
    if (chain.includes(id) || chain.length >= MAX_REFERENCES) return NONE;
    const references = style.attributes.get('style');
    const base = references === undefined ? NONE : this.#referred(references, [...chain, id]);
    const specified = merge([base, ownStyles(style)]);
    this.#resolved.set(id, specified);
    return specified;
  }
}

export const idOf = ({ attributes }: TtmlElement): string | undefined =>
  attributes.get('xml:id') ?? attributes.get('id');

function ownStyles({ attributes }: TtmlElement): Specified {
  let own: Map<string, string> | undefined;
  for (const [name, value] of attributes) {
    if (!name.startsWith('tts:')) continue;
    own ??= new Map();
    own.set(name.slice(4), value);
  }
  return own ?? NONE;
}

/** Later ones win. */
function merge(parts: readonly Specified[]): Specified {
  const [first = NONE, second] = parts.filter(({ size }) => size > 0);
  if (!second) return first;
  const merged = new Map<string, string>();
  for (const part of parts) for (const [name, value] of part) merged.set(name, value);
  return merged;
}
