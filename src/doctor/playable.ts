import { isSmoothError, type SmoothError } from '../base/errors.ts';
import { redactText } from '../base/redact.ts';
import type { QualityLevel, Stream } from '../manifest/presentation.ts';
import { codecFamily } from '../transmux/codec.ts';
import { lacksConfiguration } from '../transmux/configuration.ts';
import { createInitSegment } from '../transmux/init-segment.ts';

/** The levels that some browser can be given, with what their fragments tell where the manifest does not. */
export function playableLevels(stream: Stream): readonly QualityLevel[] {
  const isLacking = lacksConfiguration(stream);
  return stream.levels.filter((level) =>
    isLacking ? codecFamily(level) !== undefined : whyUnplayable(stream, level) === undefined,
  );
}

/** A message without its code. */
export const told = ({ code, message }: SmoothError): string => redactText(message.replace(`${code}: `, ''));

/** Names of what no browser decodes. */
const DEAD: Readonly<Record<string, string>> = {
  WVC1: 'VC-1',
  WMV3: 'WMV 9',
  WMVA: 'WMV 9',
  WMVP: 'WMV 9',
  WMA: 'WMA',
  WMA1: 'WMA',
  WMA2: 'WMA',
  WMAP: 'WMA Professional',
  WMAL: 'WMA Lossless',
};

/** Why no browser can be given the level; `undefined` when one can. */
function whyUndecodable(level: QualityLevel): string | undefined {
  const fourCC = level.fourCC.trim().toUpperCase();
  if (level.codec !== undefined && isKnown(level)) return undefined;
  const dead = DEAD[fourCC];
  if (dead) return `no browser decodes ${dead}`;
  return `no codec can be told from FourCC="${fourCC}" and ${level.codecPrivateData.length} bytes of CodecPrivateData`;
}

export const whyUnplayable = (stream: Stream, level: QualityLevel): string | undefined =>
  whyUndecodable(level) ?? initProblem(stream, level);

const isKnown = (level: QualityLevel) =>
  codecFamily(level) !== undefined || /^(?:ac-3|ec-3|ac-4)/.test(level.codec ?? '');

/** What no init segment can be made for. */
export function initProblem(stream: Stream, level: QualityLevel): string | undefined {
  try {
    createInitSegment(stream, level);
    return undefined;
  } catch (error) {
    return isSmoothError(error) ? told(error) : String(error);
  }
}

export const nameOfCodec = (fourCC: string, codec: string | undefined) =>
  DEAD[fourCC.trim().toUpperCase()] ?? codec ?? (fourCC || 'a codec without name');
