/** Determines the order of a title's hosts. */
export interface PathwayOrder {
  /** The source with its manifests in the current order. */
  readonly source: {
    readonly url: string;
    readonly alternatives?: readonly string[];
    readonly headers?: HeadersInit;
  };
  /** `urls`: of the loaded manifest, after redirects, and of those on the other hosts. */
  order(urls: readonly string[]): readonly string[];
}
