import { isSmoothError, type SmoothError } from '../base/errors.ts';
import { redactText } from '../base/redact.ts';
import type { QualityLevel, Stream } from '../manifest/presentation.ts';
import { codecFamily } from '../transmux/codec.ts';
import { lacksConfiguration } from '../transmux/configuration.ts';
import { createInitSegment } from '../transmux/init-segment.ts';

/** The levels that some browser could play, completed from their fragments if the manifest lacks something. */
export function playableLevels(stream: Stream): readonly QualityLevel[] {
  const isLacking = lacksConfiguration(stream);
  return stream.levels.filter((level) =>
    isLacking ? codecFamily(level) !== undefined : whyUnplayable(stream, level) === undefined,
  );
}

/** A message without its code. */
export const messageOf = ({ code, message }: SmoothError): string =>
  redactText(message.replace(`${code}: `, ''));

/** Names of codecs that no browser decodes. */
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

/** Why no browser can play the level; `undefined` if one can. */
function whyUndecodable(level: QualityLevel): string | undefined {
  const fourCC = level.fourCC.trim().toUpperCase();
  if (level.codec !== undefined && isKnown(level)) return undefined;
  const dead = DEAD[fourCC];
  if (dead) return `no browser decodes ${dead}`;
  return `FourCC="${fourCC}" and ${level.codecPrivateData.length} bytes of CodecPrivateData identify no codec`;
}

export const whyUnplayable = (stream: Stream, level: QualityLevel): string | undefined =>
  whyUndecodable(level) ?? initProblem(stream, level);

const isKnown = (level: QualityLevel) =>
  codecFamily(level) !== undefined || /^(?:ac-3|ec-3|ac-4)/.test(level.codec ?? '');

/** Why no init segment can be made. */
export function initProblem(stream: Stream, level: QualityLevel): string | undefined {
  try {
    createInitSegment(stream, level);
    return undefined;
  } catch (error) {
    return isSmoothError(error) ? messageOf(error) : String(error);
  }
}

export const nameOfCodec = (fourCC: string, codec: string | undefined) =>
  DEAD[fourCC.trim().toUpperCase()] ?? codec ?? (fourCC || 'an unnamed codec');
