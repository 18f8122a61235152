/** A range of a file. */
export interface FileSpan {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

export type Part = Buffer | FileSpan;

/** A resource: consecutive bytes in memory and in files. */
export interface Resource {
  readonly parts: readonly Part[];
  readonly contentType: string;
  /** Without quotes. */
  readonly etag: string;
  readonly cacheControl: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Offset of `mdat`, in a fragment. */
  readonly mdatAt?: number;
}

/** A range of consecutive parts. */
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

/** On demand, a fragment's URL means the same bytes forever. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';
/** A title may be packaged again under its name: its manifest is revalidated by its ETag soon. */
export const BRIEFLY = 'public, max-age=10';
export const REVALIDATE = 'no-cache';
