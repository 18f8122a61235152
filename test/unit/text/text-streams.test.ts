import { describe, expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { eventTracksOf } from '../../../src/text/events/event-tracks.ts';
import { isSameLanguage, languageName, languageTag } from '../../../src/text/language.ts';
import { chooseTextTrack, roleOf, textTracksOf } from '../../../src/text/text-streams.ts';

const VIDEO =
  '<StreamIndex Type="video" Url="v/{bitrate}/{start time}"><QualityLevel Bitrate="1000" FourCC="H264" CodecPrivateData="00000001674d401fe9800000000168efbc80"/><c t="0" d="20000000"/></StreamIndex>';
const URL = 'Url="QualityLevels({bitrate})/Fragments(x={start time})"';
const stream = (attributes: string, level = '', content = '<c t="0" d="20000000"/>') =>
  `<StreamIndex Type="text" ${URL} ${attributes}><QualityLevel Bitrate="0" ${level}/>${content}</StreamIndex>`;
const streamsOf = (...text: string[]) =>
  parseManifest(
    `<SmoothStreamingMedia MajorVersion="2" Duration="20000000">${VIDEO}${text.join('')}</SmoothStreamingMedia>`,
  ).streams.slice(1);
const role = (text: string) => {
  const [first] = streamsOf(text);
  return first && roleOf(first);
};
const PAYLOAD = '<c t="0" d="1"><f>QQ==</f></c>';
const SCHEME =
  '><CustomAttributes><Attribute Name="Scheme" Value="urn:scte:scte35:2013:bin"/></CustomAttributes></QualityLevel';
const withScheme = (attributes: string) =>
  `<StreamIndex Type="text" ${URL} ${attributes}><QualityLevel Bitrate="0" FourCC=""${SCHEME}>${PAYLOAD}</StreamIndex>`;

test.each<[name: string, text: string, expected: object]>([
  [
    'captions',
    stream('Subtype="CAPT"', 'FourCC="TTML"'),
    { kind: 'cues', textKind: 'captions', prior: 'relative' },
  ],
  [
    'subtitles, in another case',
    stream('Subtype="subt"', 'FourCC="dfxp"'),
    { kind: 'cues', textKind: 'subtitles' },
  ],
  [
    'descriptions for the hard of hearing',
    stream('Subtype="DESC"', 'FourCC="DFXP"'),
    { kind: 'cues', textKind: 'captions' },
  ],
  ['no subtype', stream('', 'FourCC="TTML"'), { kind: 'cues', textKind: 'subtitles' }],
  ['neither subtype nor FourCC', stream(''), { kind: 'cues', textKind: 'subtitles' }],
  [
    'stpp counts from the stream',
    stream('Subtype="SUBT"', 'FourCC="stpp"'),
    { kind: 'cues', prior: 'absolute' },
  ],
  [
    'IMSC with a parent and no subtype',
    stream('ParentStreamIndex="video"', 'FourCC="imsc"'),
    { kind: 'cues', textKind: 'subtitles', prior: 'absolute' },
  ],
  ['a FourCC of the stream', stream('FourCC="WVTT"'), { kind: 'cues', textKind: 'subtitles' }],
  [
    'a parent makes captions no events',
    stream('Subtype="CAPT" ParentStreamIndex="video"', 'FourCC="TTML"'),
    { kind: 'cues', textKind: 'captions' },
  ],
  [
    'captions in the manifest',
    stream('Subtype="CAPT" ManifestOutput="TRUE" ParentStreamIndex="video"', 'FourCC=""', PAYLOAD),
    { kind: 'cues', textKind: 'captions' },
  ],
  ['chapters', stream('Subtype="CHAP"'), { kind: 'events', eventKind: 'chapters' }],
  [
    'chapters as the documentation has them',
    stream(
      'Name="MARKERS" Subtype="CHAPTER" ParentStreamIndex="video" ManifestOutput="TRUE"',
      'FourCC=""',
      PAYLOAD,
    ),
    { kind: 'events', eventKind: 'chapters' },
  ],
  ['chapters by name', stream('Name="markers"'), { kind: 'events', eventKind: 'chapters' }],
  ['script commands', stream('Subtype="SCMD"'), { kind: 'events', eventKind: 'script' }],
  [
    'script commands by what is in it',
    '<StreamIndex Type="text"><Content><ScriptCommand Time="1" Type="a" Command="b"/></Content></StreamIndex>',
    { kind: 'events', eventKind: 'script' },
  ],
  [
    'control',
    stream('Subtype="CTRL" ParentStreamIndex="video"', 'FourCC=""'),
    { kind: 'events', eventKind: 'control' },
  ],
  [
    'data',
    stream('Subtype="DATA" ParentStreamIndex="video"', 'FourCC=""'),
    { kind: 'events', eventKind: 'data' },
  ],
  ['advertising', stream('Subtype="ADVT"'), { kind: 'events', eventKind: 'data' }],
  [
    'an unknown subtype with a parent',
    stream('Subtype="ABCD" ParentStreamIndex="video"', 'FourCC=""'),
    { kind: 'events', eventKind: 'data' },
  ],
  [
    'SCTE-35 by its scheme',
    withScheme('Subtype="CAPT" Name="scte35"'),
    { kind: 'events', eventKind: 'data', scheme: 'urn:scte:scte35:2013:bin' },
  ],
])('%s', (_, text, expected) => {
  expect(role(text)).toMatchObject(expected);
});

test.each<[written: string | undefined, tag: string | undefined]>([
  ['eng', 'en'],
  ['en-us', 'en-US'],
  ['fre', 'fr'],
  ['ger', 'de'],
  ['dut', 'nl'],
  ['cze', 'cs'],
  ['NAR', 'nar'],
  ['pt_BR', 'pt-BR'],
  ['und', undefined],
  ['UND', undefined],
  ['qaa', undefined],
  ['qtz', undefined],
  ['', undefined],
  [undefined, undefined],
  ['English', undefined],
  ['e', undefined],
])('language %s is %s', (written, tag) => {
  expect(languageTag(written)).toBe(tag);
});

test('languages have names, and serve each other\u2019s readers', () => {
  expect([languageName('fr'), languageName('fr', 'de'), languageName('x-')]).toEqual([
    'French',
    'Französisch',
    'x-',
  ]);
  expect([
    isSameLanguage('en', 'en-GB'),
    isSameLanguage('en', 'de'),
    isSameLanguage(undefined, undefined),
  ]).toEqual([true, false, false]);
});

describe('tracks', () => {
  const tracks = textTracksOf(
    streamsOf(
      stream('Subtype="SUBT" Name="textstream_eng" Language="eng"', 'FourCC="TTML"'),
      stream('Subtype="CAPT" Name="cc_en" Language="en"', 'FourCC="TTML"'),
      stream('Subtype="SUBT" Name="Director\u2019s comments" Language="eng"', 'FourCC="TTML"'),
      stream('Subtype="SUBT" Name="sub_forced_fra" Language="fra"', 'FourCC="TTML"'),
      stream('Subtype="SUBT" Name="subtitle_fr" Language="fre"', 'FourCC="TTML"'),
      stream('Subtype="CHAP" Name="chapters"'),
    ),
  );

  test('are named apart, by more than their language where there is more', () => {
    expect(tracks.map(({ id, kind, language, label }) => [id, kind, language, label].join(' | '))).toEqual([
      'textstream_eng | subtitles | en | English',
      'cc_en | captions | en | English 2',
      'Director\u2019s comments | subtitles | en | Director\u2019s comments',
      'sub_forced_fra | forced | fr | sub_forced_fra',
      'subtitle_fr | subtitles | fr | French',
    ]);
  });

  test.each<[name: string, wish: Parameters<typeof chooseTextTrack>[1], id: string | undefined]>([
    ['the first language that there is', { languages: ['sv', 'fr', 'en'] }, 'subtitle_fr'],
    ['of a language, the kind that was asked for', { languages: ['en-GB'], kind: 'captions' }, 'cc_en'],
    ['none', { languages: [] }, undefined],
    ['none of a language that there is not', { languages: ['sv'] }, undefined],
    ['forced text in the sound\u2019s language', { languages: [], audioLanguage: 'fra' }, 'sub_forced_fra'],
  ])('%s', (_, wish, id) => {
    expect(chooseTextTrack(tracks, wish)?.id).toBe(id);
  });
});

test('streams of events are tracks of their own kinds, with what is known of each', () => {
  const streams = streamsOf(
    withScheme('Subtype="DATA" Name="breaks" ParentStreamIndex="video"'),
    stream('Subtype="CHAPTER" Name="parts" Language="eng"'),
    stream('Subtype="SUBT" Name="words"', 'FourCC="TTML"'),
  );
  const cue = { id: '1', start: seconds(1), end: seconds(1), data: new Uint8Array() };
  expect(eventTracksOf(streams, ({ name }) => (name === 'breaks' ? [cue] : []))).toEqual([
    {
      name: 'breaks',
      subtype: 'DATA',
      scheme: 'urn:scte:scte35:2013:bin',
      language: undefined,
      kind: 'data',
      cues: [cue],
    },
    { name: 'parts', subtype: 'CHAPTER', scheme: undefined, language: 'en', kind: 'chapters', cues: [] },
  ]);
});
