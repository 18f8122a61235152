/** What was mended in text, where only one thing could be meant; and what was left out of it. */
export type TextRepairKind =
  /** A document breaks off; what stands before counts. */
  | 'truncated'
  /** An `&` or `<` that begins nothing stands for itself; an unknown entity as it is written. */
  | 'unescaped'
  /** End tags are missing, or close nothing; attributes without quotes or values. */
  | 'tags'
  /** No namespace, an unknown one, or prefixes that are not bound. */
  | 'namespace'
  /** Names in another case, or styles without their prefix. */
  | 'names'
  /** Times written in no way that the format has: commas, no unit, minutes only. */
  | 'time-format'
  /** Ticks without a rate were taken for 100 ns. */
  | 'tick-rate'
  /** Elements with a time that can't be known here were left out: `wallclock()`, negative ones. */
  | 'time-rejected'
  /** Text outside of a paragraph; elements of HTML in it. */
  | 'structure'
  /** A region that is not declared: the default one was taken. */
  | 'unknown-region'
  /** A style that is not declared was passed over. */
  | 'unknown-style'
  /** Images or other resources elsewhere, which are never fetched. */
  | 'external-resource'
  /** An image that is no PNG, or too large. */
  | 'image-invalid'
  /** Sizes of samples don't add up to what is there. */
  | 'sample-sizes'
  /** Several documents lay behind each other where one was announced. */
  | 'several-documents'
  /** The text is in another encoding than it says. */
  | 'encoding'
  /** Something exceeded a limit; the rest was left out. */
  | 'cut-off'
  /** A document type or entity declaration: the document was refused. */
  | 'doctype'
  /** It is no text that can be read. */
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
