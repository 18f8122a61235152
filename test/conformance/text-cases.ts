import { box } from '../support/fragment-builder.ts';
import { ttml } from '../support/text.ts';
import { body, documents, fragmentOf, paragraph, stream, type TextCase } from './text-case.ts';

const X = [[0.5, 1.5, 'x']] as const;
const P = 'begin="0.5s" end="1.5s"';

const NAMESPACES: readonly TextCase[] = [
  ...[
    'http://www.w3.org/ns/ttml',
    'http://www.w3.org/NS/TTML',
    'http://www.w3.org/2006/10/ttaf1',
    'http://www.w3.org/2006/04/ttaf1',
  ].map((base) => ({
    name: `the namespace ${base}`,
    place: 'TTML 1, 5.1; DFXP',
    fragment: body(paragraph('x'), { base }),
    cues: X,
  })),
  {
    name: 'no namespace at all',
    place: 'old Flash tools',
    fragment: documents(`<tt><body>${paragraph('x')}</body></tt>`),
    cues: X,
  },
  {
    name: 'a prefix on everything',
    place: 'EBU-TT-D',
    fragment: documents(
      `<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:body><tt:div><tt:p ${P}>x</tt:p></tt:div></tt:body></tt:tt>`,
    ),
    cues: X,
  },
  {
    name: 'a trailing # of the namespace',
    place: 'drafts of DFXP',
    fragment: documents(`<tt xmlns="http://www.w3.org/2006/04/ttaf1#"><body>${paragraph('x')}</body></tt>`),
    cues: X,
  },
];

/** Parameters of the document, begin, end, and what that is in seconds. */
const EXPRESSIONS: readonly (readonly [
  parameters: string,
  begin: string,
  end: string,
  from: number,
  to: number,
])[] = [
  ['', '00:00:00.5', '00:00:01.500', 0.5, 1.5],
  ['', '0.5s', '1500ms', 0.5, 1.5],
  ['', '0.01m', '0.0005h', 0.6, 1.8],
  ['', '00:00:00:15', '00:00:01:15', 0.5, 1.5],
  ['ttp:frameRate="25"', '00:00:00:05', '30f', 0.2, 1.2],
  ['ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"', '12f', '36f', 0.5005, 1.5015],
  ['ttp:frameRate="24" ttp:frameRateMultiplier="1000:1001"', '12f', '36f', 0.5005, 1.5015],
  ['ttp:frameRate="25" ttp:subFrameRate="2"', '00:00:00:05.1', '1s', 0.22, 1],
  ['ttp:tickRate="60"', '30t', '90t', 0.5, 1.5],
  ['ttp:tickRate="10000000"', '5000000t', '15000000t', 0.5, 1.5],
  ['ttp:frameRate="25" ttp:subFrameRate="4"', '50t', '150t', 0.5, 1.5],
  ['', '5000000t', '15000000t', 0.5, 1.5],
  ['ttp:timeBase="smpte" ttp:frameRate="25"', '00:00:00:10', '00:00:01:10', 0.4, 1.4],
  ['ttp:timeBase="clock"', '00:00:00.5', '00:00:01.5', 0.5, 1.5],
  ['', '00:00:00,500', '00:00:01,5', 0.5, 1.5],
  ['', '0:00:00.5', ' 00:00:01.5 ', 0.5, 1.5],
  ['', '00:00.5', '00:01.5', 0.5, 1.5],
  ['', '0.5', '1.5', 0.5, 1.5],
  ['', '0,5s', '1.5S', 0.5, 1.5],
];

const TIMES: readonly TextCase[] = [
  ...EXPRESSIONS.map(([attributes, begin, end, from, to]) => ({
    name: `from "${begin}" to "${end}"${attributes ? ` with ${attributes}` : ''}`,
    place: 'TTML 1, 10.3.1; SubRip; hand-made files',
    fragment: body(paragraph('x', '', `begin="${begin}" end="${end}"`), { attributes }),
    cues: [[from, to, 'x']] as const,
  })),
  ...['wallclock(2020-01-01T00:00:00)', '-1s', 'soon'].map((begin) => ({
    name: `a begin that nobody can place: ${begin}`,
    place: 'TTML 1, 10.3.1',
    fragment: body(`<div><p begin="${begin}" end="2s">no</p><p ${P}>x</p></div>`),
    cues: X,
  })),
  {
    name: 'an end before the begin',
    place: 'hand-made files',
    fragment: body(`<div><p begin="1s" end="0.5s">no</p><p ${P}>x</p></div>`),
    cues: X,
  },
  {
    name: 'no end: as long as the chunk',
    place: 'TTML 1, 10.2.2',
    fragment: body('<div><p begin="0.5s">x</p></div>'),
    cues: [[0.5, 2, 'x']],
  },
  {
    name: 'duration and end: the earlier',
    place: 'TTML 1, 10.2.3',
    fragment: body('<div><p begin="0.5s" dur="1s" end="1.9s">x</p></div>'),
    cues: X,
  },
  {
    name: 'begins that add up, and ends that are clipped',
    place: 'TTML 1, 10.4',
    fragment: body('<div begin="0.25s" end="1.5s"><p begin="0.25s" end="9s">x</p></div>'),
    cues: X,
  },
  {
    name: 'a sequence',
    place: 'TTML 1, 10.2.4',
    fragment: body('<div timeContainer="seq" begin="0.5s"><p dur="0.5s">x</p><p dur="0.5s">y</p></div>'),
    cues: [
      [0.5, 1, 'x'],
      [1, 1.5, 'y'],
    ],
  },
];

