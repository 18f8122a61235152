import { describe, expect, test } from 'vitest';
import { ticks, timescale } from '../../../src/base/time.ts';
import { examineConfiguration } from '../../../src/doctor/examine-configuration.ts';
import { examineFragment, repairFinding } from '../../../src/doctor/examine-fragment.ts';
import { examineManifest } from '../../../src/doctor/examine-manifest.ts';
import { examineResponse } from '../../../src/doctor/examine-response.ts';
import { examineText } from '../../../src/doctor/examine-text.ts';
import { type Finding, verdictOf } from '../../../src/doctor/finding.ts';
import { summarise } from '../../../src/doctor/summary.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { splitStreams } from '../../../src/manifest/split-streams.ts';
import { buildFragment, type FragmentSpec } from '../../support/fragment-builder.ts';

const AVC = '000000016742C00CD981013B011000000300100000030320F142A6800000000168C96092C8';
const LEVEL = `<QualityLevel Index="0" Bitrate="57000" FourCC="H264" MaxWidth="256" MaxHeight="144" CodecPrivateData="${AVC}"/>`;
const C = '<c t="0" d="20000000"/><c d="20000000"/>';

function manifest({
  root = 'MajorVersion="2" MinorVersion="0"',
  url = 'Q({bitrate})/F(video={start time})',
  levels = LEVEL,
  c = C,
  more = '',
  name = 'video',
} = {}): string {
  return (
    `<SmoothStreamingMedia ${root} Duration="40000000"><StreamIndex Type="video" Name="${name}" Url="${url}">` +
    `${levels}${c}</StreamIndex>${more}</SmoothStreamingMedia>`
  );
}

const AUDIO = (c: string, name = 'audio') =>
  `<StreamIndex Type="audio" Name="${name}" Url="Q({bitrate})/F(a={start time})"><QualityLevel Bitrate="64000" FourCC="AACL" ` +
  `SamplingRate="48000" Channels="2" CodecPrivateData="1190"/>${c}</StreamIndex>`;

/** A finding in a line. */
const line = ({ weight, section, where, what }: Finding) => `${weight} ${section} ${where}: ${what}`;

test('a clean manifest gives nothing to say', () => {
  const text = manifest({ more: AUDIO(C) });
  expect(examineManifest(parseManifest(text))).toEqual([]);
  expect(examineText(new TextEncoder().encode(text))).toEqual([]);
});

test.each([
  [
    'a gap',
    { c: '<c t="0" d="20000000"/><c t="25000000" d="20000000"/>' },
    /^mended MS-SSTR 2\.2\.2\.6 stream video: 1 gap: 0\.500 s at 2\.000 s/,
  ],
  [
    'a gap of a moment',
    { c: '<c t="0" d="20000000"/><c t="20000005" d="20000000"/>' },
    /^note MS-SSTR 2\.2\.2\.6 .*1 gap/,
  ],
  [
    'a count that lies',
    { c: C, levels: `${LEVEL}`, more: AUDIO(C).replace('Url=', 'Chunks="9" Url=') },
    /^mended MS-SSTR 2\.2\.2\.3 StreamIndex\[1\]: Chunks="9"/,
  ],
  [
    'streams apart',
    { more: AUDIO('<c t="5000000" d="20000000"/>') },
    /^note MS-SSTR 3\.1\.5\.1 timeline: streams begin 0\.500 s apart/,
  ],
  [
    'a name that repeats',
    { more: AUDIO(C) + AUDIO(C) },
    /^mended MS-SSTR 2\.2\.2\.3 stream audio_2: the name "audio" is used twice/,
  ],
  [
    'an unknown stream',
    { more: '<StreamIndex Type="smell"/>' },
    /^left-out MS-SSTR 2\.2\.2\.3 StreamIndex\[1\]: Type="smell"/,
  ],
  [
    'a level of VC-1',
    { levels: `${LEVEL}<QualityLevel Index="1" Bitrate="9" FourCC="WVC1" CodecPrivateData=""/>` },
    /^left-out MS-SSTR 2\.2\.2\.5 stream video at 0 kbit\/s: no browser decodes VC-1/,
  ],
  [
    'nothing but VC-1',
    { levels: '<QualityLevel Bitrate="9" FourCC="WVC1"/>' },
    /^fatal MS-SSTR 2\.2\.2\.5 video streams: no browser plays VC-1/,
  ],
  [
    'levels of one address',
    { levels: LEVEL + LEVEL.replace('Index="0"', 'Index="1"') },
    /^note MS-SSTR 2\.2\.2\.5 .*same URL/,
  ],
  [
    'a URL that stands still',
    { url: 'Q({bitrate})/F(video)' },
    /^fatal MS-SSTR 2\.2\.2\.3 stream video, Url: it has no \{start time\}/,
  ],
  [
    'levels of one address, whatever their attributes',
    {
      levels: ['a', 'b']
        .map((value, index) =>
          LEVEL.replace('Index="0"', `Index="${index}"`).replace(
            '/>',
            `><CustomAttributes><Attribute Name="x" Value="${value}"/></CustomAttributes></QualityLevel>`,
          ),
        )
        .join(''),
    },
    /^note MS-SSTR 2\.2\.2\.5 .*same URL/,
  ],
  [
    'a placeholder in another spelling',
    { url: 'Q({bitrate})/F(video={start-time})' },
    /^note MS-SSTR 2\.2\.2\.3 .*non-standard spelling/,
  ],
  [
    'a URL with a query',
    { url: 'Q({bitrate})/F(video={start_time})?t=secret' },
    /^note MS-SSTR 2\.2\.2\.3 .*its own query/,
  ],
] as const)('%s is found in the manifest', (_, parts, told) => {
  const findings = examineManifest(parseManifest(manifest(parts))).map(line);
  expect(findings).toContainEqual(expect.stringMatching(told));
  expect(findings.join()).not.toContain('secret');
});

