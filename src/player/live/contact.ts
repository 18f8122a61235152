import { isSmoothError } from '../../base/errors.ts';
import { nowInSeconds } from './now.ts';

/** Whether anybody answers: where nobody does, nothing is known of the source. */
export class Contact {
  #answeredAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;

  get isLost(): boolean {
    return globalThis.navigator?.onLine === false || this.#failedAt > this.#answeredAt;
  }

  /** Something came, or was told not to be there. */
  answered(): void {
    this.#answeredAt = nowInSeconds();
  }

  failed(): void {
    this.#failedAt = nowInSeconds();
  }
}

const TOO_MANY = [408, 425, 429];

/** An answer that says: not yet, or no more. Some servers send what isn't there yet as nothing at all. */
export const isMissing = (error: unknown): boolean =>
  (isSmoothError(error, 'network-status') && [404, 410, 412].includes(error.details.status)) ||
  (isSmoothError(error, 'fragment-malformed') && error.details.offset === 0 && error.details.box === 'moof');

/** No answer, or one that tells of the servers and nothing of what was asked for. */
export const isUnanswered = (error: unknown): boolean =>
  isSmoothError(error, 'network-failed') ||
  isSmoothError(error, 'network-timeout') ||
  (isSmoothError(error, 'network-status') &&
    (error.details.status >= 500 || TOO_MANY.includes(error.details.status)));

/** The servers are at fault, and may be better a moment later. */
export const isServers = (error: unknown): boolean =>
  isSmoothError(error, 'network-status') && isUnanswered(error);
