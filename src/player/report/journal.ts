import { Ring } from '../../base/ring.ts';
import type { RequestRecord } from '../../net/fetch-bytes.ts';
import { DecisionLog } from './decision-log.ts';

/** A recorded event. */
export interface EventRecord {
  readonly type: string;
  /** On `performance.now()`'s clock, in milliseconds. */
  readonly at: number;
  /** On the media element's clock, in seconds. */
  readonly position: number | undefined;
  /** The event's own fields. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a player remembers for its diagnostics; outlives titles. */
export class Journal {
  static readonly EVENTS = 200;
  static readonly REQUESTS = 200;
  readonly decisions = new DecisionLog();
  readonly events = new Ring<EventRecord>(Journal.EVENTS);
  readonly requests = new Ring<RequestRecord>(Journal.REQUESTS);

  /** A title's manifest is not kept after it is unloaded, and fragments are recorded by their requests. */
  happened(event: Event & { readonly presentation?: unknown }, position: number | undefined): void {
    const { presentation: _, ...fields } = event;
    const { type } = event;
    if (type !== 'fragmentload') this.events.add({ type, at: performance.now(), position, fields });
  }
}
