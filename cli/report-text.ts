import type { TextStreamFacts } from '../src/doctor/examine-text-stream.ts';
import type { Finding, Verdict, Weight } from '../src/doctor/finding.ts';
import type { LevelSummary, StreamSummary, TitleSummary } from '../src/doctor/summary.ts';
import type { MediaReport } from './inspect-media.ts';
import type { FragmentReported, LiveReport, TitleReport } from './inspect-title.ts';
import type { FetchedReport } from './responses.ts';

export type Report = { readonly target: string; readonly verdict: Verdict } & (TitleReport | MediaReport);

type Row = readonly string[];

/** The human-readable report: sections, columns, no colours. */
export function reportText(report: Report): string {
  const sections = [
    report.target,
    ...('tracks' in report ? mediaSections(report) : titleSections(report)),
    section('Fragments', fragmentRows(report.fragments)),
    findingsSection(report.findings),
    `Verdict: ${report.verdict.text}`,
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

const titleSections = ({ title, live, responses, text }: TitleReport): string[] => [
  ...(title ? [section('Title', titleRows(title, live)), section('Protection', protectionRows(title))] : []),
  ...(title?.streams ?? []).map(streamSection),
  section('Text and events', text.map(textRow)),
  section('Network', responseRows(responses)),
];

const textRow = ({ name, role, embedded, fragments, clock, cues, first }: TextStreamFacts): Row => [
  name,
  role,
  [embedded > 0 && `${embedded} in the manifest`, fragments > 0 && counted(fragments, 'fragment')]
    .filter(Boolean)
    .join(', '),
  clock ? `times ${clock}` : '',
  first
    ? `${counted(cues, role.startsWith('events') ? 'event' : 'cue')}, the first at ${secondsText(first.at)}: ${first.text.replace(/\s+/g, ' ')}`
    : 'nothing found',
];

const mediaSections = ({ tracks, hasIndex }: MediaReport): string[] => [
  section(
    'Tracks',
    tracks.map(({ id, type, sampleEntry, timescale, fragments }) => [
      `track ${id}`,
      type,
      sampleEntry ?? 'no moov',
      `${timescale} ticks per second`,
      counted(fragments, 'fragment'),
    ]),
  ),
  `Index  ${hasIndex ? 'mfra at the end' : 'none'}`,
];

function titleRows(
  { isLive, duration, timescale, origin, dvrWindow }: TitleSummary,
  live: LiveReport | undefined,
): Row[] {
  const clock = `tick ${origin}, ${timescale} per second`;
  if (!isLive || !live)
    return [
      ['kind', 'on demand'],
      ['length', secondsText(duration ?? 0)],
      ['begins at', clock],
    ];
  const latency = live.latencyAtEdge;
  return [
    ['kind', 'live'],
    ['begins at', clock],
    [
      'window',
      `${secondsText(live.window)} listed; ${dvrWindow === undefined ? 'unlimited window' : `window of ${secondsText(dvrWindow)}`}`,
    ],
    ['look-ahead', counted(live.lookAhead, 'chunk')],
    [
      'edge',
      latency === undefined
        ? 'times are not wall clock times'
        : `${latency.toFixed(1)} s behind this machine's clock`,
    ],
  ];
}

const protectionRows = ({ protection }: TitleSummary): Row[] =>
  protection.length === 0
    ? [['none']]
    : protection.map(({ system, systemId, version, keyIds, licenceHost, problem }) => [
        [system, version].filter(Boolean).join(' ') || systemId,
        keyIds.length > 0 ? `key ${keyIds.join(', ')}` : 'no key id',
        problem ?? (licenceHost ? `licences at ${licenceHost}` : 'no licence URL'),
      ]);

function streamSection({ type, name, language, subtype, parent, chunks, levels }: StreamSummary): string {
  const facts = [language, subtype, parent && `parent ${parent}`].filter(Boolean).join(', ');
  const lasting =
    chunks.longest - chunks.shortest < 0.001
      ? `of ${secondsText(chunks.longest)}`
      : `of ${secondsText(chunks.shortest)} to ${secondsText(chunks.longest)}`;
  const gaps = [
    chunks.gapCount > 0 ? counted(chunks.gapCount, 'gap') : '',
    chunks.overlapCount > 0 ? counted(chunks.overlapCount, 'overlap') : '',
  ].filter(Boolean);
  const timeline =
    chunks.count === 0
      ? 'no chunks'
      : `${counted(chunks.count, 'chunk')} ${lasting}, from ${chunks.start.toFixed(3)} to ${secondsText(chunks.end)}, ${gaps.join(' and ') || 'no gaps'}`;
  const heading = `${type[0]?.toUpperCase()}${type.slice(1)} "${name}"${facts ? ` (${facts})` : ''}: ${timeline}`;
  return section(heading, levels.map(levelRow));
}

function levelRow(level: LevelSummary): Row {
  const { bitrate, width, height, samplingRate, channels, codec, fourCC, customAttributes } = level;
  const picture = width && height ? `${width}x${height}` : '';
  const sound = [samplingRate && `${samplingRate / 1000} kHz`, channels && `${channels} ch`]
    .filter(Boolean)
    .join(', ');
  const attributes = Object.entries(customAttributes).map(([name, value]) => `${name}=${value}`);
  return [
    `${Math.round(bitrate / 1000)} kbit/s`,
    picture || sound,
    codec ?? 'unknown codec',
    fourCC,
    attributes.join(', '),
  ];
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const responseRows = (responses: readonly FetchedReport[]): Row[] =>
  responses.map(({ where, status, ms, bytes, headers, urls }) => [
    where,
    status === undefined ? (bytes === undefined ? 'nothing' : 'a file') : `${status}`,
    bytes === undefined ? '' : `${bytes} bytes`,
    status === undefined ? '' : `${ms} ms`,
    headers['content-type'] ?? '',
    headers['cache-control'] ?? '',
    status === undefined ? '' : `CORS ${headers['access-control-allow-origin'] ?? 'none'}`,
    urls.length > 1 ? `after ${counted(urls.length - 1, 'redirect')}` : '',
  ]);

/** Text fragments have a separate section. */
const fragmentRows = (fragments: readonly FragmentReported[]): Row[] =>
  fragments
    .filter(({ type }) => type !== 'text')
    .map(({ where, facts }) =>
      facts
        ? [
            where,
            `${facts.bytes} bytes`,
            `${facts.samples} samples`,
            secondsText(facts.duration),
            `${Math.round(facts.bitrate / 1000)} kbit/s`,
            facts.isEncrypted ? `encrypted, key ${facts.keyId}` : 'clear',
          ]
        : [where, 'not examined'],
    );

const HEADINGS: Readonly<Record<Weight, string>> = {
  fatal: 'prevents playback',
  'left-out': 'left out',
  mended: 'mended',
  note: 'note',
};
const ORDER: readonly Weight[] = ['fatal', 'left-out', 'mended', 'note'];

function findingsSection(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'Findings\n  none';
  const sorted = ORDER.flatMap((weight) => findings.filter((finding) => finding.weight === weight));
  const lines = sorted.flatMap(({ weight, where, what, section: place, action, remedy }) => [
    `  [${HEADINGS[weight]}] ${where}: ${what}`,
    `      ${place}: the player ${action}`,
    ...(remedy ? [`      To do: ${remedy}`] : []),
  ]);
  return `Findings\n${lines.join('\n')}`;
}

/** A heading over aligned columns. Empty columns are omitted. */
function section(heading: string, rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const width = Math.max(...rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, index) => index).filter((index) =>
    rows.some((row) => row[index]),
  );
  const widths = columns.map((index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  const lines = rows.map((row) =>
    `  ${columns.map((index, at) => (row[index] ?? '').padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd(),
  );
  return `${heading}\n${lines.join('\n')}`;
}

const secondsText = (seconds: number) => `${seconds.toFixed(3)} s`;
