import { expect, test } from 'vitest';
import { isSmoothError } from '../../../src/base/errors.ts';
import { mendManifest } from '../../../src/manifest/mend-manifest.ts';
import { mendText } from '../../../src/manifest/mend-text.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { Presentation } from '../../../src/manifest/presentation.ts';
import { mayBeOdd } from '../../../src/manifest/recognise.ts';

const CLEAN = `<?xml version="1.0" encoding="utf-8"?>
<!-- made by hand -->
<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" TimeScale="10000000" Duration="40000000">
  <StreamIndex Type="video" Name="video" Chunks="2" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(video={start time})?a=1&amp;b=2">
    <QualityLevel Index="0" Bitrate="1000000" FourCC="H264" CodecPrivateData="00000001674d401fe9800000000168efbc80" MaxWidth="640" MaxHeight="360"/>
    <c t="0" d="20000000"/><c t="20000000" d="20000000"><f i="0" s="12"/></c>
  </StreamIndex>
  <StreamIndex Type="audio" Name="audio" Language="en" Url="QualityLevels({bitrate})/Fragments(audio={start time})">
    <QualityLevel Bitrate="64000" FourCC="AACL" SamplingRate="48000" Channels="2" CodecPrivateData="1190"/>
    <c d="20000000" r="2"/>
  </StreamIndex>
  <Protection><ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">AAAA</ProtectionHeader></Protection>
</SmoothStreamingMedia>
`;

const clean = parseManifest(CLEAN);

/** As the player reads it; `isWhole`: at the second attempt. */
function read(text: string, isWhole = true): Presentation {
  let outcome: Parameters<typeof mendManifest>[1];
  try {
    outcome = parseManifest(text);
    if (!mayBeOdd(outcome, text)) return outcome;
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    outcome = error;
  }
  return mendManifest(text, outcome, isWhole);
}

const essence = ({ streams, protection, duration, timescale }: Presentation) => ({
  protection,
  duration,
  timescale,
  streams: streams.map(({ chunks, attributes: _, ...stream }) => ({ ...stream, chunks: [...chunks] })),
});

test.each<[name: string, text: string, repair: RegExp]>([
  ['attributes without quotes', CLEAN.replace(/"([^" ]*)"/g, '$1'), /without quotes/],
  [
    'no quotes, not even about a template with a space',
    CLEAN.replace(/ (\w+)="([^"]*)"/g, ' $1=$2').replace('?xml version=1.0', '?xml version="1.0"'),
    /without quotes/,
  ],
  ['typographic quotes', CLEAN.replace(/"([^"]*)"/g, '\u201c$1\u201d'), /typographic quotes/],
  ['low and high typographic quotes', CLEAN.replace(/"([^"]*)"/g, '\u201e$1\u201c'), /typographic quotes/],
  ['single typographic quotes', CLEAN.replace(/"([^"]*)"/g, '\u2018$1\u2019'), /typographic quotes/],
  ['no space between attributes', CLEAN.replace(/" (?=\w+=)/g, '"'), /without a space/],
  [
    'an attribute twice',
    CLEAN.replace('TimeScale=', 'Duration="7" TimeScale=').replace(
      / Duration="7"(.*) Duration="40000000"/,
      ' Duration="40000000"$1 Duration="7"',
    ),
    /Duration stands twice/,
  ],
  ['words in front', `HTTP/1.1 200 OK\r\nX: y\r\n\r\n${CLEAN}`, /stands before it/],
  ['a warning of PHP in front', `<br />\n<b>Warning</b>: x in <b>y</b>\n${CLEAN}`, /stands before it/],
  ['words behind', `${CLEAN}OK`, /stands behind it/],
  ['another document behind', `${CLEAN}<!-- x --><html/>`, /stands behind it/],
  ['no end tag', CLEAN.replace('</SmoothStreamingMedia>', ''), /<\/SmoothStreamingMedia> is missing/],
  ['chunks that are not closed', CLEAN.replace(/<c ([^>]*)\/>/g, '<c $1>'), /<c> is not closed/],
  [
    'levels that are not closed',
    CLEAN.replace(/(<QualityLevel [^>]*)\/>/g, '$1>'),
    /<QualityLevel> is not closed/,
  ],
  ['a stream that is not closed', CLEAN.replace('</StreamIndex>', ''), /<StreamIndex> is not closed/],
  ['an end tag too many', CLEAN.replace('</StreamIndex>', '</StreamIndex></QualityLevel>'), /closes nothing/],
  [
    'escaped as HTML',
    CLEAN.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? '&quot;'),
    /is escaped/,
  ],
  [
    'escaped twice',
    CLEAN.replaceAll('&', '&amp;amp;').replaceAll('<', '&amp;lt;').replaceAll('>', '&amp;gt;'),
    /is escaped/,
  ],
  ['elements with a prefix', CLEAN.replace(/<(\/?)(?=\w)/g, '<$1ss:'), /prefix ss:/],
  [
    'lower case',
    CLEAN.replace(/<(\/?)(\w+)/g, (_, end, name) => `<${end}${name.toLowerCase()}`).replace(
      / (\w+)="/g,
      (_, name) => ` ${name.toLowerCase()}="`,
    ),
    /another case/,
  ],
  [
    'upper case',
    CLEAN.replace(/<(\/?)(\w+)/g, (_, end, name) => `<${end}${name.toUpperCase()}`).replace(
      / (\w+)="/g,
      (_, name) => ` ${name.toUpperCase()}="`,
    ),
    /another case/,
  ],
  [
    'one attribute in another case',
    CLEAN.replace('CodecPrivateData="11', 'codecPrivateData="11').replace('TimeScale', 'Timescale'),
    /Timescale is written/,
  ],
  ['numbers in hexadecimal', CLEAN.replaceAll('"20000000"', '"0x1312D00"'), /was read as 20000000/],
  [
    'numbers in groups',
    CLEAN.replaceAll('"20000000"', '"20,000,000"').replace('1000000"', '1 000 000"'),
    /was read as 20000000/,
  ],
  [
    'numbers with a fraction',
    CLEAN.replaceAll('"20000000"', '"20000000.0"').replace('"40000000"', '"40000000,4"'),
    /was read as 20000000/,
  ],
  ['numbers with spaces inside', CLEAN.replaceAll('"20000000"', '"2 0000 000"'), /was read as 20000000/],
  ['numbers with a plus', CLEAN.replaceAll('"20000000"', '"+20000000"'), /was read as 20000000/],
  ['numbers with an exponent', CLEAN.replaceAll('"20000000"', '"2e7"'), /was read as 20000000/],
  [
    'private data with 0x',
    CLEAN.replace('CodecPrivateData="', 'CodecPrivateData="0x'),
    /CodecPrivateData="0x/,
  ],
  ['private data byte by byte', CLEAN.replace('="1190"', '="0x11, 0x90"'), /was read as 1190/],
  [
    'private data in base64',
    CLEAN.replace('00000001674d401fe9800000000168efbc80', 'AAAAAWdNQB/pgAAAAAFo77yA'),
    /CodecPrivateData="AAAA/,
  ],
  ['an empty clock', CLEAN.replace('"10000000"', '""'), /TimeScale is empty/],
  [
    'an empty clock of a stream',
    CLEAN.replace('Type="audio"', 'Type="audio" TimeScale=" "'),
    /TimeScale is empty/,
  ],
  ['an "&" that stands for itself', CLEAN.replace('&amp;', '&'), /taken for itself/],
  [
    'an entity of HTML',
    CLEAN.replace('Language="en"', 'Language="en" Label="a&nbsp;b"'),
    /no known reference/,
  ],
  [
    'a "<" in a value',
    CLEAN.replace('Language="en"', 'Language="en" Label="a<b"'),
    /"<" in an attribute value/,
  ],
])('%s: reads as the clean one, and is told', (_, text, repair) => {
  const mended = read(text);
  expect(essence(mended)).toEqual(essence(clean));
  expect(mended.warnings.map(({ code }) => code)).toContain('manifest-mended');
  expect(mended.warnings.map(({ message }) => message).join('\n')).toMatch(repair);
});

