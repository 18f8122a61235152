import {
  base64,
  chunk,
  type EventCase,
  events,
  IN_FRAGMENTS,
  inFragment,
  SECOND,
  sparse,
  withHeader,
} from './event-case.ts';
import { SPLICES } from './event-splices.ts';

const AMS = 'Azure Media Services, timed metadata';

/** From the year 1 to 2026, in ticks. */
const YEAR_ONE = 639_000_000_000_000_000n;

const PAYLOADS: readonly EventCase[] = [
  {
    name: 'a payload in the manifest, with line breaks and blanks in it, and a Url beside it',
    place: 'IIS-docs, sparse streams',
    streams: events(
      `<c t="${SECOND}" d="${SECOND}"><f>\n   ${base64('<AdInsert id="1"/>').replace(/(.{6})/g, '$1\r\n  ')}</f></c>`,
    ),
    fires: [[1, 2, '<AdInsert id="1"/>']],
    track: { kind: 'data', subtype: 'DATA' },
    native: { kind: 'metadata', texts: ['<AdInsert id="1"/>'] },
    requests: [],
  },
  {
    name: 'a chunk without a duration',
    place: 'IIS-docs, sparse streams',
    streams: events(chunk(1, 'x')),
    fires: [[1, 1, 'x']],
  },
  inFragment('a fragment that is XML', '[MS-SSTR] 2.2.4', '<a/>', [[1, 1, '<a/>']]),
  inFragment('a fragment that is text', '[MS-SSTR] 2.2.4', 'une \u00e9toile', [[1, 1, 'une \u00e9toile']]),
  inFragment('a fragment that is bytes', '[MS-SSTR] 2.2.4', Buffer.from([0xc3, 0x28, 0xff]), [
    [1, 1, { data: 'wyj/', text: undefined }],
  ]),
  inFragment('a message with an id and a time of its own', AMS, withHeader(7, SECOND / 2, 'late'), [
    [1.5, 1.5, 'late'],
  ]),
  inFragment('base64 of such a message in a fragment', AMS, base64(withHeader(7, SECOND / 2, 'late')), [
    [1.5, 1.5, 'late'],
  ]),
  inFragment('base64 of XML in a fragment', AMS, base64('<AdInsert id="1"/>'), [
    [1, 1, '<AdInsert id="1"/>'],
  ]),
  {
    name: 'a fragment with three messages',
    place: '[MS-SSTR] 2.2.4.5',
    streams: events(`<c t="${SECOND}" d="${SECOND}"/>`, { attributes: IN_FRAGMENTS }),
    fragment: () => sparse(['a', 'b', 'c'], 0.25),
    fires: [
      [1, 1.25, 'a'],
      [1.25, 1.5, 'b'],
      [1.5, 1.75, 'c'],
    ],
  },
  {
    name: 'a stream that counts in milliseconds',
    place: '[MS-SSTR] 2.2.2.3, TimeScale',
    streams: events(`<c t="1500" d="500"><f>${base64('x')}</f></c>`, {
      attributes: 'TimeScale="1000" Subtype="DATA" ParentStreamIndex="video" ManifestOutput="TRUE"',
    }),
    fires: [[1.5, 2, 'x']],
  },
  {
    name: 'times past 2^53: the clock is the parent\u2019s',
    place: '[MS-SSTR] 2.2.2.6; IIS live archives',
    shift: YEAR_ONE,
    streams:
      events(`<c t="${YEAR_ONE + 15_000_000n}"><f>${base64('x')}</f></c>`) +
      events(`<c t="${YEAR_ONE + 25_000_000n}" d="1"/>`, { attributes: IN_FRAGMENTS, name: 'more' }),
    fragment: () => sparse(['y']),
    fires: [
      [1.5, 1.5, 'x'],
      [2.5, 2.5, 'y'],
    ],
    requests: [`${YEAR_ONE + 25_000_000n}`],
  },
  {
    name: 'a sparse fragment that is missing: the others fire',
    place: 'expired content; [MS-SSTR] 2.2.5',
    streams: events(`<c t="${SECOND}" d="${SECOND}"/><c t="${2 * SECOND}" d="${SECOND}"/>`, {
      attributes: IN_FRAGMENTS,
    }),
    fragment: (time) => (time === BigInt(SECOND) ? undefined : sparse(['x'])),
    moves: [['play', 4, 1]],
    fires: [[2, 2, 'x']],
    warnings: ['text-unavailable'],
  },
  {
    name: 'the same message twice is one event',
    place: AMS,
    streams: events(chunk(1, 'x') + chunk(1, 'x') + chunk(2, 'x')),
    fires: [
      [1, 1, 'x'],
      [2, 2, 'x'],
    ],
    warnings: ['manifest-part-left-out'],
  },
  {
    name: 'the same id and time replaces the earlier message',
    place: AMS,
    streams: events(chunk(0.5, withHeader(7, SECOND / 2, 'x')) + chunk(1, withHeader(7, 0, 'y'))),
    fires: [[1, 1, 'y']],
  },
];

