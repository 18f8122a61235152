import type { Presentation, QualityLevel, Stream } from './presentation.ts';

/** The attribute that distinguishes the levels of a stream by what they show or say. */
const DISTINCTION = { video: 'cameraangle', audio: 'language', text: 'language' } as const;

/**
 * The presentation with a separate stream for each camera angle or language, where one stream has the levels of
 * several: they are the viewer's choice, not a matter of bandwidth. Each stream is named after its angle or has its
 * language. IIS Smooth Streaming, "Multiple Camera Angles".
 */
export function splitStreams(presentation: Presentation): Presentation {
  const taken = new Set(presentation.streams.map(({ name }) => name));
  return { ...presentation, streams: presentation.streams.flatMap((stream) => splitStream(stream, taken)) };
}

function splitStream(stream: Stream, taken: Set<string>): readonly Stream[] {
  const distinctionOf = ({ customAttributes }: QualityLevel) =>
    customAttributes.find(({ name }) => name.toLowerCase() === DISTINCTION[stream.type])?.value.trim() ||
    undefined;
  const byValue = new Map<string | undefined, [QualityLevel, ...QualityLevel[]]>();
  // In the order of the manifest.
  for (const level of stream.levels.toSorted((a, b) => a.index - b.index)) {
    const value = distinctionOf(level)?.toLowerCase();
    const levels = byValue.get(value);
    if (levels) levels.push(level);
    else byValue.set(value, [level]);
  }
  const isVideo = stream.type === 'video';
  const isOne = byValue.size < 2;
  if (isVideo && isOne) return [stream];
  return Array.from(byValue.values(), (levels) => {
    const value = distinctionOf(levels[0]);
    levels.sort((a, b) => a.bitrate - b.bitrate);
    if (value === undefined) return { ...stream, levels };
    // A stream's own language counts, unless it says that there are several.
    if (isOne) return isLanguage(stream.language) ? stream : { ...stream, language: value };
    const name = isVideo && !taken.has(value) ? value : `${stream.name}_${value}`;
    taken.add(name);
    return isVideo ? { ...stream, name, levels } : { ...stream, name, language: value, levels };
  });
}

const isLanguage = (language: string | undefined): boolean =>
  language !== undefined && !['', 'multiple', 'mul', 'und'].includes(language.toLowerCase());