test.each(['Q({bitrate})/F({start time})', 'Q({Bitrate})/F({start_time})'])(
  '%s is a template of the protocol',
  (url) => {
    expect(examineManifest(parseManifest(manifest({ url })))).toEqual([]);
  },
);

test.each([
  ...['{starttime}', '{startTime}', '{start-time}', '{ start time }', '{start  time}', '{Start Time}'],
  ...['{start+time}', '%7Bstart%20time%7D'],
])('%s is a time in another spelling, and nothing worse', (placeholder) => {
  const findings = examineManifest(parseManifest(manifest({ url: `Q({bitrate})/F(${placeholder})` })));
  expect(findings.map(({ weight }) => weight)).toEqual(['note']);
  expect(findings[0]?.what).toMatch(/non-standard spelling/);
});

test('camera angles share a name, and levels with attributes in their URLs a bitrate', () => {
  const levels = ['1', '2'].map((angle, index) =>
    LEVEL.replace('Index="0"', `Index="${index}"`).replace(
      '/>',
      `><CustomAttributes><Attribute Name="CameraAngle" Value="${angle}"/></CustomAttributes></QualityLevel>`,
    ),
  );
  const text = manifest({ levels: levels.join(''), url: 'Q({bitrate},{CustomAttributes})/F({start time})' });
  const presentation = parseManifest(text);
  expect(examineManifest(presentation)).toEqual([]);
  expect(splitStreams(presentation).streams).toHaveLength(2);
  expect(examineManifest(splitStreams(presentation))).toEqual([]);
});

test('a duration of 0 is one in seconds', () => {
  const presentation = { ...parseManifest(manifest()), duration: ticks(0) };
  expect(JSON.parse(JSON.stringify(summarise(presentation)))).toMatchObject({ duration: 0 });
});

test('the protection of one stream is no reason to read the whole manifest first', () => {
  const own = manifest({ c: `<Protection></Protection>${C}`, more: AUDIO(C) });
  expect(examineText(new TextEncoder().encode(own))).toEqual([]);
  const late = own.replace('</SmoothStreamingMedia>', '<Protection/></SmoothStreamingMedia>');
  expect(examineText(new TextEncoder().encode(late)).map(line)).toEqual([
    expect.stringMatching(/Protection: it comes after the streams/),
  ]);
});