/** A body, and what must be read of it between 0.5 and 1.5 s. */
const BODIES: readonly (readonly [name: string, body: string, text: string])[] = [
  ['a paragraph directly in the body', `<p ${P}>x</p>`, 'x'],
  ['text in a division', `<div ${P}>x <span>y</span></div>`, 'x y'],
  ['a region that is not declared', paragraph('x', 'region="none"'), 'x'],
  ['a style that is not declared', paragraph('x', 'style="default"'), 'x'],
  ['elements of HTML', paragraph('a <b>b</b> <i>c</i> <font color="red">d</font>'), 'a b c d'],
  ['foreign elements', paragraph('a <x:y xmlns:x="urn:x">b</x:y>'), 'a b'],
  ['CDATA', paragraph('<![CDATA[a < b & c]]>'), 'a < b & c'],
  ['entities of HTML', paragraph('caf&eacute;&hellip;&nbsp;!'), 'caf\u00e9\u2026\u00a0!'],
  ['an & that begins nothing', paragraph('Q&A & R&D'), 'Q&A & R&D'],
  ['a < that begins nothing', paragraph('I <3 you, 1 < 2'), 'I <3 you, 1 < 2'],
  ['white space and indentation', paragraph('\n   a\n\t b <br/>\n  c\n'), 'a b\nc'],
  ['white space that is kept', paragraph('a  b', 'xml:space="preserve"'), 'a  b'],
  ['attributes without quotes', '<div><p begin=0.5s end=1.5s>x</p></div>', 'x'],
  ['names in another case', '<DIV><P Begin="0.5s" END="1.5s">x</P></DIV>', 'x'],
  ['breaks of HTML', paragraph('a<br>b'), 'a\nb'],
  ['text that is not displayed', `<div><p ${P} tts:display="none">no</p><p ${P}>x</p></div>`, 'x'],
  ['text that is hidden', `<div><p ${P} tts:visibility="hidden">no</p><p ${P}>x</p></div>`, 'x'],
  ['text without opacity', `<div><p ${P} tts:opacity="0">no</p><p ${P}>x</p></div>`, 'x'],
  ['metadata in a paragraph', paragraph('<metadata><ttm:desc>no</ttm:desc></metadata>x'), 'x'],
  ['markup as text', paragraph('&lt;img src=x onerror=alert(1)&gt;'), '<img src=x onerror=alert(1)>'],
  [
    'letters from right to left',
    paragraph('\u05e9\u05dc\u05d5\u05dd', 'tts:direction="rtl"'),
    '\u05e9\u05dc\u05d5\u05dd',
  ],
];

const STRUCTURE: readonly TextCase[] = [
  ...BODIES.map(([name, text, read]) => ({
    name,
    place: 'TTML 1, 7.1; hand-made files',
    fragment: body(text),
    cues: [[0.5, 1.5, read]] as const,
  })),
  {
    name: 'a cut document',
    place: 'live packagers',
    fragment: documents(`${ttml(paragraph('x')).replace('</body></tt>', '')}<p begin="1.6s" en`),
    cues: X,
  },
  {
    name: 'a document type: nothing is read, nothing is expanded',
    place: 'XML 1.0, 2.8',
    fragment: (at) =>
      at === 0
        ? fragmentOf([`<!DOCTYPE tt [<!ENTITY x "y">]>${ttml(paragraph('&x;'))}`])
        : fragmentOf([ttml(paragraph('x'))]),
    cues: [[2.5, 3.5, 'x']],
  },
];

