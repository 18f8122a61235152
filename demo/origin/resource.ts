/** A stretch of a file. */
export interface FileSpan {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** What a URL leads to: bytes in memory and in files, one after another. */
export interface Resource {
  readonly parts: readonly (Buffer | FileSpan)[];
  readonly contentType: string;
  /** Without quotes. */
  readonly etag: string;
  readonly cacheControl: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where `mdat` begins, in a fragment. */
  readonly mdatAt?: number;
}

export const sizeOf = ({ parts }: Pick<Resource, 'parts'>) =>
  parts.reduce((sum, { length }) => sum + length, 0);

/** On demand, a fragment's URL means the same bytes for ever. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';
export const REVALIDATE = 'no-cache';