test.each([
  [
    'an encoding that lies',
    `<?xml version="1.0" encoding="utf-16"?>${manifest()}`,
    /^mended MS-SSTR 2\.2\.2 manifest: its prolog declares utf-16, but it is encoded in UTF-8/,
  ],
  [
    'an old version',
    manifest({ root: 'MajorVersion="1" MinorVersion="0"' }),
    /^note MS-SSTR 2\.2\.2\.1 .*version 1\.0/,
  ],
  [
    'repeats before their time',
    manifest({ c: '<c t="0" d="20000000" r="2"/>' }),
    /^note MS-SSTR 2\.2\.2\.6 .*repeat by r/,
  ],
  [
    'a length of what is live',
    manifest({ root: 'MajorVersion="2" MinorVersion="0" IsLive="true" LookAheadFragmentCount="2"' }),
    /^note MS-SSTR 2\.2\.2\.1 .*though it is live/,
  ],
  [
    'protection at the end',
    manifest({ more: '<Protection/>' }),
    /^note MS-SSTR 2\.2\.2\.2 Protection: it comes after the streams/,
  ],
] as const)('%s is found in the text', (_, text, told) => {
  expect(examineText(new TextEncoder().encode(text)).map(line)).toContainEqual(expect.stringMatching(told));
});

test.each([
  ['utf-8', 'é', 'latin1', ['its prolog declares utf-8, but it is encoded in WINDOWS-1252']],
  ['iso-8859-1', 'é', 'latin1', []],
  ['utf-8', 'é', 'utf8', []],
  ['us-ascii', 'e', 'utf8', []],
  ['utf-16', 'e', 'utf8', ['its prolog declares utf-16, but it is encoded in UTF-8']],
] as const)('a prolog that says %s over %s in %s', (claimed, letter, encoding, told) => {
  const text = `<?xml version="1.0" encoding="${claimed}"?>${manifest({ name: letter })}`;
  expect(examineText(Buffer.from(text, encoding)).map(({ what }) => what)).toEqual(told);
});

test('gaps and overlaps are told by their place on the clock, however large the ticks', () => {
  const at = 635_000_000_000_000_000n;
  const c = `<c t="${at}" d="20000000" r="3"/><c t="${at + 90_000_000n}" d="20000000"/>`;
  const [video] = summarise(
    parseManifest(manifest({ root: 'MajorVersion="2" MinorVersion="2"', c })),
  ).streams;
  expect(video?.chunks).toMatchObject({ count: 4, start: 0, end: 11, firstTick: String(at), gapCount: 1 });
  expect(video?.chunks.gaps[0]?.at).toBeCloseTo(6, 9);
});

describe('fragments', () => {
  const samples = Array.from({ length: 5 }, () => ({ size: 40, duration: 4_000_000 }));
  const good: FragmentSpec = {
    defaultFlags: 0x01010000,
    runs: [{ dataOffset: 'auto', firstSampleFlags: 0x02000000, samples }],
  };
  const question = {
    stream: { type: 'video', timescale: timescale(10_000_000), name: 'video' },
    level: { bitrate: 57_000 },
    chunk: { start: ticks(0), duration: ticks(20_000_000) },
    isLive: false,
    keyIds: [],
  } as const;
  const examine = (spec: FragmentSpec, more = {}) =>
    examineFragment(buildFragment(spec), { ...question, ...more }, 'here').findings.map(line);

  test('a clean one gives nothing to say', () => {
    expect(examine(good)).toEqual([]);
  });

  test.each([
    [
      'stale offsets',
      { ...good, runs: [{ dataOffset: 3, firstSampleFlags: 0x02000000, samples }] },
      {},
      /^mended MS-SSTR 2\.2\.4\.7 /,
    ],
    ['offsets into a file', { ...good, baseDataOffset: 5_000n }, {}, /^mended MS-SSTR 2\.2\.4\.6 /],
    ['no size', { ...good, mdatSize: 'open' as const }, {}, /^mended MS-SSTR 2\.2\.4\.8 /],
    [
      'a picture that ends before its chunk',
      good,
      { chunk: { start: ticks(0), duration: ticks(30_000_000) } },
      /^mended MS-SSTR 2\.2\.4\.7 here: the last sample ends long after the chunk, or before it/,
    ],
    [
      'sound of an unknown codec that ends before its chunk',
      good,
      {
        stream: { ...question.stream, type: 'audio' },
        chunk: { start: ticks(0), duration: ticks(30_000_000) },
      },
      /^note MS-SSTR 2\.2\.2\.6 here: its samples last 1\.000 s less/,
    ],
    [
      'far more bits than its level',
      good,
      { level: { bitrate: 200 } },
      /^note MS-SSTR 2\.2\.2\.5 .*times the level's/,
    ],
    ['live and silent', good, { isLive: true }, /^note MS-SSTR 2\.2\.4\.5 here: it announces no chunks/],
    ['cut', { ...good, payload: Buffer.alloc(100) }, {}, /^fatal MS-SSTR 2\.2\.4 /],
  ] as const)('%s', (_, spec, more, told) => {
    expect(examine(spec, more)).toContainEqual(expect.stringMatching(told));
  });

  test('a repair that is newer than its words is told by its name', () => {
    expect(line(repairFinding('new-thing', 'here'))).toBe('mended MS-SSTR 2.2.4 here: new-thing');
  });
});

