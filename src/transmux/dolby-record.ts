import { afterDolbySubformat } from '../manifest/codec.ts';
import type { DolbyAudio } from '../mp4/movie.ts';

/** The content of `dac3` or `dec3`, alone or at the end of a WAVE format; `undefined` if the private data has none. */
export function findDolbyRecord(privateData: Uint8Array, type: DolbyAudio['type']): Uint8Array | undefined {
  const record = privateData.subarray(afterDolbySubformat(privateData));
  const fits = type === 'ac-3' ? record.length === 3 : record.length >= 5;
  return fits && record.some((byte) => byte !== 0) ? record : undefined;
}
