import { redactText } from '../base/redact.ts';
import { ticks } from '../base/time.ts';
import type { Chunk, Presentation, Stream } from '../manifest/presentation.ts';
import { readEmbeddedCaptions } from '../text/events/caption-actions.ts';
import { embeddedEvents, fragmentEvents, type ReadEvent } from '../text/events/read-events.ts';
import { readTextFragment, type TextFragment } from '../text/fragment/read-text-fragment.ts';
import { fromTicks } from '../text/moment.ts';
import type { TextRepair, TextRepairKind } from '../text/repair.ts';
import { type EventKind, roleOf } from '../text/text-streams.ts';
import { CueTimeline } from '../text/times/cue-timeline.ts';
import type { Finding } from './finding.ts';

/** A fragment of a text stream that was fetched. */
export interface TextFragmentAtHand {
  readonly chunk: Chunk;
  readonly bytes: Uint8Array;
}

/** The properties of a text stream, as plain JSON. */
export interface TextStreamFacts {
  readonly name: string;
  /** `captions`, `subtitles`, or `events: data` and the like. */
  readonly role: string;
  readonly fourCC: string;
  readonly scheme: string | undefined;
  /** Number of payloads in the manifest itself. */
  readonly embedded: number;
  readonly fragments: number;
  /** What the times of documents count from, and whether that is certain; for cues only. */
  readonly clock: string | undefined;
  readonly cues: number;
  /** The first cue or event: its time in seconds, and its text. */
  readonly first: { readonly at: number; readonly text: string } | undefined;
}

interface Matter {
  readonly weight: 'note' | 'mended' | 'left-out';
  readonly section: string;
  readonly what: string;
  readonly action: string;
}

const TTML = 'TTML 2';
const MATTERS: Readonly<Record<TextRepairKind, Matter>> = {
  truncated: {
    weight: 'mended',
    section: 'XML 1.0, 2.1',
    what: 'a document is truncated',
    action: 'reads the part that is there',
  },
  unescaped: {
    weight: 'mended',
    section: 'XML 1.0, 2.4',
    what: 'an & or < that starts nothing',
    action: 'reads it as plain text',
  },
  tags: {
    weight: 'mended',
    section: 'XML 1.0, 3.1',
    what: 'tags or attributes that are not well-formed',
    action: 'repairs them where only one meaning is possible',
  },
  namespace: {
    weight: 'mended',
    section: `${TTML}, 5.3`,
    what: 'no TTML namespace, or undeclared prefixes',
    action: 'uses the local names',
  },
  names: {
    weight: 'mended',
    section: `${TTML}, 5.3`,
    what: 'names in another case, or styles without a prefix',
    action: 'uses the names',
  },
  'time-format': {
    weight: 'mended',
    section: `${TTML}, 12.3.1`,
    what: 'times that are not time expressions',
    action: 'reads those whose meaning is clear',
  },
  'tick-rate': {
    weight: 'mended',
    section: `${TTML}, 7.2.10`,
    what: 'times in ticks without a tickRate',
    action: 'counts in 100 ns, which puts them into their chunk',
  },
  'time-rejected': {
    weight: 'left-out',
    section: `${TTML}, 12.3.1`,
    what: 'times that cannot be placed',
    action: 'ignores those elements',
  },
  structure: {
    weight: 'mended',
    section: `${TTML}, 8.1`,
    what: 'text outside of paragraphs, or HTML elements',
    action: 'shows the text',
  },
  'unknown-region': {
    weight: 'note',
    section: `${TTML}, 11.1.1`,
    what: 'an undeclared region',
    action: 'shows it at the bottom',
  },
  'unknown-style': {
    weight: 'note',
    section: `${TTML}, 10.1.2`,
    what: 'an undeclared style',
    action: 'continues without it',
  },
  'external-resource': {
    weight: 'left-out',
    section: `${TTML}, 9.1`,
    what: 'external images',
    action: 'fetches nothing that text refers to',
  },
  'image-invalid': {
    weight: 'left-out',
    section: 'SMPTE ST 2052-1, 5.5',
    what: 'images that are not PNG, or too large',
    action: 'ignores them',
  },
  'sample-sizes': {
    weight: 'mended',
    section: 'MS-SSTR 2.2.4.7',
    what: 'the sizes in trun do not add up to mdat',
    action: 'reads all of mdat',
  },
  'several-documents': {
    weight: 'mended',
    section: 'ISO/IEC 14496-30, 5',
    what: 'several documents in one sample',
    action: 'reads each',
  },
  encoding: {
    weight: 'note',
    section: 'XML 1.0, 4.3.3',
    what: 'the encoding differs from the declared one',
    action: 'uses the actual encoding',
  },
  'cut-off': {
    weight: 'left-out',
    section: 'limits',
    what: 'more text, cues, regions or images than the limit',
    action: 'ignores what exceeds the limit',
  },
  doctype: {
    weight: 'left-out',
    section: 'XML 1.0, 2.8',
    what: 'a document type that declares something',
    action: 'rejects such documents',
  },
  unreadable: {
    weight: 'left-out',
    section: `${TTML}, 5.2`,
    what: 'no readable text',
    action: 'continues without it',
  },
};

