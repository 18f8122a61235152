/** Where a title's steering manifest is: it decides in which order the hosts are asked. */
export interface SteeringOptions {
  /** Of the steering manifest, in JSON as DASH and HLS have it. */
  readonly url: string;
  /**
   * Names of pathways, and the manifest URL of the title on each, as in `url` and `alternatives`; others are added to those.
   * A URL that has no name here is named by its host.
   */
  readonly pathways?: Readonly<Record<string, string>>;
  /** The pathway to begin with, before the steering manifest is there; default: that of `url`. */
  readonly defaultPathway?: string;
}
