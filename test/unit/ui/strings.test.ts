import { expect, test } from 'vitest';
import { stringsFor } from '../../../src/ui/strings.ts';

test.each([
  { language: 'de-AT', play: 'Abspielen' },
  { language: 'FR', play: 'Lire' },
  { language: 'en-GB', play: 'Play' },
  { language: 'tlh', play: 'Play' },
  { language: '', play: 'Play' },
])('in "$language" it says "$play"', ({ language, play }) => {
  expect(stringsFor(language).play).toBe(play);
});