describe('responses', () => {
  const page = 'https://page.example';
  const step = (
    headers: Record<string, string>,
    status = 200,
    url = 'https://cdn.example/a.ism/Manifest',
  ) => ({
    url,
    status,
    headers: new Map(Object.entries(headers)),
  });
  const fine = {
    'access-control-allow-origin': '*',
    'content-type': 'text/xml',
    'cache-control': 'max-age=60',
    'content-length': '9',
  };
  const ask = { where: 'manifest', kind: 'manifest', isLive: false, pageOrigin: page } as const;

  test.each([
    ['fine', [step(fine)], {}, []],
    ['for this page alone', [step({ ...fine, 'access-control-allow-origin': page, vary: 'Origin' })], {}, []],
    [
      'for one page, and caches not told',
      [step({ ...fine, 'access-control-allow-origin': page })],
      {},
      [/^note Fetch.*Vary/],
    ],
    [
      'for another page',
      [step({ ...fine, 'access-control-allow-origin': 'https://other' })],
      {},
      [/^fatal Fetch/],
    ],
    [
      'for none, on its own page',
      [step({ ...fine, 'access-control-allow-origin': '' })],
      { pageOrigin: 'https://cdn.example' },
      [],
    ],
    ['refused', [step(fine, 403)], {}, [/^fatal MS-SSTR 2\.2\.6 manifest: the server responds with 403/]],
    [
      'redirected',
      [step(fine, 302, 'https://a.example/x'), step(fine)],
      {},
      [/^note .*302: redirected to cdn\.example/],
    ],
    [
      'redirected away from https',
      [step(fine, 302), step(fine, 200, 'http://cdn.example/b')],
      {},
      [/^fatal .*from https to http/],
    ],
    [
      'redirected without leave',
      [step({}, 302, 'https://a.example/x'), step(fine)],
      {},
      [/^note/, /^fatal Fetch.*its redirect has no/],
    ],
    ['live and kept', [step(fine)], { isLive: true }, [/^note RFC 9111 .*keep for 60 s/]],
    ['never kept', [step({ ...fine, 'cache-control': 'no-store' })], {}, [/^note RFC 9111 .*no-store/]],
    [
      'of a strange type',
      [step({ ...fine, 'content-type': 'text/html' })],
      {},
      [/^note MS-SSTR 2\.2\.1 .*text\/html/],
    ],
  ] as const)('%s', (_, steps, more, told) => {
    const findings = examineResponse([...steps] as never, { ...ask, ...more }).map(line);
    expect(findings).toEqual(told.map((pattern) => expect.stringMatching(pattern)));
  });
});

test('the verdict is the worst that was found, and says what it takes', () => {
  const finding = (weight: Finding['weight']): Finding => ({
    weight,
    where: 'here',
    what: 'this',
    section: '',
    action: '',
  });
  expect(verdictOf([]).text).toBe('plays');
  expect(verdictOf([finding('note')], ['a licence']).text).toBe('plays, given a licence');
  expect(verdictOf([finding('mended'), finding('left-out')])).toEqual({
    kind: 'plays-after-repairs',
    text: 'plays after repairs: 1 mended, 1 left out',
  });
  expect(verdictOf([finding('mended'), finding('fatal')]).text).toBe('cannot play because here: this');
});

