import { seconds } from '../../base/time.ts';
import { type Cue, DEFAULT_PARAGRAPH, DEFAULT_REGION } from '../../text/cue.ts';
import { styleStringsFor } from './style-strings.ts';

/** Shows a style while no caption is on screen. */
export function sampleCue(language: string): Cue {
  const text = styleStringsFor(language).sample;
  return {
    id: 'sample',
    start: seconds(0),
    end: seconds(1),
    text,
    runs: [{ text, style: {} }],
    paragraph: DEFAULT_PARAGRAPH,
    region: DEFAULT_REGION,
    isForced: false,
  };
}