const A = ttml(paragraph('a'));
const B = ttml(paragraph('b', '', 'begin="0.1s" end="0.9s"'));
const VTT = 'WEBVTT\n\n00:00.500 --> 00:01.500\nx';
const SRT = '1\n00:00:00,500 --> 00:00:01,500\nx\n';
const only = (first: Buffer | undefined) => (at: number) => (at === 0 ? first : fragmentOf([ttml('<div/>')]));

const BOXES: readonly TextCase[] = [
  {
    name: 'a size of the sample that is too short',
    place: 'live packagers',
    fragment: only(fragmentOf([A], { sizes: [10] })),
    cues: [[0.5, 1.5, 'a']],
  },
  {
    name: 'two samples, each from its own zero',
    place: 'ISO 14496-30',
    fragment: only(fragmentOf([A.replace('0.5s', '0.2s').replace('1.5s', '0.8s'), B])),
    cues: [
      [0.2, 0.8, 'a'],
      [1.1, 1.9, 'b'],
    ],
  },
  {
    name: 'two documents in a sample',
    place: 'live packagers',
    fragment: only(fragmentOf([A + ttml(paragraph('b', '', 'begin="1.6s" end="1.9s"'))])),
    cues: [
      [0.5, 1.5, 'a'],
      [1.6, 1.9, 'b'],
    ],
  },
  {
    name: 'NULs behind the document',
    place: 'fixed sizes',
    fragment: only(fragmentOf([`${A}\0\0\0`])),
    cues: [[0.5, 1.5, 'a']],
  },
  {
    name: 'UTF-16 with a mark',
    place: 'XML 1.0, 4.3.3',
    fragment: only(fragmentOf([Buffer.from(`\ufeff${A.replace('utf-8', 'utf-16')}`, 'utf16le')])),
    cues: [[0.5, 1.5, 'a']],
  },
  {
    name: 'UTF-8 with a mark',
    place: 'Windows tools',
    fragment: only(fragmentOf([`\ufeff${A}`])),
    cues: [[0.5, 1.5, 'a']],
  },
  {
    name: 'nothing in mdat',
    place: 'gaps',
    fragment: (at) => (at === 0 ? fragmentOf([]) : fragmentOf([A])),
    cues: [[2.5, 3.5, 'a']],
  },
  {
    name: 'white space alone',
    place: 'gaps',
    fragment: (at) => fragmentOf([at === 0 ? ' \n' : A]),
    cues: [[2.5, 3.5, 'a']],
  },
  {
    name: 'several mdat',
    place: 'ISO 14496-12, 8.1.1',
    fragment: only(
      Buffer.concat([fragmentOf([A.slice(0, 40)]), Buffer.from(box('mdat', Buffer.from(A.slice(40))))]),
    ),
    cues: [[0.5, 1.5, 'a']],
  },
  {
    name: 'a document without boxes',
    place: 'plain servers',
    fragment: only(Buffer.from(A)),
    cues: [[0.5, 1.5, 'a']],
  },
  { name: 'WebVTT without boxes', place: 'plain servers', fragment: only(Buffer.from(VTT)), cues: X },
  { name: 'WebVTT in mdat', place: 'packagers', fragment: only(fragmentOf([VTT])), cues: X },
  { name: 'SubRip without boxes', place: 'plain servers', fragment: only(Buffer.from(SRT)), cues: X },
  {
    name: 'a fragment that is missing',
    place: 'RFC 9110, 15.5.5',
    fragment: (at) => (at === 0 ? undefined : fragmentOf([A])),
    cues: [[2.5, 3.5, 'a']],
  },
  {
    name: 'a web page in its place',
    place: 'proxies that want a login',
    fragment: (at) => (at === 0 ? Buffer.from('<!doctype html><p>Log in') : fragmentOf([A])),
    cues: [[2.5, 3.5, 'a']],
  },
];

const at = (begin: number, end: number, text: string) => `<p begin="${begin}s" end="${end}s">${text}</p>`;
/** Of a title of eight seconds, the bodies of four chunks. */
const four = (bodies: readonly string[]): Pick<TextCase, 'isLong' | 'stream' | 'fragment'> => ({
  isLong: true,
  stream: stream(
    'Subtype="SUBT"',
    undefined,
    [0, 2, 4, 6]
      .map((second) => `<c t="${second}0000000" d="20000000"/>`)
      .join('')
      .replace('t="00000000"', 't="0"'),
  ),
  fragment: (second) => fragmentOf([ttml(`<div>${bodies[second / 2] ?? ''}</div>`)]),
});
const SPREAD = [
  [0.5, 1.5, 'a'],
  [4.5, 5.5, 'b'],
  [6.5, 7.5, 'c'],
] as const;
const WHOLE = at(0.5, 1.5, 'a') + at(4.5, 5.5, 'b') + at(6.5, 7.5, 'c');

