import type { Presentation, QualityLevel, Stream } from './presentation.ts';

/**
 * The presentation with a separate stream for each camera angle, where one stream has the levels of several: angles are
 * the viewer's choice, not a matter of bandwidth. Each stream is named after its angle. IIS Smooth Streaming, "Multiple
 * Camera Angles".
 */
export function splitAngles(presentation: Presentation): Presentation {
  const taken = new Set(presentation.streams.map(({ name }) => name));
  return { ...presentation, streams: presentation.streams.flatMap((stream) => splitStream(stream, taken)) };
}

function splitStream(stream: Stream, taken: Set<string>): readonly Stream[] {
  const byAngle = new Map<string | undefined, [QualityLevel, ...QualityLevel[]]>();
  // In the order of the manifest.
  for (const level of stream.levels.toSorted((a, b) => a.index - b.index)) {
    const angle = angleOf(level);
    const levels = byAngle.get(angle?.toLowerCase());
    if (levels) levels.push(level);
    else byAngle.set(angle?.toLowerCase(), [level]);
  }
  if (stream.type !== 'video' || byAngle.size < 2) return [stream];
  return Array.from(byAngle.values(), (levels) => {
    const angle = angleOf(levels[0]);
    levels.sort((a, b) => a.bitrate - b.bitrate);
    if (angle === undefined) return { ...stream, levels };
    const name = taken.has(angle) ? `${stream.name}_${angle}` : angle;
    taken.add(name);
    return { ...stream, name, levels };
  });
}

function angleOf({ customAttributes }: QualityLevel): string | undefined {
  return customAttributes.find(({ name }) => name.toLowerCase() === 'cameraangle')?.value.trim() || undefined;
}
