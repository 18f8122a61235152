/** What the choice of an audio level depends on. */
export interface AudioInput<Level extends { readonly bitrate: number }> {
  /** The levels that may be chosen, ascending by bitrate. */
  readonly levels: readonly [Level, ...Level[]];
  /** Expected bandwidth in bits per second. */
  readonly estimate: number;
}

/** Audio gets only a small fraction of the bandwidth. */
const AUDIO_SHARE = 0.1;

/** Picks the quality level of the next audio fragment. */
export function chooseAudio<Level extends { readonly bitrate: number }>({
  levels,
  estimate,
}: AudioInput<Level>): { readonly level: Level; readonly reason: string } {
  const level = levels.findLast(({ bitrate }) => bitrate <= estimate * AUDIO_SHARE) ?? levels[0];
  return { level, reason: levels.length === 1 ? 'only' : 'fits' };
}
