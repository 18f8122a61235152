/** Common Media Client Data (CTA-5004): what servers are told of a playback. */
export interface CmcdOptions {
  /**
   * How: in the parameter `CMCD` of each request's URL (`query`, default), in its four `CMCD-…` headers (`header`), which costs
   * other origins a preflight request, or not with requests at all but in reports to `url` (`event`).
   */
  readonly mode?: 'query' | 'header' | 'event';
  /** How requests are written; default 1, which is what most servers read. Reports are always version 2. */
  readonly version?: 1 | 2;
  /** Names the playback, in up to 64 characters; default: a random UUID for each `load`, kept nowhere. */
  readonly sessionId?: string;
  /** Names the title, in up to 64 characters; default: none. */
  readonly contentId?: string;
  /** Posts reports to this URL, in any mode: changes of the state of playback, errors, and one every `interval`. */
  readonly url?: string;
  /** Seconds between reports while nothing changes; default 30. */
  readonly interval?: number;
  /** Sends only these keys, such as `['br', 'bl', 'sid']`; default: all. */
  readonly keys?: readonly string[];
}