const CLOCKS: readonly TextCase[] = [
  {
    name: 'times from the fragment',
    place: 'DFXP in fragments',
    ...four([at(0.5, 1.5, 'a'), '', at(0.5, 1.5, 'b'), at(0.5, 1.5, 'c')]),
    cues: SPREAD,
  },
  {
    name: 'times from the beginning of the title',
    place: 'STPP; many encoders',
    ...four([at(0.5, 1.5, 'a'), '', at(4.5, 5.5, 'b'), at(6.5, 7.5, 'c')]),
    cues: SPREAD,
  },
  {
    name: 'the whole title in each fragment',
    place: 'dash.js, issue 2202',
    ...four([WHOLE, WHOLE, WHOLE, WHOLE]),
    cues: SPREAD,
  },
  {
    name: 'a cue that is cut at the border',
    place: 'live packagers',
    ...four([at(1.5, 2, 'a'), at(0, 0.5, 'a')]),
    cues: [[1.5, 2.5, 'a']],
  },
  {
    name: 'a cue that is in both fragments, from the beginning of the title',
    place: 'Unified Streaming',
    ...four([at(1.5, 2.5, 'a'), at(1.5, 2.5, 'a'), at(4.5, 5.5, 'b'), at(6.5, 7.5, 'c')]),
    cues: [
      [1.5, 2.5, 'a'],
      [4.5, 5.5, 'b'],
      [6.5, 7.5, 'c'],
    ],
  },
  {
    name: 'ids that repeat',
    place: 'inputstream.adaptive, issue 1341',
    ...four(['<p xml:id="p1" begin="0.5s" end="1s">a</p>', '<p xml:id="p1" begin="0.5s" end="1s">b</p>']),
    cues: [
      [0.5, 1, 'a'],
      [2.5, 3, 'b'],
    ],
  },
  {
    name: 'speakers at once',
    place: 'EN 301 549, 7.1.3',
    ...four([at(0.5, 1.5, 'a') + at(1, 2, 'b')]),
    cues: [
      [0.5, 1.5, 'a'],
      [1, 2, 'b'],
    ],
  },
  {
    name: 'words that accumulate',
    place: 'live captions',
    ...four([at(0.5, 1, 'a') + at(1, 1.5, 'a b')]),
    cues: [
      [0.5, 1, 'a'],
      [1, 1.5, 'a b'],
    ],
  },
];

const base64 = (text: string) => Buffer.from(text).toString('base64');
const plainly = body(paragraph('x'));

const MANIFESTS: readonly TextCase[] = [
  {
    name: 'a FourCC in lower case',
    place: 'RxPlayer refuses it',
    stream: stream('Subtype="SUBT"', 'Bitrate="1000" FourCC="ttml"'),
    fragment: plainly,
    cues: X,
  },
  {
    name: 'no FourCC',
    place: 'Azure, IIS: two players refuse the title',
    stream: stream('Subtype="SUBT"', 'Bitrate="1000" FourCC=""'),
    fragment: plainly,
    cues: X,
  },
  {
    name: 'DFXP, and captions',
    place: 'IIS',
    stream: stream('Subtype="CAPT"', 'Bitrate="1000" FourCC="DFXP"'),
    fragment: plainly,
    cues: X,
  },
  {
    name: 'for the hard of hearing',
    place: 'IIS, stream types',
    stream: stream('Subtype="DESC"'),
    fragment: plainly,
    cues: X,
  },
  { name: 'no subtype', place: 'packagers', stream: stream(''), fragment: plainly, cues: X },
  {
    name: 'a bitrate of 0',
    place: '[MS-SSTR] 2.2.2.5',
    stream: stream('Subtype="SUBT"', 'Bitrate="0" FourCC="TTML"'),
    fragment: plainly,
    cues: X,
  },
  {
    name: 'captions that hang on the picture',
    place: 'dash.js, issue 2332',
    stream: stream('Subtype="CAPT" ParentStreamIndex="video"'),
    fragment: plainly,
    cues: X,
  },
  {
    name: 'a clock of its own',
    place: '[MS-SSTR] 2.2.2.3',
    stream: stream('Subtype="SUBT" TimeScale="1000"', undefined, '<c t="0" d="2000"/><c t="2000" d="2000"/>'),
    fragment: body(paragraph('x')),
    cues: X,
  },
  {
    name: 'one chunk for all',
    place: 'IIS',
    stream: stream('Subtype="SUBT"', undefined, '<c t="0" d="40000000"/>'),
    fragment: body(`<div>${at(0.5, 1.5, 'a')}${at(2.5, 3.5, 'b')}</div>`),
    cues: [
      [0.5, 1.5, 'a'],
      [2.5, 3.5, 'b'],
    ],
  },
  {
    name: 'a document in the manifest',
    place: '[MS-SSTR] 2.2.2.6.1',
    stream: stream(
      'Subtype="CAPT" ManifestOutput="TRUE"',
      undefined,
      `<c t="0" d="20000000"><f>${base64(ttml(paragraph('x')))}</f></c>`,
    ),
    cues: X,
  },
  {
    name: 'plain text in the manifest',
    place: '[MS-SSTR] 2.2.2.6.1',
    stream: stream(
      'Subtype="CAPT" ManifestOutput="TRUE"',
      undefined,
      `<c t="5000000" d="10000000"><f>\n  ${base64('x')}\n</f></c>`,
    ),
    cues: X,
  },
  {
    name: 'captions that are added and removed, in the manifest',
    place: 'IIS Smooth Streaming, manifest merge',
    stream: stream(
      'Subtype="CAPT" ManifestOutput="TRUE"',
      undefined,
      `<c t="5000000"><f>${base64('<Caption Id="1" Action="ADD">x</Caption>')}</f></c><c t="15000000"><f>${base64('<Caption Id="1" Action="REMOVE"/>')}</f></c>`,
    ),
    cues: X,
  },
];

