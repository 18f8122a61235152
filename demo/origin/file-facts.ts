import { stat } from 'node:fs/promises';

interface FileFacts {
  readonly size: number;
  /** Changes with the file. */
  readonly version: string;
}

/** `undefined` if there is no such file. */
export async function factsOf(path: string): Promise<FileFacts | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  const { mtimeNs, size } = found;
  return { size: Number(size), version: `${mtimeNs.toString(36)}-${size.toString(36)}` };
}
