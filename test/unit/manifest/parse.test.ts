import { afterEach, expect, test } from 'vitest';
import { type ErrorCode, isSmoothError } from '../../../src/base/errors.ts';
import { parseInSteps, parseManifest } from '../../../src/manifest/parse.ts';
import { mayBeOdd } from '../../../src/manifest/recognise.ts';
import fc from '../../support/properties.ts';

const VIDEO_LEVEL =
  '<QualityLevel Index="0" Bitrate="1000" FourCC="H264" CodecPrivateData="00000001674d401fe9800000000168efbc80" MaxWidth="640" MaxHeight="360"/>';
const AUDIO_LEVEL = '<QualityLevel Bitrate="64" FourCC="AACL" SamplingRate="48000" Channels="2"/>';
const VIDEO_URL = 'Url="QualityLevels({bitrate})/Fragments(video={start time})"';

const root = (content: string, attributes = 'Duration="0"') =>
  `<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" ${attributes}>${content}</SmoothStreamingMedia>`;
const stream = (attributes: string, content: string) =>
  `<StreamIndex ${VIDEO_URL} ${attributes}>${content}</StreamIndex>`;
const video = (attributes = '', content = `${VIDEO_LEVEL}<c t="0" d="20000000"/>`) =>
  stream(`Type="video" ${attributes}`, content);
const audio = (attributes = '', chunks = '<c t="0" d="20000000"/>') =>
  stream(`Type="audio" ${attributes}`, AUDIO_LEVEL + chunks);

const warningsOf = (text: string) =>
  parseManifest(text).warnings.map(({ code, details }) => `${code} ${'path' in details ? details.path : ''}`);
const firstStream = (text: string) => {
  const [first] = parseManifest(text).streams;
  if (!first) throw new Error('no stream');
  return first;
};

