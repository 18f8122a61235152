/** A title's steering manifest, which determines the order of its hosts. */
export interface SteeringOptions {
  /** URL of the steering manifest, in the JSON format of DASH and HLS. */
  readonly url: string;
  /**
   * Names of pathways, and the manifest URL of the title on each, as in `url` and `alternatives`; others are added to
   * those. A URL without a name here is named by its host.
   */
  readonly pathways?: Readonly<Record<string, string>>;
  /** The initial pathway, before the steering manifest is loaded; default: that of `url`. */
  readonly defaultPathway?: string;
}
