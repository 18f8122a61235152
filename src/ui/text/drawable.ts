import type { Cue } from '../../text/cue.ts';

/** More than a picture can contain and a viewer can read: what exceeds it only costs layout. */
const MOST_CUES = 24;
const MOST_RUNS = 512;
const MOST_CHARACTERS = 4096;

/** The rendered part of the cues on screen: of too many the newest, and of too long ones the beginning. */
export const drawable = (cues: readonly Cue[]): readonly Cue[] => cues.slice(-MOST_CUES).map(shortened);

function shortened(cue: Cue): Cue {
  if (cue.runs.length <= MOST_RUNS && cue.text.length <= MOST_CHARACTERS) return cue;
  const runs: Cue['runs'][number][] = [];
  let left = MOST_CHARACTERS;
  for (const run of cue.runs.slice(0, MOST_RUNS)) {
    if (left <= 0) break;
    runs.push({ ...run, text: run.text.slice(0, left) });
    left -= run.text.length;
  }
  return { ...cue, runs };
}