function outcome(source: string | Uint8Array): ErrorCode | 'parsed' {
  try {
    parseManifest(source);
    return 'parsed';
  } catch (error) {
    if (isSmoothError(error)) return error.code;
    throw error;
  }
}

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test.each<[name: string, text: string, code: ErrorCode, found?: RegExp]>([
  ['nothing', '', 'manifest-empty'],
  ['white space', ' \r\n ', 'manifest-empty'],
  ['a web page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'manifest-foreign', /web page/],
  ['an XHTML page', '<?xml version="1.0"?>\n<html xmlns="x"/>', 'manifest-foreign', /web page/],
  ['a DASH manifest', '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash"/>', 'manifest-foreign', /DASH/],
  ['an HLS playlist', '#EXTM3U\n#EXT-X-VERSION:3', 'manifest-foreign', /HLS/],
  ['JSON', '{"error": 404}', 'manifest-foreign', /JSON/],
  [
    'a server manifest',
    '<smil xmlns="http://www.w3.org/2001/SMIL20/Language"/>',
    'manifest-foreign',
    /\.ism/,
  ],
  ['a PlayReady header', '<WRMHEADER version="4.0.0.0"/>', 'manifest-foreign', /PlayReady/],
  ['other XML', '<rss/>', 'manifest-foreign', /<rss>/],
  ['an MP4 file', '\0\0\0\x20ftypisom', 'manifest-foreign', /MP4/],
  ['plain words', 'Not found', 'manifest-foreign', /plain text/],
  ['a composite manifest', root('<Clip Url="x"/>'), 'manifest-foreign', /composite/],
  ['a cut manifest', root(video()).slice(0, -5), 'manifest-truncated'],
  ['a broken manifest', root('<StreamIndex></c>'), 'manifest-malformed'],
  ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${root(video())}`, 'manifest-malformed'],
  ['no stream', root(''), 'manifest-without-media'],
  ['no chunk', root(video('', VIDEO_LEVEL)), 'manifest-without-media'],
  ['only text', root(stream('Type="text"', '<QualityLevel Bitrate="0"/>')), 'manifest-without-media'],
  ['too many streams', root('<StreamIndex/>'.repeat(257)), 'manifest-too-large'],
  ['too many levels', root(video('', VIDEO_LEVEL.repeat(1025))), 'manifest-too-large'],
  ['too many chunks', root(video('', '<c/>'.repeat(1_000_001))), 'manifest-too-large'],
  ['too deep', root('<a>'.repeat(32)), 'manifest-too-large'],
  ['too long', ' '.repeat(16 * 1024 * 1024 + 1), 'manifest-too-large'],
  ['no clock', root(video(), 'TimeScale="0"'), 'manifest-malformed'],
])('%s gives its typed error', (_, text, code, found = /./) => {
  try {
    parseManifest(text, 'https://host/a.ism/Manifest');
    expect.unreachable();
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    expect(error.code).toBe(code);
    expect(error.message).toMatch(found);
  }
});

test.each([
  ['<!DOCTYPE html><html/>', 'web-page'],
  ['#EXTM3U\n', 'hls'],
  ['<MPD/>', 'dash'],
  ['<smil/>', 'server-manifest'],
  ['<WRMHEADER/>', 'playready-header'],
  [root('<Clip Url="x"/>'), 'composite'],
  ['<rss/>', 'xml'],
  ['[]', 'json'],
  ['\0\0\0\x20ftypisom', 'mp4'],
  ['\x01\x02', 'binary'],
  ['Not found', 'text'],
])('%j instead of a manifest gives an error with kind %s', (text, kind) => {
  expect(() => parseManifest(text)).toThrow(
    expect.objectContaining({ code: 'manifest-foreign', details: expect.objectContaining({ kind }) }),
  );
});

test('a week of chunks of two seconds in three streams is parsed', () => {
  const chunks = '<c d="20000000"/>'.repeat(302_400);
  const text = root([video('', VIDEO_LEVEL + chunks), audio('', chunks), audio('', chunks)].join(''));
  expect(parseManifest(text).streams.map(({ chunks: { length, end } }) => [length, end])).toEqual(
    [1, 2, 3].map(() => [302_400, 6_048_000_000_000n]),
  );
});

test.each<[name: string, content: string, code: ErrorCode | 'parsed']>([
  ['headers', `<Protection>${'<ProtectionHeader/>'.repeat(100_000)}</Protection>`, 'manifest-too-large'],
  [
    'long headers',
    `<Protection>${`<P SystemID="${'a'.repeat(99)}">${'A'.repeat(1e6)}</P>`.repeat(3)}</Protection>`,
    'parsed',
  ],
  [
    'custom attributes',
    video(
      '',
      VIDEO_LEVEL.replace(
        '/>',
        `><CustomAttributes>${'<Attribute/>'.repeat(1000)}</CustomAttributes></QualityLevel>`,
      ),
    ),
    'manifest-too-large',
  ],
  ['vendors’ elements', `<a>${'<b/>'.repeat(100_000)}</a>`, 'parsed'],
  ['streams that are of no use', `${'<StreamIndex/>'.repeat(200)}`, 'parsed'],
  ['digits of private data', video('', VIDEO_LEVEL.replace('00000001', '00'.repeat(500_000))), 'parsed'],
])('any number of %s is parsed or rejected with a typed error', (_, content, code) => {
  expect(outcome(root(video() + content))).toBe(code);
});

test('the number of warnings is limited', () => {
  const { warnings } = parseManifest(
    root(video('', `${'<QualityLevel/>'.repeat(1000)}${VIDEO_LEVEL}<c d="1"/>`)),
  );
  expect(warnings.length).toBeGreaterThan(10);
  expect(warnings.length).toBeLessThanOrEqual(100);
});

test('a stream with an overlong Url is left out', () => {
  const text = root(video().replace('Url="', `Url="${'?'.repeat(100_000)}`) + audio());
  expect(warningsOf(text)).toEqual(['manifest-part-left-out StreamIndex[0]']);
});

test('truncated and malformed manifests name the line', () => {
  expect(() => parseManifest('<SmoothStreamingMedia>\n<StreamIndex>\n')).toThrow(/line 3/);
  expect(() => parseManifest('<SmoothStreamingMedia>\n<StreamIndex\nType=1/>')).toThrow(/line 3/);
});

test('any cut of a manifest gives a typed error, in UTF-8 and in UTF-16', () => {
  const text = root(`${video('Name="véo"')}<!-- end -->${audio()}`);
  const utf8 = new TextEncoder().encode(text);
  const utf16 = new Uint8Array(Uint16Array.from(`\ufeff${text}`, (unit) => unit.charCodeAt(0)).buffer);
  for (const bytes of [utf8, utf16]) {
    expect(outcome(bytes)).toBe('parsed');
    for (let length = 4; length < bytes.length; length++) {
      expect(outcome(bytes.subarray(0, length))).toBe('manifest-truncated');
    }
  }
});

test('changed bytes give a model or a typed error, never another', () => {
  const bytes = new TextEncoder().encode(
    root(video('TimeScale="1000" Index="0"') + audio('', '<c t="5"/><c d="9" r="3"/><c/>')),
  );
  const changes = fc.array(
    fc.tuple(
      fc.nat(bytes.length - 1),
      fc.oneof(fc.nat(255), fc.constantFrom(...new TextEncoder().encode('"<>&/ -0'))),
    ),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(changes, (list) => {
      const changed = bytes.slice();
      for (const [at, byte] of list) changed[at] = byte;
      outcome(changed);
    }),
    { numRuns: 2000 },
  );
});

const BAD_NUMBERS = [
  '',
  '-1',
  'NaN',
  'Infinity',
  '1e400',
  '18446744073709551616',
  '0x10',
  '  ',
  '9'.repeat(1_000_000),
];
const NUMBER_PLACES: [name: string, write: (value: string) => string][] = [
  ['TimeScale', (value) => root(video(), `TimeScale="${value}"`)],
  ['Duration', (value) => root(video(), `Duration="${value}"`)],
  ['LookaheadCount', (value) => root(video(), `LookaheadCount="${value}"`)],
  ['StreamIndex TimeScale', (value) => root(video(`TimeScale="${value}"`) + audio())],
  ['MaxWidth', (value) => root(video(`MaxWidth="${value}"`))],
  ['Bitrate', (value) => root(video('', `${VIDEO_LEVEL}<QualityLevel Bitrate="${value}"/><c d="2"/>`))],
  [
    'SamplingRate',
    (value) => root(video('', `<QualityLevel Bitrate="1" SamplingRate="${value}"/><c d="2"/>`)),
  ],
  [
    'NALUnitLengthField',
    (value) => root(video('', `<QualityLevel Bitrate="1" NALUnitLengthField="${value}"/><c d="2"/>`)),
  ],
  ['t', (value) => root(video('', `${VIDEO_LEVEL}<c d="2"/><c t="${value}" d="2"/>`))],
  ['d', (value) => root(video('', `${VIDEO_LEVEL}<c d="2"/><c d="${value}"/>`))],
  ['r', (value) => root(video('', `${VIDEO_LEVEL}<c d="2"/><c d="2" r="${value}"/>`))],
];

test.each(NUMBER_PLACES)('a %s that is no number gives a warning or a typed error', (_, write) => {
  for (const value of BAD_NUMBERS) {
    const text = write(value);
    const result = outcome(text);
    if (result === 'parsed') expect(warningsOf(text)).not.toEqual([]);
    else expect(result).toBe('manifest-malformed');
  }
});

test('an "&" that should be "&amp;" stands for itself', () => {
  const text = root(video()).replace('{start time})', '{start time})?a=1&b=2');
  expect(firstStream(text).urlTemplate).toMatch(/\?a=1&b=2$/);
  const isOdd = (manifest: string) => mayBeOdd(parseManifest(manifest), manifest);
  expect([isOdd(text), isOdd(text.replace('&', '&amp;'))]).toEqual([true, false]);
});

test.each([
  ['TRUE', true],
  ['True', true],
  ['1', true],
  ['0', false],
  ['yes', false],
])('IsLive="%s" is %s', (written, isLive) => {
  expect(parseManifest(root(video(), `IsLive="${written}"`)).isLive).toBe(isLive);
});

test('one bad stream or level is left out and named; the rest plays', () => {
  const text = root(
    [
      video('', `<QualityLevel Bitrate="x"/>${VIDEO_LEVEL}<c d="2"/>`),
      stream('Type="hologram"', VIDEO_LEVEL),
      audio('TimeScale="0"'),
      audio('', ''),
      audio(),
      stream('Type="audio"', '<c d="2"/>'),
      '<StreamIndex Type="video"><QualityLevel Bitrate="1"/><c d="2"/></StreamIndex>',
      stream('Type="text"', '<QualityLevel Bitrate="0" FourCC="TTML"/>'),
    ].join(''),
  );
  expect(parseManifest(text).streams.map(({ type }) => type)).toEqual(['video', 'audio', 'text']);
  expect(warningsOf(text)).toEqual([
    'manifest-part-left-out StreamIndex[0]/QualityLevel[0]',
    'manifest-part-left-out StreamIndex[1]',
    'manifest-part-left-out StreamIndex[2]',
    'manifest-part-left-out StreamIndex[3]',
    'manifest-part-left-out StreamIndex[5]',
    'manifest-part-left-out StreamIndex[6]',
  ]);
});

test('levels ascend by bitrate, equals in their order, with indexes apart', () => {
  const levels = [300, 100, 300, 200].map(
    (bitrate) =>
      `<QualityLevel Index="0" Bitrate="${bitrate}"><CustomAttributes><Attribute Name="n" Value="${bitrate}"/></CustomAttributes></QualityLevel>`,
  );
  const text = root(video('', `${levels.join('')}<c d="2"/>`));
  const { levels: read } = firstStream(text);
  expect(read.map(({ bitrate, index }) => [bitrate, index])).toEqual([
    [100, 1],
    [200, 3],
    [300, 0],
    [300, 2],
  ]);
  expect(read[0].customAttributes).toEqual([{ name: 'n', value: '100' }]);
});

test.each([
  ['of none of its own', '', 'cam=7'],
  ['of its own', '<CustomAttributes><Attribute Name="cam" Value="8"/></CustomAttributes>', 'cam=8'],
  ['with an empty list', '<CustomAttributes/>', 'cam=7'],
])('a level %s inherits the custom attributes of its stream unless it has its own', (_, own, expected) => {
  const attributes = '<CustomAttributes><Attribute Name="cam" Value="7"/></CustomAttributes>';
  const level = VIDEO_LEVEL.replace('/>', `>${own}</QualityLevel>`);
  const chunk = '<c t="0" d="20000000"/>';
  for (const content of [attributes + level + chunk, level + chunk + attributes]) {
    const { levels } = firstStream(
      root(`<CustomAttributes><Attribute Name="cam" Value="1"/></CustomAttributes>${video('', content)}`),
    );
    expect(levels[0].customAttributes.map(({ name, value }) => `${name}=${value}`).join()).toBe(expected);
  }
});

test('names are told apart, languages kept', () => {
  const text = root(
    video() +
      audio('Name="a" Language=" eng "') +
      audio('Name="a"') +
      audio('Name="a_2" Language=""') +
      audio(),
  );
  expect(parseManifest(text).streams.map(({ name, language }) => [name, language])).toEqual([
    ['video', undefined],
    ['a', 'eng'],
    ['a_3', undefined],
    ['a_2', undefined],
    ['audio', undefined],
  ]);
});

test.each([
  { name: 'AAC', wave: 'ff00020080bb000000000000040010000200' + '1190', fourCC: 'AACL', data: '1190' },
  {
    name: 'HE-AAC, behind twelve bytes of its own',
    wave: '1016020080bb000000000000010010000e00' + '000000000000000000000000' + '1310',
    fourCC: 'AACH',
    data: '1310',
  },
])('private data that is a whole WAVE format is unwrapped: $name', ({ wave, fourCC, data }) => {
  const text = root(
    stream('Type="audio"', `<QualityLevel Bitrate="1" CodecPrivateData="${wave}"/><c d="2"/>`),
  );
  const [level] = parseManifest(text).streams[0]?.levels ?? [];
  expect(level).toMatchObject({ fourCC, samplingRate: 48_000, channels: 2 });
  expect(Buffer.from(level?.codecPrivateData ?? []).toString('hex')).toBe(data);
});

test('version 1: sizes without Max, audio in a WaveFormatEx, FourCC on the stream', () => {
  const wave = 'ff00020080bb00000000000004001000' + '0200' + '1190';
  const text = root(
    video(
      'FourCC="avc1"',
      '<QualityLevel Bitrate="1" Width="640" Height="360" CodecPrivateData="00000001674d401fe980"/><c d="2"/>',
    ) + stream('Type="audio"', `<QualityLevel Bitrate="1" WaveFormatEx="${wave}"/><c d="2"/>`),
  );
  const [picture, sound] = parseManifest(text).streams;
  expect(picture?.levels[0]).toMatchObject({ width: 640, height: 360, fourCC: 'AVC1', codec: 'avc1.4D401F' });
  expect(sound?.levels[0]).toMatchObject({
    fourCC: 'AACL',
    codec: 'mp4a.40.2',
    samplingRate: 48000,
    channels: 2,
    codecPrivateData: Uint8Array.of(0x11, 0x90),
  });
});

const HEVC_SETS =
  '0000000140010c01ffff01600000030090000003000003005d9598090000000142010101600000030090000003000003005da0028080';

test.each([
  [
    'no FourCC on video with an SPS',
    'video',
    '<QualityLevel Bitrate="1" CodecPrivateData="00000001674d401fe980"/>',
    'H264',
  ],
  ['no FourCC on video without private data', 'video', '<QualityLevel Bitrate="1"/>', 'H264'],
  ...['', 'H264', 'HEVC1'].map((fourCC): [string, string, string, string] => [
    `the FourCC "${fourCC}" on video with the parameter sets of H.265`,
    'video',
    `<QualityLevel Bitrate="1" FourCC="${fourCC}" CodecPrivateData="${HEVC_SETS}"/>`,
    'HVC1',
  ]),
  ['no FourCC and an AudioTag', 'audio', '<QualityLevel Bitrate="1" FourCC="" AudioTag="85"/>', 'MP3'],
  ['no FourCC and a sampling rate', 'audio', '<QualityLevel Bitrate="1" SamplingRate="48000"/>', 'AACL'],
  [
    'a FourCC of its own on video with an SPS',
    'video',
    '<QualityLevel Bitrate="1" FourCC="avc" CodecPrivateData="00000001674d401fe980"/>',
    'H264',
  ],
  [
    'a FourCC of its own and an AudioTag',
    'audio',
    '<QualityLevel Bitrate="1" FourCC="RAW " AudioTag="255"/>',
    'AACL',
  ],
  ['a FourCC of its own and no clue', 'audio', '<QualityLevel Bitrate="1" FourCC="DTSC"/>', 'DTSC'],
  [
    'VC-1',
    'video',
    '<QualityLevel Bitrate="1" FourCC="WVC1" CodecPrivateData="00000001674d401fe980"/>',
    'WVC1',
  ],
  ['no FourCC and no clue', 'audio', '<QualityLevel Bitrate="1"/>', 'AACL'],
  [
    'Dolby under an extensible tag',
    'audio',
    '<QualityLevel Bitrate="1" AudioTag="65534" CodecPrivateData="00063F000000AF87FBA7022DFB42A4D405CD93843BDD0700200F00"/>',
    'EC-3',
  ],
])('%s', (_, type, level, fourCC) => {
  expect(firstStream(root(stream(`Type="${type}"`, `${level}<c d="2"/>`))).levels[0].fourCC).toBe(fourCC);
});

test.each([
  ['its own shape', 'MaxWidth="640" MaxHeight="360" DisplayWidth="1280" DisplayHeight="720"', undefined],
  [
    'another shape',
    'MaxWidth="720" MaxHeight="576" DisplayWidth="1024" DisplayHeight="576"',
    { width: 1024, height: 576 },
  ],
  ['another shape than its levels', 'DisplayWidth="400" DisplayHeight="300"', { width: 400, height: 300 }],
])('display size: %s', (_, attributes, size) => {
  expect(firstStream(root(video(attributes))).displaySize).toEqual(size);
});

test.each<[name: string, attributes: string, streams: string, origin: bigint, duration: bigint | undefined]>([
  ['both from 0', '', video() + audio(), 0n, 20_000_000n],
  [
    'the picture, though its sound begins sooner',
    '',
    video('', `${VIDEO_LEVEL}<c t="5000000" d="20000000"/>`) + audio(),
    5_000_000n,
    20_000_000n,
  ],
  [
    'the picture, though its sound begins later',
    '',
    video() + audio('', '<c t="9" d="2"/>') + audio('', '<c t="3" d="2"/>'),
    0n,
    20_000_000n,
  ],
  [
    'the earliest of the sounds, without a picture',
    '',
    audio('', '<c t="9" d="2"/>') + audio('', '<c t="3" d="2"/>'),
    3n,
    8n,
  ],
  [
    'sound that begins far sooner',
    '',
    video('', `${VIDEO_LEVEL}<c t="200000000" d="20000000"/>`) + audio(),
    0n,
    220_000_000n,
  ],
  [
    'what goes beside the picture tells nothing of it',
    '',
    video('Subtype="ZOET"', `${VIDEO_LEVEL}<c t="1" d="9"/><c t="90000000" d="9"/>`) +
      video('ParentStreamIndex="video"', `${VIDEO_LEVEL}<c t="1" d="9"/><c t="90000000" d="9"/>`) +
      video('', `${VIDEO_LEVEL}<c t="5000000" d="20000000"/>`),
    5_000_000n,
    20_000_000n,
  ],
  ['other clocks', 'TimeScale="1000"', audio('TimeScale="48000"', '<c t="48024" d="48000"/>'), 1000n, 1000n],
  ['a wrong Duration', 'Duration="7"', video(), 0n, 20_000_000n],
  ['live', 'IsLive="true" Duration="9"', video(), 0n, undefined],
])('origin and duration: %s', (_, attributes, streams, origin, duration) => {
  expect(parseManifest(root(streams, attributes))).toMatchObject({ origin, duration });
});

test.each([
  ['LookaheadCount="3"', { lookAhead: 3 }],
  ['LookAheadFragmentCount="2"', { lookAhead: 2 }],
  ['IsLive="TRUE" DVRWindowLength="600"', { isLive: true, dvrWindow: 600n }],
  ['IsLive="TRUE" DVRWindowLength="0"', { dvrWindow: undefined }],
  ['IsLive="TRUE" DVRWindowLength="-1"', { dvrWindow: undefined }],
  ['IsLive="FALSE" DVRWindowLength="600"', { isLive: false, dvrWindow: undefined }],
  ['TimeScale="90000"', { timescale: 90_000n }],
])('%s', (attributes, expected) => {
  expect(parseManifest(root(video(), attributes))).toMatchObject(expected);
});

test('a live stream may have no chunk yet, or one of unknown length', () => {
  const presentation = parseManifest(
    root(video('', VIDEO_LEVEL) + audio('', '<c t="16800000000000001"/>'), 'IsLive="TRUE"'),
  );
  expect(presentation.streams.map(({ chunks }) => chunks.length)).toEqual([0, 1]);
  expect(presentation.streams[1]?.chunks.at(0)).toEqual({
    index: 0,
    start: 16_800_000_000_000_001n,
    duration: 20_000_000n,
  });
});

test('protection: system ids in any dress, base64 with white space, bad ones left out', () => {
  const header = (id: string, data: string) =>
    `<ProtectionHeader SystemID="${id}">${data}</ProtectionHeader>`;
  const id = '{9A04F079-9840-4286-AB92-E65BE0885F95}';
  const text = root(
    `${video()}<Protection>${header(id, ' AQ\n ID ')}${header('x', 'AQID')}${header(id, '*')}</Protection>`,
  );
  expect(parseManifest(text).protection).toEqual([
    { systemId: '9a04f07998404286ab92e65be0885f95', data: Uint8Array.of(1, 2, 3) },
  ]);
  expect(warningsOf(text).length).toBe(2);
});

test.each([
  ['of the alphabet for URLs', '-_8'],
  ['with too few "="', '+/8'],
  ['with too many', '+/8=='],
])('base64 %s is read', (_, written) => {
  const header = `<Protection><ProtectionHeader SystemID="9a04f07998404286ab92e65be0885f95">${written}</ProtectionHeader></Protection>`;
  expect(parseManifest(root(video() + header)).protection[0]?.data).toEqual(Uint8Array.of(0xfb, 0xff));
});

test('sizes of fragments are kept by chunk and level', () => {
  const chunks =
    '<c d="2"><f i="0" s="13" q="1"/><f i="4" s="31"/></c><c d="2"><f i="0" s="x"/></c><c d="2" r="2"><f i="0" s="9"/></c>';
  const list = firstStream(root(video('', VIDEO_LEVEL + chunks))).chunks;
  expect([list.sizeHint(0, 0), list.sizeHint(0, 4), list.sizeHint(1, 0), list.sizeHint(2, 0)]).toEqual([
    13,
    31,
    undefined,
    undefined,
  ]);
});

test('hostile names are ordinary attributes', () => {
  const presentation = parseManifest(root(video('__proto__="polluted" constructor="x" Name="__proto__"')));
  expect(presentation.streams[0]?.attributes.get('__proto__')).toBe('polluted');
  expect(presentation.streams[0]?.name).toBe('__proto__');
});

test('a long manifest can be read with pauses, to the same end', () => {
  const chunks = Array.from({ length: 20_000 }, (_, n) => `<c n="${n}" t="${n * 2e7}" d="20000000"/>`).join(
    '',
  );
  const text = root(video('', VIDEO_LEVEL + chunks));
  const steps = parseInSteps(text);
  let pauses = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) pauses += 1;
  expect(pauses).toBeGreaterThan(3);
  const { streams, ...rest } = parseManifest(text);
  expect(step.value).toMatchObject({ ...rest, streams: [{ name: 'video' }] });
  expect([...(step.value.streams[0]?.chunks ?? [])]).toEqual([...(streams[0]?.chunks ?? [])]);
});

