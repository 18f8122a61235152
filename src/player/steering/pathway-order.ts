/** Decides in which order the places of a title are asked. */
export interface PathwayOrder {
  /** The source with its manifests in the order that holds at the moment. */
  readonly source: {
    readonly url: string;
    readonly alternatives?: readonly string[];
    readonly headers?: HeadersInit;
  };
  /** `urls`: of the manifest that was loaded, after redirects, and of those on the other hosts. */
  order(urls: readonly string[]): readonly string[];
}
