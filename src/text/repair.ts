/** Repairs of text with only one possible meaning, and what was ignored. */
export type TextRepairKind =
  /** A document is truncated; its beginning is used. */
  | 'truncated'
  /** An `&` or `<` that starts nothing is plain text, and so is an unknown entity. */
  | 'unescaped'
  /** End tags are missing or unmatched; attributes lack quotes or values. */
  | 'tags'
  /** No namespace, an unknown one, or undeclared prefixes. */
  | 'namespace'
  /** Names in another case, or styles without their prefix. */
  | 'names'
  /** Times that the format doesn't allow: commas, no unit, minutes only. */
  | 'time-format'
  /** Ticks without a rate were read as 100 ns. */
  | 'tick-rate'
  /** Elements whose time can't be determined were ignored: `wallclock()`, negative ones. */
  | 'time-rejected'
  /** Text outside of a paragraph; HTML elements in it. */
  | 'structure'
  /** An undeclared region: the default one was used. */
  | 'unknown-region'
  /** An undeclared style was ignored. */
  | 'unknown-style'
  /** External images or other resources, which are never fetched. */
  | 'external-resource'
  /** An image that is not a PNG, or too large. */
  | 'image-invalid'
  /** Sizes of samples don't add up. */
  | 'sample-sizes'
  /** There were several documents where one was announced. */
  | 'several-documents'
  /** The encoding differs from the declared one. */
  | 'encoding'
  /** Something exceeded a limit; the rest was ignored. */
  | 'cut-off'
  /** A document type that declares something, or an entity declaration: the document was rejected. */
  | 'doctype'
  /** It is not readable text. */
  | 'unreadable';

export interface TextRepair {
  readonly kind: TextRepairKind;
  readonly count: number;
}

/** Counts repairs by kind. */
export class TextRepairs {
  readonly #counts = new Map<TextRepairKind, number>();

  add(kind: TextRepairKind, count = 1): void {
    if (count > 0) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  addAll(others: TextRepairs): void {
    for (const [kind, count] of others.#counts) this.add(kind, count);
  }

  list(): readonly TextRepair[] {
    return Array.from(this.#counts, ([kind, count]) => ({ kind, count }));
  }
}