test('a stream of which nothing plays is told once, and what comes of it', () => {
  const wma = AUDIO(C).replaceAll('FourCC="AACL"', 'FourCC="WMAP" AudioTag="354"');
  const both = wma.replace(/<QualityLevel.*?\/>/, (one) => one + one.replace('64000', '96000'));
  expect(examineManifest(parseManifest(manifest({ more: both }))).map(line)).toEqual([
    'left-out MS-SSTR 2.2.2.5 stream audio: no browser decodes WMA Professional',
    'left-out MS-SSTR 2.2.2.5 audio streams: no browser plays WMA Professional',
  ]);
});

test.each([
  ['one chunk', '<c t="0" d="2"/>', []],
  ['several', C, [/^fatal .*no \{start time\}/]],
])('a template without a time is a matter for more than one chunk: %s', (_, c, expected) => {
  const found = examineManifest(parseManifest(manifest({ url: 'Q({bitrate})/F(video)', c })));
  expect(found.map(line)).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
});

test('what goes beside sound and picture is told as that', () => {
  const marks =
    '<StreamIndex Type="text" Subtype="CTRL" Name="marks" ParentStreamIndex="video" ManifestOutput="TRUE">' +
    '<QualityLevel Bitrate="0"/><c t="0"><f>AA==</f></c></StreamIndex>';
  expect(examineManifest(parseManifest(manifest({ more: marks }))).map(line)).toEqual([
    'note MS-SSTR 2.2.2.3 stream marks: text, CTRL, beside video, in the manifest itself',
  ]);
});

test('fragments encrypted whole are a reason not to play', () => {
  const sea =
    '<Protection><ProtectionHeader SystemID="B47B251A-2409-4B42-958E-08DBAE7B4EE9"><x/></ProtectionHeader></Protection>';
  const { kind, text } = verdictOf(examineManifest(parseManifest(manifest({ more: sea }))));
  expect(kind).toBe('cannot-play');
  expect(text).toMatch(/AES-128-CBC, each fragment as a whole/);
});

describe('a codec whose configuration the manifest does not tell', () => {
  const LACKING = LEVEL.replace(AVC, '');
  const SOUND = AUDIO(C).replace(' SamplingRate="48000" Channels="2" CodecPrivateData="1190"', '');
  const presentation = parseManifest(manifest({ levels: LACKING, more: SOUND }));
  const [picture, sound] = presentation.streams;

  test('is no reason not to play: fragments may tell it', () => {
    expect(verdictOf(examineManifest(presentation)).kind).toBe('plays-after-repairs');
    expect(examineManifest(presentation).map(({ weight, action }) => `${weight}: ${action}`)).toEqual([
      'mended: reads the configuration from its fragments',
      'mended: reads the configuration from its fragments',
    ]);
  });

  test.each([
    ['sound whose frames last as long as AAC of 48 kHz does', () => sound, 21_333_333n / 100n, []],
    ['sound whose frames last too long', () => sound, 20_000_000n, [/^fatal .*SamplingRate/]],
    ['a picture without parameter sets', () => picture, 400_000n, [/^fatal .*no SPS and PPS/]],
  ])('is looked for in the fragment: %s', (_, of, duration, expected) => {
    const stream = of();
    const [chunk, level] = [stream?.chunks.at(0), stream?.levels[0]];
    if (!stream || !chunk || !level) throw new Error('no such stream');
    const samples = [{ size: 16, duration: Number(duration) }];
    const found = examineConfiguration(
      buildFragment({ runs: [{ samples }] }),
      { stream, level, chunk },
      'it',
    );
    expect(found.map(({ weight, what }) => `${weight} ${what}`)).toEqual(
      expected.map((pattern) => expect.stringMatching(pattern)),
    );
  });

  test('a film strip is no picture, and takes nothing from sound alone', () => {
    const strip =
      '<StreamIndex Type="video" Subtype="ZOET" Name="strip" Url="Q/F(s={start time})">' +
      `<QualityLevel Bitrate="0" FourCC="JPEG"/>${C}</StreamIndex>`;
    const text = manifest({ more: strip + AUDIO(C) }).replace(
      /<StreamIndex Type="video" Name="video".*?<\/StreamIndex>/,
      '',
    );
    expect(verdictOf(examineManifest(parseManifest(text))).kind).not.toBe('cannot-play');
  });
});