test.each([
  ['chunks in other words', video('', VIDEO_LEVEL + "<c d='20000000'/>".repeat(40_000))],
  ['chunks that are of no use', video('', `${VIDEO_LEVEL}<c d="2"/>${'<c d="x"/>'.repeat(60_000)}`)],
  ['private data', video('', `${`<QualityLevel CodecPrivateData="${'0'.repeat(4000)}"/>`.repeat(160)}`)],
  ['unknown elements', `${'<a b="c"/>'.repeat(60_000)}${video('', `${VIDEO_LEVEL}<c d="2"/>`)}`],
  ['a text', `<a>${'b'.repeat(5_000_000)}</a>${video('', `${VIDEO_LEVEL}<c d="2"/>`)}`],
])('there are pauses whatever makes it long: %s', (_, body) => {
  const steps = parseInSteps(root(body));
  let pauses = 0;
  try {
    while (!steps.next().done) pauses++;
  } catch (error) {
    expect(isSmoothError(error), String(error)).toBe(true);
  }
  expect(pauses).toBeGreaterThan(3);
});

test('a protection inside a stream is of that stream alone, and told', () => {
  const header = (id: string) =>
    `<Protection><ProtectionHeader SystemID="9a04f07998404286ab92e65be0885f9${id}">AAAA</ProtectionHeader></Protection>`;
  const { protection, streams, warnings } = parseManifest(
    root(header('1') + video('', `${VIDEO_LEVEL + header('2')}<c t="0" d="20000000"/>`) + audio()),
  );
  const named = protection.map(({ systemId, scope }) => [
    systemId.at(-1),
    streams.findIndex((s) => s.attributes === scope),
  ]);
  expect(named).toEqual([
    ['1', -1],
    ['2', 0],
  ]);
  expect(warnings.map(({ message }) => message)).toEqual([
    'manifest-mended: Protection/ProtectionHeader[1]: it applies to its stream only',
  ]);
});

