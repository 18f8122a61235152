import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseInSteps, parseManifest } from '../../../src/manifest/parse.ts';
import type { Stream } from '../../../src/manifest/presentation.ts';
import { parseTextStreams } from '../../../src/manifest/text-streams.ts';

const VIDEO =
  '<StreamIndex Type="video" Url="v/{bitrate}/{start time}"><QualityLevel Bitrate="1000" FourCC="H264" CodecPrivateData="00000001674d401fe9800000000168efbc80"/><c t="0" d="20000000"/></StreamIndex>';
const title = (text: string, attributes = 'Duration="20000000"') =>
  parseManifest(
    `<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" ${attributes}>${VIDEO}${text}</SmoothStreamingMedia>`,
  );
const added = (text: string, attributes?: string) => title(text, attributes).streams.slice(1);
const only = (text: string, attributes?: string): Stream => {
  const [stream, second] = added(text, attributes);
  if (!stream || second) throw new Error('one stream expected');
  return stream;
};
const payloads = ({ embedded = [] }: Stream) =>
  embedded.map(({ kind, start, duration, data, type }) =>
    [kind, start, duration, new TextDecoder().decode(data), ...(type ? [type] : [])].join(' '),
  );
const base64 = (text: string) => Buffer.from(text).toString('base64');

const LEVEL = '<QualityLevel Index="0" Bitrate="0" FourCC="" CodecPrivateData=""/>';
const SPARSE = 'Type="text" Subtype="DATA" Name="e" ParentStreamIndex="video" ManifestOutput="TRUE"';

test.each<[name: string, stream: string, expected: string[]]>([
  [
    'base64 in f, with line breaks and blanks inside',
    `<StreamIndex ${SPARSE}>${LEVEL}<c t="5" d="7"><f>\n  ${base64('<Caption/>').replace(/(.{4})/g, '$1\r\n ')}</f></c></StreamIndex>`,
    ['fragment 5 7 <Caption/>'],
  ],
  [
    'f with an index, one for each level: the first',
    `<StreamIndex ${SPARSE}>${LEVEL}<c t="5" d="7"><f i="0" s="1">${base64('a')}</f><f i="1">${base64('b')}</f></c></StreamIndex>`,
    ['fragment 5 7 a'],
  ],
  [
    'no d: no duration is known',
    `<StreamIndex ${SPARSE}>${LEVEL}<c t="5"><f>${base64('a')}</f></c><c t="9"><f>${base64('b')}</f></c></StreamIndex>`,
    ['fragment 5 0 a', 'fragment 9 0 b'],
  ],
  [
    'd="0", and the same moment again: an update',
    `<StreamIndex ${SPARSE}>${LEVEL}<c t="5" d="0"><f>${base64('a')}</f></c><c t="5" d="0"><f>${base64('b')}</f></c></StreamIndex>`,
    ['fragment 5 0 a', 'fragment 5 0 b'],
  ],
  [
    'times beyond 2^53',
    `<StreamIndex ${SPARSE}>${LEVEL}<c t="16800000000000001" d="3"><f>${base64('a')}</f></c></StreamIndex>`,
    ['fragment 16800000000000001 3 a'],
  ],
  [
    'what is no base64 is taken for text',
    `<StreamIndex ${SPARSE}>${LEVEL}<c t="5"><f>Caf\u00e9!</f></c></StreamIndex>`,
    ['fragment 5 0 Caf\u00e9!'],
  ],
  [
    'script commands of a stream without a level, a name or a Url',
    '<StreamIndex Type="text" Subtype="SCMD"><Content><ScriptCommand Time="10" Type="goto" Command="a &amp; b"/><ScriptCommand Time="REFERENCE_TIME" Type="x" Command="y"/></Content></StreamIndex>',
    ['command 10 0 a & b goto'],
  ],
  [
    'markers, in the order of their times',
    '<StreamIndex Type="text" Subtype="CHAP"><Content><Marker Time="20" Value="B"/><Marker Time="0" Value="A"/></Content></StreamIndex>',
    ['marker 0 0 A', 'marker 20 0 B'],
  ],
  [
    'samples, their text inside or as a value',
    '<StreamIndex Type="text" Subtype="CAPT"><Content><Sample Time="1" Duration="2"> one </Sample><Sample Time="3" Value="two"/><Other Time="9">x</Other></Content></StreamIndex>',
    ['sample 1 2 one', 'sample 3 0 two'],
  ],
])('%s', (_, stream, expected) => {
  expect(payloads(only(stream))).toEqual(expected);
});

test('a text stream with payloads needs no level, and one with a Url keeps it', () => {
  const url = 'Url="QualityLevels({bitrate})/Fragments(e={start time})"';
  const stream = only(`<StreamIndex ${SPARSE} ${url}><c t="5" d="7"><f>QQ==</f></c></StreamIndex>`);
  expect(stream.levels).toMatchObject([{ bitrate: 0, fourCC: '' }]);
  expect(stream).toMatchObject({ urlTemplate: expect.stringContaining('Fragments(e='), parent: 'video' });
});

