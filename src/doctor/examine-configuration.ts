import { isSmoothError } from '../base/errors.ts';
import { ticks } from '../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../manifest/presentation.ts';
import { flawOf, lacksConfiguration } from '../transmux/configuration.ts';
import { FragmentTransmuxer } from '../transmux/fragment-transmuxer.ts';
import { completeLevel, readTellingSample } from '../transmux/in-band.ts';
import type { Finding } from './finding.ts';

/** Whether a fragment contains the codec configuration that the manifest lacks; empty if the manifest has it. */
export function examineConfiguration(
  bytes: Uint8Array,
  { stream, level, chunk }: { readonly stream: Stream; readonly level: QualityLevel; readonly chunk: Chunk },
  where: string,
): readonly Finding[] {
  if (!lacksConfiguration(stream)) return [];
  const completed = complete(bytes, stream, level, chunk);
  const problem = flawOf(stream, completed ?? level);
  if (completed && problem === undefined) return [];
  return [
    {
      weight: 'fatal',
      where,
      what: `neither the manifest nor the fragment contains its codec configuration: ${problem}`,
      section: 'MS-SSTR 2.2.2.5',
      action: 'cannot configure a decoder, and ignores the level',
      remedy: 'add CodecPrivateData to the manifest',
    },
  ];
}

function complete(
  bytes: Uint8Array,
  stream: Stream,
  level: QualityLevel,
  { start, duration }: Chunk,
): QualityLevel | undefined {
  const readEncryption = () => undefined;
  const transmuxer = new FragmentTransmuxer({ stream, start, duration, origin: ticks(0), readEncryption });
  try {
    const parts = transmuxer.push(bytes);
    const sample = readTellingSample(parts, transmuxer.finish(), stream.timescale, false);
    return sample && completeLevel(level, sample);
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return undefined;
  }
}