test('a stream of sound is one, whatever it hangs on', () => {
  const { streams, warnings } = parseManifest(
    root(video() + audio('ParentStreamIndex="video"') + audio('ParentStreamIndex="nobody" Name="b"')),
  );
  expect(streams.map(({ parent }) => parent)).toEqual([undefined, undefined, undefined]);
  expect(warnings.map(({ details }) => ('path' in details ? details.path : ''))).toEqual([
    'StreamIndex[1]',
    'StreamIndex[2]',
  ]);
  expect(mayBeOdd(parseManifest(root(video() + audio('ParentStreamIndex="video"'))), '')).toBe(false);
});

test.each([
  ['the only one', video('ParentStreamIndex="audio"'), [undefined]],
  ['both', video('ParentStreamIndex="x"') + video('ParentStreamIndex="x" Name="b"'), [undefined, undefined]],
  ['one of two', video() + video('ParentStreamIndex="video" Name="b"'), [undefined, 'video']],
  ['a film strip', video('ParentStreamIndex="video" Subtype="ZOET"'), ['video']],
])('a picture hangs on another stream only beside a picture: %s', (_, pictures, parents) => {
  const { streams } = parseManifest(root(pictures + audio()));
  expect(streams.filter(({ type }) => type === 'video').map(({ parent }) => parent)).toEqual(parents);
});
