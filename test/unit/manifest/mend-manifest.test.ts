import { expect, test } from 'vitest';
import { isSmoothError } from '../../../src/base/errors.ts';
import { runSteps } from '../../../src/base/steps.ts';
import { mendManifest, readMended } from '../../../src/manifest/mend-manifest.ts';
import { mendInSteps, mendText } from '../../../src/manifest/mend-text.ts';
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
  return runSteps(mendManifest(text, outcome, isWhole));
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
  ['no space between attributes', CLEAN.replace(/" (?=\w+=)/g, '"'), /no space between/],
  [
    'an attribute twice',
    CLEAN.replace('TimeScale=', 'Duration="7" TimeScale=').replace(
      / Duration="7"(.*) Duration="40000000"/,
      ' Duration="40000000"$1 Duration="7"',
    ),
    /Duration appears twice/,
  ],
  ['words in front', `HTTP/1.1 200 OK\r\nX: y\r\n\r\n${CLEAN}`, /precedes it/],
  ['a warning of PHP in front', `<br />\n<b>Warning</b>: x in <b>y</b>\n${CLEAN}`, /precedes it/],
  [
    'a document type that defines nothing',
    CLEAN.replace('?>', '?><!DOCTYPE SmoothStreamingMedia>'),
    /a document type/,
  ],
  [
    'a document type that is elsewhere',
    CLEAN.replace('?>', '?>\n<!DOCTYPE SmoothStreamingMedia SYSTEM "http://example.com/smooth.dtd">'),
    /a document type/,
  ],
  ['a byte order mark behind the declaration', CLEAN.replace('?>', '?>\ufeff'), /precedes it/],
  ['a byte order mark behind it', `${CLEAN}\ufeff`, /follows it/],
  ['control characters between elements', CLEAN.replaceAll('<c ', '\b<c '), /a control character/],
  [
    'a reference to a control character',
    CLEAN.replace('Language="en"', 'Language="en" Label="a&#x1;b&#xD800;"'),
    /does not allow/,
  ],
  ['a clock of 0', CLEAN.replace('"10000000"', '"0"'), /TimeScale is 0/],
  ['a clock of 0 of a stream', CLEAN.replace('Type="audio"', 'Type="audio" TimeScale="0"'), /TimeScale is 0/],
  ['words behind', `${CLEAN}OK`, /follows it/],
  ['another document behind', `${CLEAN}<!-- x --><html/>`, /follows it/],
  ['no end tag', CLEAN.replace('</SmoothStreamingMedia>', ''), /<\/SmoothStreamingMedia> is missing/],
  ['chunks that are not closed', CLEAN.replace(/<c ([^>]*)\/>/g, '<c $1>'), /<c> is not closed/],
  [
    'levels that are not closed',
    CLEAN.replace(/(<QualityLevel [^>]*)\/>/g, '$1>'),
    /<QualityLevel> is not closed/,
  ],
  ['a stream that is not closed', CLEAN.replace('</StreamIndex>', ''), /<StreamIndex> is not closed/],
  [
    'an end tag too many',
    CLEAN.replace('</StreamIndex>', '</StreamIndex></QualityLevel>'),
    /has no start tag/,
  ],
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
  ['an "&" that stands for itself', CLEAN.replace('&amp;', '&'), /read as a plain/],
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
  [
    'has a document type with declarations',
    CLEAN.replace('?>', '?><!DOCTYPE x SYSTEM "x" [<!ATTLIST c d CDATA "1">]>'),
    'manifest-malformed',
    true,
  ],
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

const TAG = '<SmoothStreamingMedia';
const MILLIONS: readonly (readonly [name: string, text: string])[] = [
  ['quotes that open nothing', `${TAG} a="${'b="'.repeat(400_000)} ${'{'.repeat(400_000)}`],
  ['values without quotes, barred at the end', `${TAG} x ${'a='.repeat(500_000)}a">${CLEAN}`],
  ['equals signs', `${TAG} ${'='.repeat(1_000_000)}>`],
  ['braces that are not closed', `${TAG} ${'a={'.repeat(300_000)}>`],
  ['names', `${TAG} ${'a '.repeat(500_000)}>`],
  ['one name', `${TAG} ${'a'.repeat(1_000_000)}>`],
  ['slashes', `${TAG} a=${'/'.repeat(1_000_000)}x>`],
  ['spaces before a value', `${TAG} ${`a=${' '.repeat(1000)}`.repeat(1000)}>`],
  ['comments behind that are not closed', CLEAN + '<!--'.repeat(250_000)],
  ['instructions in front that are not closed', '<?'.repeat(500_000) + CLEAN],
  ['comments in front', '<!---->'.repeat(150_000) + CLEAN],
  ['elements inside each other', `${TAG}>${'<a>'.repeat(300_000)}`],
  ['end tags', `${TAG}>${'</b>'.repeat(250_000)}`],
  ['escapes of escapes', `&${'amp;'.repeat(250_000)}lt;`],
  ['digits', CLEAN.replace('"40000000"', `"${'1'.repeat(1_000_000)}.5"`)],
  ['digits of private data', CLEAN.replace('00000001674d', `${'0x00,'.repeat(200_000)}674d`)],
  ['quotation marks of all kinds', `${TAG} ${`a=\u201e\u2018b='`.repeat(150_000)}>`],
];

// Each took quadratic time, or ended in an error that is not the library's.
test.each(MILLIONS)('a million characters of %s are mended or rejected', (_, text) => {
  expect(mendText(text, true).text.length).toBeGreaterThan(0);
  try {
    readMended(new TextEncoder().encode(text));
  } catch (error) {
    expect(isSmoothError(error), String(error)).toBe(true);
  }
});

test('a long text can be mended with pauses, to the same end', () => {
  const chunks = Array.from({ length: 20_000 }, (_, n) => `<c n=${n} t=${n * 2e7} d=20000000 />`);
  const text = CLEAN.replace('<c d="20000000" r="2"/>', chunks.join(''));
  const steps = mendInSteps(text, true);
  let pauses = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) pauses += 1;
  expect(pauses).toBeGreaterThan(10);
  expect(step.value).toEqual(mendText(text, true));
});

test.each([
  ['long tags', CLEAN.replace('<c d="20000000" r="2"/>', `<a b=${'c'.repeat(60_000)} />`.repeat(10))],
  [
    'a long escaped text',
    `${CLEAN.replace('<c', `${'<c d=2 />'.repeat(60_000)}<c`)}`.replaceAll('<', '&amp;lt;'),
  ],
  ['a long end', `${CLEAN}${'<'.repeat(2_000_000)}`],
])('there are pauses whatever makes it long: %s', (_, text) => {
  const steps = mendInSteps(text, true);
  let pauses = 0;
  while (!steps.next().done) pauses++;
  expect(pauses).toBeGreaterThan(1);
});

test('a tag of millions of characters is looked at no further', () => {
  for (const tag of [
    `<a b="${'c'.repeat(2_000_000)}"/>`,
    `<a ${'b '.repeat(1_000_000)}>`,
    `<a b=${'{'.repeat(2_000_000)}>`,
  ])
    expect(mendText(CLEAN.replace('<c', `${tag}<c`), true).repairs).toEqual([]);
});

test('what needs a closer look is decided by typed fields, not by words', () => {
  const named = CLEAN.replace('Name="video"', 'Name="left out, not valid, alone"');
  expect(mayBeOdd(parseManifest(named), named)).toBe(false);
  for (const odd of [
    CLEAN.replace('SamplingRate="48000"', 'SamplingRate="48 kHz"'),
    CLEAN.replace('Type="audio"', 'Type="sound"'),
    CLEAN.replace(
      '<c d="20000000" r="2"/>',
      '<Protection><ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">AAAA</ProtectionHeader></Protection><c d="20000000" r="2"/>',
    ),
  ])
    expect(mayBeOdd(parseManifest(odd), odd)).toBe(true);
});

test.each([
  ...['timeScale', 'Timescale', 'timescale', 'TIMESCALE'],
  ...['isLive', 'Islive', 'ISLIVE'],
  ...['DvrWindowLength', 'DVRwindowLength', 'DVRWindowlength', 'dvrWindowLength'],
  ...['subtype', 'SubType', 'parentStreamIndex'],
])('the attribute %s is noticed', (name) => {
  const odd = CLEAN.replace('Type="audio"', `Type="audio" ${name} = "1"`);
  expect(mayBeOdd(clean, odd)).toBe(true);
});

test('correct attributes, namespaces and text with "=" need no closer look', () => {
  const correct = CLEAN.replace(
    'MajorVersion="2"',
    `MajorVersion="2" IsLive="TRUE"  DVRWindowLength="0"
      LookaheadCount="2" LookAheadFragmentCount="2" xmlns="urn:a" xmlns:xsi="urn:b" xsi:schemaLocation="c"`,
  )
    .replace('Type="audio"', 'Type="audio" Subtype="AUDD" ParentStreamIndex="video"')
    .replace('>AAAA<', '>AAAA\n  abcdefgh1A==\n<');
  expect(mayBeOdd(clean, correct)).toBe(false);
});

test('a clock in another case counts', () => {
  const text = CLEAN.replace('TimeScale="10000000"', 'timeScale="90000"').replaceAll('0000000"', '0000"');
  const { timescale, warnings } = read(text);
  expect(timescale).toBe(90_000n);
  expect(warnings).toHaveLength(1);
});

test('hexadecimal digits of which one is lost are no base64', () => {
  const { repairs } = mendText(CLEAN.replace('68efbc80"', '68efbc8"'), true);
  expect(repairs).toEqual([]);
});

test('sound of 5.1 channels has six', () => {
  const [, audio] = read(CLEAN.replace('Channels="2"', 'Channels="5.1"')).streams;
  expect(audio?.levels[0].channels).toBe(6);
});