/** The findings about a text stream from the manifest and some fragments; `undefined` for audio and video streams. */
export function examineTextStream(
  stream: Stream,
  presentation: Presentation,
  fragments: readonly TextFragmentAtHand[],
): { readonly facts: TextStreamFacts; readonly findings: readonly Finding[] } | undefined {
  const role = roleOf(stream);
  if (!role) return undefined;
  const found =
    role.kind === 'cues'
      ? examineCues(stream, presentation, fragments, role.prior)
      : examineEvents(stream, presentation, fragments, role.eventKind);
  const { embedded = [], levels, name } = stream;
  return {
    facts: {
      name,
      role: role.kind === 'cues' ? role.textKind : `events: ${role.eventKind}`,
      fourCC: levels[0].fourCC,
      scheme: role.kind === 'events' && role.scheme !== undefined ? redactText(role.scheme) : undefined,
      embedded: embedded.length,
      fragments: fragments.length,
      clock: found.clock,
      cues: found.cues,
      first: found.first && { at: found.first.at, text: redactText(found.first.text.slice(0, 200)) },
    },
    findings: found.findings,
  };
}

interface Found {
  readonly clock: string | undefined;
  readonly cues: number;
  readonly first: { readonly at: number; readonly text: string } | undefined;
  readonly findings: readonly Finding[];
}

function examineCues(
  stream: Stream,
  presentation: Presentation,
  fragments: readonly TextFragmentAtHand[],
  prior: 'relative' | 'absolute',
): Found {
  const { timescale, embedded = [], name } = stream;
  const origin = originOn(stream, presentation);
  const timeline = new CueTimeline({ prior });
  const findings: Finding[] = [];
  const add = (
    chunk: { start: bigint; duration: bigint },
    documents: TextFragment['documents'],
    key: string,
  ) => {
    const [start, duration] = [
      fromTicks(ticks(chunk.start), timescale),
      fromTicks(ticks(chunk.duration), timescale),
    ];
    const zero = fromTicks(origin, timescale);
    timeline.add({ key, start, duration, origin: zero, zero }, documents);
  };
  for (const { chunk, bytes } of fragments) {
    const context = { timescale, origin, start: chunk.start, duration: chunk.duration };
    const { documents, repairs, problem } = toEnd(readTextFragment(bytes, context));
    findings.push(...repairs.map((repair) => textFinding(repair, name)));
    if (problem === 'encrypted') findings.push(encrypted(name));
    add(chunk, documents, String(chunk.start));
  }
  if (embedded.length > 0) {
    const read = toEnd(readEmbeddedCaptions(embedded, { timescale, origin, end: undefined }));
    findings.push(...read.repairs.map((repair) => textFinding(repair, name)));
    for (const [at, chunk] of read.chunks.entries()) add(chunk, chunk.documents, `embedded ${at}`);
  }
  const { clock, isDecided } = timeline.clockOf();
  const [first] = timeline.cues;
  return {
    clock: `${CLOCKS[clock]}${isDecided ? '' : ', like most: nothing displays it'}`,
    cues: timeline.cues.length,
    first: first && { at: first.start, text: first.text },
    findings,
  };
}

const CLOCKS = {
  relative: 'from the fragment',
  absolute: "from the stream's zero",
  origin: "from the title's beginning",
} as const;

function examineEvents(
  stream: Stream,
  presentation: Presentation,
  fragments: readonly TextFragmentAtHand[],
  kind: EventKind,
): Found {
  const { timescale, embedded = [], name } = stream;
  const place = { timescale, zero: fromTicks(originOn(stream, presentation), timescale), kind };
  const events: ReadEvent[] = [
    ...embeddedEvents(embedded, place),
    ...fragments.flatMap(({ chunk, bytes }) => fragmentEvents(bytes, chunk, place)),
  ].sort((a, b) => a.cue.start - b.cue.start);
  const [first] = events;
  const broken = events.filter(({ isBroken }) => isBroken).length;
  const finding: Finding = {
    weight: 'mended',
    where: `stream ${name}`,
    what: `${broken} of its messages start as SCTE-35, but cannot be parsed`,
    section: 'ANSI/SCTE 35, 9.6',
    action: 'passes them on unchanged',
  };
  return {
    clock: undefined,
    cues: events.length,
    first: first && { at: first.cue.start, text: wordsFor(first) },
    findings: broken > 0 ? [finding] : [],
  };
}

function wordsFor({ cue: { text, type, command, scte35, data } }: ReadEvent): string {
  if (scte35) return `SCTE-35, command ${scte35.commandType}`;
  return command === undefined ? (text ?? `${data.length} bytes`) : `${type}: ${command}`;
}

/** The presentation's start on the stream's clock. */
const originOn = ({ timescale }: Stream, { origin, timescale: scale }: Presentation) =>
  ticks((origin * timescale) / scale);

const encrypted = (name: string): Finding => ({
  weight: 'left-out',
  where: `stream ${name}`,
  what: 'its text is encrypted',
  section: 'PIFF 1.1, 5.3.2',
  action: 'continues without it: browsers do not return decrypted text',
  remedy: 'leave text unencrypted',
});

function textFinding({ kind, count }: TextRepair, name: string): Finding {
  const { weight, section, what, action } = MATTERS[kind];
  return { weight, where: `stream ${name}`, what: `${what} (${count})`, section, action };
}

function toEnd<T>(steps: Generator<void, T, void>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