const layout = (attributes: string) => `<layout><region xml:id="r" ${attributes}/></layout>`;
const placed = (attributes: string, parameters = '') =>
  body(paragraph('x', 'region="r"'), { head: layout(attributes), attributes: parameters });

const REGIONS: readonly TextCase[] = [
  {
    name: 'no region: the usual place',
    place: 'TTML 1, 9.3.2; practice',
    fragment: plainly,
    cues: X,
    region: [10, 10, 80, 80],
  },
  {
    name: 'origin and extent in per cent',
    place: 'TTML 1, 8.2.14',
    fragment: placed('tts:origin="20% 30%" tts:extent="50% 40%"'),
    cues: X,
    region: [20, 30, 50, 40],
  },
  {
    name: 'origin and extent in pixels of the document',
    place: 'TTML 1, 8.2.14',
    fragment: placed('tts:origin="128px 72px" tts:extent="640px 360px"', 'tts:extent="1280px 720px"'),
    cues: X,
    region: [10, 10, 50, 50],
  },
  {
    name: 'origin and extent in cells',
    place: 'TTML 1, 8.3.9',
    fragment: placed('tts:origin="4c 3c" tts:extent="24c 6c"', 'ttp:cellResolution="40 30"'),
    cues: X,
    region: [10, 10, 60, 20],
  },
  {
    name: 'a region that goes beyond the picture',
    place: 'hand-made files',
    fragment: placed('tts:origin="50% 80%" tts:extent="80% 40%"'),
    cues: X,
    // Moved, so that nothing of it is lost.
    region: [20, 60, 80, 40],
  },
  {
    name: 'attributes of a nested style',
    place: 'TTML 1, 8.4.1',
    fragment: body(paragraph('x', 'region="r"'), {
      head: '<layout><region xml:id="r"><style tts:origin="20% 30%"/><style tts:extent="50% 40%"/></region></layout>',
    }),
    cues: X,
    region: [20, 30, 50, 40],
  },
  ...['body', 'div'].map((element) => ({
    name: `the region of a ${element}`,
    place: 'TTML 1, 9.3.1',
    fragment: documents(
      ttml(paragraph('x'), { head: layout('tts:origin="20% 30%" tts:extent="50% 40%"') }).replace(
        `<${element}>`,
        `<${element} region="r">`,
      ),
    ),
    cues: X,
    region: [20, 30, 50, 40] as const,
  })),
  {
    name: 'vertical text',
    place: 'TTML 1, 8.2.24',
    fragment: placed('tts:origin="70% 10%" tts:extent="20% 80%" tts:writingMode="tbrl"'),
    cues: X,
    region: [70, 10, 20, 80],
  },
  {
    name: 'a misspelt origin',
    place: 'hand-made files',
    fragment: placed('tts:Origin="20% 30%" tts:EXTENT="50% 40%"'),
    cues: X,
    region: [20, 30, 50, 40],
  },
];

/** The suite, by chapter. */
export const TEXT_CHAPTERS: Readonly<Record<string, readonly TextCase[]>> = {
  Namespaces: NAMESPACES,
  'Time expressions': TIMES,
  'Structure of documents': STRUCTURE,
  'Fragments of text': BOXES,
  'What times count from': CLOCKS,
  'Text in the manifest': MANIFESTS,
  'Places on the picture': REGIONS,
};