test('a clean one stays as it is', () => {
  expect(mendText(CLEAN, true).repairs).toEqual([]);
  expect(mayBeOdd(clean, CLEAN)).toBe(false);
  expect(essence(read(CLEAN))).toEqual(essence(clean));
});

test.each([
  ['breaks off in a stream', CLEAN.slice(0, CLEAN.indexOf('<c d=')), 'manifest-truncated', true],
  ['breaks off in a tag', CLEAN.slice(0, CLEAN.indexOf('ProtectionHeader S')), 'manifest-truncated', true],
  [
    'breaks off between streams, for the first time',
    CLEAN.slice(0, CLEAN.lastIndexOf('<Stream')),
    'manifest-truncated',
    false,
  ],
  ['defines entities', `<!DOCTYPE x [<!ENTITY a "b">]>${CLEAN}`, 'manifest-malformed', true],
  ['is a web page', '<!doctype html><p>Sign in</p>', 'manifest-foreign', true],
  ['is another XML', '<MPD/>', 'manifest-foreign', true],
  [
    'has a number that is none',
    CLEAN.replace('"40000000"', '"soon"').replace('TimeScale="10000000"', 'TimeScale="fast"'),
    'manifest-malformed',
    true,
  ],
] as const)('what %s stays refused', (_, text, code, isWhole) => {
  try {
    read(text, isWhole);
    expect.unreachable();
  } catch (error) {
    expect(isSmoothError(error, code), String(error)).toBe(true);
  }
});

test('whatever vendors add stays theirs', () => {
  const text = CLEAN.replace(
    '<Protection>',
    '<v:Note name="a" duration="7"><v:c t="1"/></v:Note><Protection>',
  );
  expect(read(text).warnings).toEqual([]);
});

test('what can not be read takes no long time to refuse', () => {
  const hostile = `<SmoothStreamingMedia a="${'b="'.repeat(200_000)} ${'{'.repeat(100_000)}`;
  expect(mendText(hostile, true).repairs).toEqual([]);
  expect(mendText(`<SmoothStreamingMedia ${'a={'.repeat(2000)}>`, true).text).toBeTruthy();
});

test('hexadecimal digits of which one is lost are no base64', () => {
  const { repairs } = mendText(CLEAN.replace('68efbc80"', '68efbc8"'), true);
  expect(repairs).toEqual([]);
});

test('sound of 5.1 channels has six', () => {
  const [, audio] = read(CLEAN.replace('Channels="2"', 'Channels="5.1"')).streams;
  expect(audio?.levels[0].channels).toBe(6);
});