const content = (name: string, subtype: string, entries: string) =>
  `<StreamIndex Type="text" Name="${name}" Subtype="${subtype}"><Content>${entries}</Content></StreamIndex>`;
const CHAPTERS = {
  fires: [
    [0, 2, 'One'],
    [2, 4, 'Two'],
  ],
  cues: [
    [0, 2, 'One'],
    [2, 4, 'Two'],
  ],
  track: { kind: 'chapters' },
  native: { kind: 'chapters', texts: ['One', 'Two'] },
} as const;

const KINDS: readonly EventCase[] = [
  {
    name: 'chapters in the manifest: up to the next',
    place: '[MS-SSTR] 2.2.2.3, CHAP',
    streams: events(chunk(0, 'One') + chunk(2, 'Two'), {
      attributes: 'Subtype="CHAP" ManifestOutput="TRUE"',
    }),
    ...CHAPTERS,
  },
  {
    name: 'markers in a stream without levels',
    place: 'IIS-docs, manifests of markers',
    streams: content(
      'markers',
      'CHAPTER',
      `<Marker Time="0" Value="One"/><Marker Time="${2 * SECOND}" Value="Two"/><Marker Time="REFERENCE_TIME" Value="no"/>`,
    ),
    ...CHAPTERS,
    warnings: ['manifest-mended'],
  },
  {
    name: 'script commands',
    place: '[MS-SSTR] 2.2.2.3, SCMD',
    streams: content(
      'commands',
      'SCMD',
      `<ScriptCommand Time="${SECOND}" Type="URL" Command="page 2"/><ScriptCommand Time="${2 * SECOND}" Type="TEXT" Command="a &amp; b"/>`,
    ),
    fires: [
      [1, 1, { type: 'URL', command: 'page 2' }],
      [2, 2, { type: 'TEXT', command: 'a & b' }],
    ],
    track: { kind: 'script', subtype: 'SCMD' },
  },
  {
    name: 'a control stream in fragments',
    place: '[MS-SSTR] 2.2.2.3, CTRL',
    streams: events(`<c t="${SECOND}" d="${SECOND}"/>`, {
      attributes: 'Subtype="CTRL" ParentStreamIndex="video"',
    }),
    fragment: () => sparse(['<ctrl/>'], 0.5),
    fires: [[1, 1.5, '<ctrl/>']],
    track: { kind: 'control', subtype: 'CTRL' },
    requests: [`${SECOND}`],
  },
  ...['DATA', 'ADVT'].map((subtype) => ({
    name: `a stream of the subtype ${subtype}`,
    place: '[MS-SSTR] 2.2.2.3; IIS advertising',
    streams: events(chunk(1, 'x', 1), { attributes: `Subtype="${subtype}" ManifestOutput="TRUE"` }),
    fires: [[1, 2, 'x']] as const,
    track: { kind: 'data', subtype },
  })),
  {
    name: 'samples of a stream of data',
    place: 'IIS-docs, Content (Sample)',
    streams: content('data', 'DATA', `<Sample Time="${SECOND}" Duration="${SECOND}">x</Sample>`),
    fires: [[1, 2, 'x']],
    track: { kind: 'data' },
  },
  {
    name: 'two streams without names',
    place: 'IIS-docs, Content',
    streams: ['x', 'y']
      .map((text, at) => content('', 'DATA', `<Sample Time="${(at + 1) * SECOND}">${text}</Sample>`))
      .join('')
      .replaceAll(' Name=""', ''),
    fires: [
      [1, 1, 'x'],
      [2, 2, 'y'],
    ],
  },
];

/** Events, by chapter: what comes, and what it is. When it fires is in `event-firing.ts`. */
export const EVENT_CHAPTERS: Readonly<Record<string, readonly EventCase[]>> = {
  'Messages of sparse streams': PAYLOADS,
  'Splice messages': SPLICES,
  'Kinds of event streams': KINDS,
};

/** What is not played here, and where it is tested. */
export const UNPLAYED_EVENTS = [
  {
    name: 'sparse fragments that a parent\u2019s response names',
    place: '[MS-SSTR] 2.2.5, ChildTrack',
    reason: 'they need a live title, which text.spec.ts plays',
  },
  {
    name: 'the walk back from one sparse fragment to the one before',
    place: '[MS-SSTR] 2.2.5, ChildTrack',
    reason: 'it needs a live title whose manifest lists no events; unit tests cover it',
  },
] as const;
