/** A stretch of a file. */
export interface FileSpan {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

export type Part = Buffer | FileSpan;

/** What a URL leads to: bytes in memory and in files, one after another. */
export interface Resource {
  readonly parts: readonly Part[];
  readonly contentType: string;
  /** Without quotes. */
  readonly etag: string;
  readonly cacheControl: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Where `mdat` begins, in a fragment. */
  readonly mdatAt?: number;
}

/** A stretch of bytes that lie in parts one after another. */
export function stretchOf(parts: readonly Part[], offset: number, size: number): readonly Part[] {
  let at = 0;
  return parts.flatMap((part): Part[] => {
    const from = Math.max(0, offset - at);
    const to = Math.min(part.length, offset + size - at);
    at += part.length;
    if (from >= to) return [];
    if (Buffer.isBuffer(part)) return [part.subarray(from, to)];
    return [{ ...part, offset: part.offset + from, length: to - from }];
  });
}

export const sizeOf = ({ parts }: Pick<Resource, 'parts'>) =>
  parts.reduce((sum, { length }) => sum + length, 0);

/** On demand, a fragment's URL means the same bytes for ever. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';
/** A title may be packaged anew under its name: its manifest is compared by its ETag before long. */
export const BRIEFLY = 'public, max-age=10';
export const REVALIDATE = 'no-cache';
