/** More of a download is stored. */
export class DownloadProgressEvent extends Event {
  /** Bytes that are stored. */
  readonly bytes: number;
  /** Bytes that it will have in all, as far as can be told. */
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
