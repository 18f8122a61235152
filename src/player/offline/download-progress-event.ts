/** More of a download has been stored. */
export class DownloadProgressEvent extends Event {
  /** Stored bytes. */
  readonly bytes: number;
  /** Expected total. */
  readonly estimatedBytes: number | undefined;
  /** 0 to 1. */
  readonly fraction: number;
  constructor(bytes: number, estimatedBytes: number | undefined, fraction: number) {
    super('progress');
    this.bytes = bytes;
    this.estimatedBytes = estimatedBytes;
    this.fraction = fraction;
  }
}
