/** What the choice of an audio level depends on. */
export interface AudioInput<Level extends { readonly bitrate: number }> {
  /** Those that may be chosen, ascending by bitrate. */
  readonly levels: readonly [Level, ...Level[]];
  /** Expected bits per second of the line. */
  readonly estimate: number;
}

/** Sound takes no more than a small part of the line, and never the picture's. */
const AUDIO_SHARE = 0.1;

/** Picks the quality level of the next audio fragment. */
export function chooseAudio<Level extends { readonly bitrate: number }>({
  levels,
  estimate,
}: AudioInput<Level>): { readonly level: Level; readonly reason: string } {
  const level = levels.findLast(({ bitrate }) => bitrate <= estimate * AUDIO_SHARE) ?? levels[0];
  return { level, reason: levels.length === 1 ? 'only' : 'fits' };
}
