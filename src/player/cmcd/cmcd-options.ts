/** Common Media Client Data (CTA-5004): what servers learn about a playback. */
export interface CmcdOptions {
  /**
   * How data is sent: in the parameter `CMCD` of each request's URL (`query`, default), in its four `CMCD-…` headers
   * (`header`), which cause a preflight request to other origins, or not with requests at all but in reports to `url`
   * (`event`).
   */
  readonly mode?: 'query' | 'header' | 'event';
  /** The version of the data in requests; default 1, which most servers support. Reports are always version 2. */
  readonly version?: 1 | 2;
  /** Identifies the playback, in up to 64 characters; default: a random UUID for each `load`, which is not stored. */
  readonly sessionId?: string;
  /** Identifies the title, in up to 64 characters; default: none. */
  readonly contentId?: string;
  /** Posts reports to this URL, in any mode: changes of the playback state, errors, and one every `interval`. */
  readonly url?: string;
  /** Seconds between reports while nothing changes; default 30. */
  readonly interval?: number;
  /** Sends only these keys, such as `['br', 'bl', 'sid']`; default: all. */
  readonly keys?: readonly string[];
}
