import { expect, test } from 'vitest';
import type { TextTrackInfo } from '../../../../src/index.ts';
import { mentionsForced, shownText } from '../../../../src/player/text/forced-text.ts';
import { fragmentOf } from '../../../conformance/text-case.ts';
import { ttml } from '../../../support/text.ts';

const track = (
  id: string,
  language: string | undefined,
  more: Partial<TextTrackInfo> = {},
): TextTrackInfo => ({
  id,
  kind: 'subtitles',
  language,
  label: id,
  source: 'side-loaded',
  isForced: false,
  ...more,
});
const CAPTIONS = track('cc', 'en', { kind: 'captions' });
const ENGLISH = track('en', 'en');
const FRENCH = track('fr', 'fr');
const FORCED = track('forced', 'en', { isForced: true });
const IN_BAND = track('CC1', 'en', { source: 'in-band' });

test.each<
  [
    name: string,
    chosen: TextTrackInfo | undefined,
    tracks: TextTrackInfo[],
    sound: string | undefined,
    id: string | undefined,
    only: boolean,
  ]
>([
  ['what is chosen, whole', FRENCH, [ENGLISH, FRENCH, FORCED], 'en', 'fr', false],
  ['without a choice a track of forced text', undefined, [ENGLISH, FORCED], 'en', 'forced', false],
  [
    'else the forced cues of subtitles in the sound’s language',
    undefined,
    [CAPTIONS, ENGLISH],
    'eng',
    'en',
    true,
  ],
  ['or of captions', undefined, [FRENCH, CAPTIONS], 'en-GB', 'cc', true],
  ['captions in the picture have none', undefined, [IN_BAND], 'en', undefined, false],
  ['nothing in another language', undefined, [FRENCH], 'en', undefined, false],
  [
    'nothing where the sound’s language is unknown',
    undefined,
    [ENGLISH, track('x', undefined)],
    undefined,
    undefined,
    false,
  ],
])('%s', (_, chosen, tracks, sound, id, only) => {
  const shown = shownText(chosen, tracks, sound);
  expect([shown.track?.id, shown.isForcedOnly]).toEqual([id, only]);
});

const IMSC = 'xmlns:itts="http://www.w3.org/ns/ttml/profile/imsc1#styling"';
const document = ttml('<div><p begin="0s">x</p></div>');

test.each<[name: string, fragment: Uint8Array, expected: boolean | undefined]>([
  ['a document of another profile has none', fragmentOf([document]), false],
  ['one with the namespace may have some', fragmentOf([ttml('<div/>', { attributes: IMSC })]), true],
  [
    'the attribute with any prefix, too',
    Buffer.from(document.replace('<p ', '<p x:forcedDisplay="true" ')),
    true,
  ],
  ['in UTF-16, too', Buffer.from(`\ufeff${ttml('<div/>', { attributes: IMSC })}`, 'utf16le'), true],
  ['with a prefix on the root', Buffer.from('<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"/>'), false],
  ['a fragment without a document tells nothing', fragmentOf([]), undefined],
])('%s', (_, fragment, expected) => {
  expect(mentionsForced(fragment)).toBe(expected);
});