test('a text stream that has to be requested by a bitrate which nobody tells is left out', () => {
  const { streams, warnings } = title(
    '<StreamIndex Type="text" Url="q/{bitrate}/{start time}"><c t="5" d="7"/></StreamIndex>',
  );
  expect(streams).toHaveLength(1);
  expect(warnings.map(({ code }) => code)).toEqual(['manifest-part-left-out']);
});

test('streams without a name do not collide', () => {
  const content = '<StreamIndex Type="text"><Content><Marker Time="1" Value="A"/></Content></StreamIndex>';
  expect(added(content + content).map(({ name }) => name)).toEqual(['text', 'text_2']);
});

test('a fragment of no duration can be requested', () => {
  const { chunks } = only(
    '<StreamIndex Type="text" Url="q/{start time}"><c t="5" d="0"/><c t="9" d="0"/></StreamIndex>',
  );
  expect(Array.from(chunks, ({ start }) => start)).toEqual([5n, 9n]);
});

test.each([
  ['messages may overlap, and each keeps its own duration', SPARSE, 0],
  ['captions are cut one behind another: an overlap is told', 'Type="text" Subtype="CAPT"', 1],
])('%s', (_, attributes, warned) => {
  const { streams, warnings } = title(
    `<StreamIndex ${attributes}>${LEVEL}<c t="4000" d="2000"><f>QQ==</f></c><c t="5000" d="300"><f>Qg==</f></c></StreamIndex>`,
  );
  expect(streams.slice(1).flatMap(payloads)).toEqual(['fragment 4000 2000 A', 'fragment 5000 300 B']);
  expect(Array.from(streams[1]?.chunks ?? [], ({ start, duration }) => [start, duration])).toEqual([
    [4000n, 1000n],
    [5000n, 300n],
  ]);
  expect(warnings).toHaveLength(warned);
});

test('payloads are limited in number and size, and what is left out is told once', () => {
  const many = Array.from({ length: 6000 }, (_, at) => `<c t="${at}" d="1"><f>QQ==</f></c>`).join('');
  const large = `<c t="7000" d="1"><f>${'A'.repeat(400_000)}</f></c>`;
  const stream = `<StreamIndex ${SPARSE}>${LEVEL}${many}${large}</StreamIndex>`;
  const { streams, warnings } = title(stream);
  expect(streams[1]?.embedded).toHaveLength(5000);
  expect(streams[1]?.embedded?.[0]?.start).toBe(0n);
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringMatching(/1000 of them: more than 5000/),
    expect.stringMatching(/1 of them: longer than/),
  ]);
  expect(only(stream, 'IsLive="TRUE"').embedded?.[0]?.start).toBe(1000n);
});

test.each([
  ['of a title on demand, the first', undefined, 0n],
  ['of a live one, the newest', 'IsLive="TRUE"', 2n],
])('payloads that are large together are kept up to 4 MiB: %s', (_, attributes, first) => {
  const payload = 'A'.repeat(300_000);
  const many = Array.from({ length: 20 }, (_, at) => `<c t="${at}" d="1"><f>${payload}</f></c>`).join('');
  const { embedded } = only(`<StreamIndex ${SPARSE}>${LEVEL}${many}</StreamIndex>`, attributes);
  expect(embedded).toHaveLength(18);
  expect(embedded?.[0]?.start).toBe(first);
});

test.each([
  ['in chunks', '<c t="1"><f>', '</f></c>'],
  ['of a Content element', '<Content><Sample Time="1">', '</Sample></Content>'],
])('reading payloads %s pauses, also inside one that is in pieces', (_, before, after) => {
  const pieces = '<![CDATA[QUFB]]>'.repeat(60_000);
  const stream = `<StreamIndex ${SPARSE}>${LEVEL}${before}${pieces}${after}</StreamIndex>`;
  const steps = parseInSteps(`<SmoothStreamingMedia>${VIDEO}${stream}</SmoothStreamingMedia>`);
  let pauses = 0;
  while (!steps.next().done) pauses++;
  expect(pauses).toBeGreaterThan(10);
});

const MARKERS = fileURLToPath(
  new URL('../../../../shared/corpus/manifests/iis-markers.xml', import.meta.url),
);
if (!existsSync(MARKERS)) console.info(`corpus test skipped: corpus not present at ${MARKERS}`);

test.skipIf(!existsSync(MARKERS))('the markers of the documentation can be added to a title', () => {
  const { streams, warnings } = parseTextStreams(readFileSync(MARKERS));
  expect(warnings).toEqual([]);
  expect(streams).toMatchObject([{ name: 'MARKERS', subtype: 'CHAPTER' }]);
  expect(streams.flatMap(payloads).slice(0, 2)).toEqual([
    'fragment 40870000 0 Chapter 1',
    'fragment 192690000 0 Chapter 2',
  ]);
});
