import { isSmoothError } from '../src/base/errors.ts';
import { redactText } from '../src/base/redact.ts';
import { ticks } from '../src/base/time.ts';
import { examineConfiguration } from '../src/doctor/examine-configuration.ts';
import { examineFragment, type FragmentFactsFound } from '../src/doctor/examine-fragment.ts';
import { examineManifest, nameLevel, unreadable } from '../src/doctor/examine-manifest.ts';
import { examineText, PACKED } from '../src/doctor/examine-text.ts';
import { examineTextStream, type TextStreamFacts } from '../src/doctor/examine-text-stream.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { playableLevels } from '../src/doctor/playable.ts';
import { summarise, type TitleSummary } from '../src/doctor/summary.ts';
import { isMain } from '../src/manifest/main-stream.ts';
import { readMended } from '../src/manifest/mend-manifest.ts';
import type { Chunk, Presentation, QualityLevel, Stream } from '../src/manifest/presentation.ts';
import { keyIdsOf } from '../src/manifest/protection.ts';
import { fragmentUrl } from '../src/timeline/fragment-url.ts';
import { timelineOf } from '../src/timeline/timeline.ts';
import { type Fetched, type Source, unpacked } from './fetched.ts';
import { type FetchedReport, mixedContent, reportOf, responseFindings, unavailable } from './responses.ts';

export interface FragmentReported {
  readonly where: string;
  readonly stream: string;
  readonly type: string;
  readonly facts: FragmentFactsFound | undefined;
  readonly ms: number;
}

export interface TitleReport {
  readonly title: TitleSummary | undefined;
  readonly live: LiveReport | undefined;
  readonly responses: readonly FetchedReport[];
  readonly fragments: readonly FragmentReported[];
  /** Streams of text and events. */
  readonly text: readonly TextStreamFacts[];
  readonly findings: readonly Finding[];
  readonly needs: readonly string[];
}

/** The current state of a live title. */
export interface LiveReport {
  /** Seconds of the window, and seconds that each fragment announces ahead. */
  readonly window: number;
  readonly lookAhead: number;
  /** Seconds from the newest chunk's end to now; `undefined` if times are not wall clock times. */
  readonly latencyAtEdge: number | undefined;
}

export interface HowToInspect {
  readonly all: boolean;
  readonly pageOrigin: string;
  /** Called with each fragment's bytes. */
  readonly seen: (where: string, bytes: Uint8Array) => void;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const NOT_AT_HAND: Finding = {
  weight: 'note',
  where: 'fragments',
  what: 'they are not available, and were not examined',
  section: 'MS-SSTR 2.2.3',
  action: "fetches them from the title's server",
  remedy: 'specify its URL, or put the .ism and its .ismv files beside the manifest',
};

/** Examines a title's manifest, and a fragment of each stream. */
export async function inspectTitle(source: Source, how: HowToInspect): Promise<TitleReport> {
  const { manifest } = source;
  const responses = [reportOf('manifest', manifest)];
  const presentation = readManifest(manifest);
  const isLive = 'streams' in presentation && presentation.isLive;
  const findings: Finding[] = [
    ...responseFindings('manifest', 'manifest', isLive, manifest, how.pageOrigin),
    ...('streams' in presentation && manifest.bytes ? examineText(manifest.bytes) : []),
  ];
  if (!('streams' in presentation)) {
    return {
      title: undefined,
      live: undefined,
      responses,
      fragments: [],
      text: [],
      findings: [...findings, ...presentation.failure],
      needs: [],
    };
  }
  const inspected = await inspectPresentation(source, presentation, how);
  return {
    ...inspected,
    responses: [...responses, ...inspected.responses],
    findings: onceEach([...findings, ...inspected.findings]),
  };
}

/** Examines a manifest, and a fragment of each of its streams. */
export async function inspectPresentation(
  source: Source,
  presentation: Presentation,
  how: HowToInspect,
): Promise<TitleReport> {
  const responses: FetchedReport[] = [];
  const findings = [...mixedContent(source, how.pageOrigin), ...examineManifest(presentation)];
  if (!source.hasFragments) findings.push(NOT_AT_HAND);
  const streams = source.hasFragments ? presentation.streams : [];
  const wanted = streams.flatMap((stream) => fragmentsOf(stream, presentation, how.all));
  const fragments: ExaminedFragment[] = [];
  const texts = new Map<Stream, { chunk: Chunk; bytes: Uint8Array }[]>();
  const seen = (one: FragmentToInspect) => (where: string, bytes: Uint8Array) => {
    how.seen(where, bytes);
    if (one.stream.type !== 'text') return;
    texts.set(one.stream, [...(texts.get(one.stream) ?? []), { chunk: one.chunk, bytes }]);
  };
  for (const one of wanted) {
    const { report, response } = await inspectFragment(source, presentation, one, {
      ...how,
      seen: seen(one),
    });
    fragments.push(report);
    if (response) responses.push(response);
    const leads = report.facts && !report.facts.isEncrypted && presentation.protection.length > 0 && !how.all;
    const last = leads ? one.stream.chunks.at(one.stream.chunks.length - 1) : undefined;
    if (last && last.index !== one.chunk.index) {
      const later = await inspectFragment(source, presentation, { ...one, chunk: last }, how);
      fragments.push(later.report);
    }
  }
  if (!presentation.isLive && !how.all)
    fragments.push(...(await oddOnes(source, presentation, wanted, fragments, how)));
  findings.push(...weighed(fragments));
  const text = presentation.streams.flatMap(
    (stream) => examineTextStream(stream, presentation, texts.get(stream) ?? []) ?? [],
  );
  findings.push(...text.flatMap((examined) => examined.findings));
  return {
    title: summarise(presentation),
    live: presentation.isLive ? liveReport(presentation, how.now) : undefined,
    responses,
    fragments: fragments.map(({ findings: _, ...report }) => report),
    text: text.map(({ facts }) => facts),
    findings: onceEach(findings),
    needs: needsOf(presentation, fragments),
  };
}

export function readManifest({
  bytes,
  steps,
  problem,
}: Fetched): Presentation | { readonly failure: readonly Finding[] } {
  if (!bytes) {
    if (!problem) return { failure: [] };
    return { failure: [unavailable('manifest', problem, 'MS-SSTR 2.2.1')] };
  }
  try {
    return readMended(bytes, steps.at(-1)?.url);
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return { failure: [unreadable(error)] };
  }
}

type ExaminedFragment = FragmentReported & { readonly findings: readonly Finding[] };

interface FragmentToInspect {
  readonly stream: Stream;
  readonly level: QualityLevel;
  readonly chunk: Chunk;
}

/** How many fragments of a stream are examined besides the first, spread over the title. */
const SPREAD = 3;

/** Later fragments with findings that no earlier one had: a title may be faulty only after its beginning. */
async function oddOnes(
  source: Source,
  presentation: Presentation,
  wanted: readonly FragmentToInspect[],
  known: readonly ExaminedFragment[],
  how: HowToInspect,
): Promise<ExaminedFragment[]> {
  const reported = new Set(
    known.flatMap((fragment) => fragment.findings.map((finding) => kindOf(fragment, finding))),
  );
  const odd: ExaminedFragment[] = [];
  for (const one of wanted) {
    for (const chunk of spreadOver(one.stream)) {
      const { report } = await inspectFragment(source, presentation, { ...one, chunk }, how);
      const news = report.findings.filter((finding) => !reported.has(kindOf(report, finding)));
      for (const finding of news) reported.add(kindOf(report, finding));
      if (news.length > 0) odd.push({ ...report, findings: news });
    }
  }
  return odd;
}

function spreadOver({ type, chunks }: Stream): Chunk[] {
  const last = chunks.length - 1;
  if (type === 'text' || last < 1) return [];
  const indexes = Array.from({ length: SPREAD }, (_, i) => Math.round((last * (i + 1)) / SPREAD));
  return [...new Set(indexes)].flatMap((index) => (index > 0 ? (chunks.at(index) ?? []) : []));
}

/** The same finding in several fragments of a stream differs only in the number of samples. */
const kindOf = ({ stream }: ExaminedFragment, { what }: Finding): string =>
  `${stream} ${what.replace(/\d[\d.]*/g, '#')}`;

/** One fragment, or one of each level: the first; for live titles, one that is certainly available. */
function fragmentsOf(stream: Stream, { isLive, lookAhead }: Presentation, all: boolean): FragmentToInspect[] {
  const { chunks, levels, urlTemplate, embedded } = stream;
  const chunk = chunks.at(isLive ? Math.max(0, chunks.length - 1 - Math.max(2, lookAhead)) : 0);
  if (!chunk || urlTemplate === undefined || embedded) return [];
  const usable = stream.type === 'text' ? levels : playableLevels(stream);
  const first = (all ? usable : usable.slice(0, 1)).map((level) => ({ stream, level, chunk }));
  // Only fragments after the first show what the times of text count from.
  const [level] = stream.type === 'text' && !isLive ? usable : [];
  return [...first, ...(level ? someBehind(chunks).map((later) => ({ stream, level, chunk: later })) : [])];
}

/** The next few, where text often begins, one in the middle and one near the end. */
function someBehind(chunks: Stream['chunks']): Chunk[] {
  const places = [1, 2, 3, Math.floor(chunks.length / 2), chunks.length - 2].filter((index) => index > 0);
  return [...new Set(places)].flatMap((index) => chunks.at(index) ?? []);
}

async function inspectFragment(
  source: Source,
  presentation: Presentation,
  { stream, level, chunk }: FragmentToInspect,
  how: HowToInspect,
): Promise<{
  report: ExaminedFragment;
  response: FetchedReport | undefined;
}> {
  const { isLive } = presentation;
  const at = timelineOf(stream, presentation).startOf(chunk);
  const where = `${nameLevel(stream, level)}, ${at.toFixed(3)} s`;
  const facts = { where, stream: stream.name, type: stream.type };
  let url: string;
  try {
    url = fragmentUrl(source.url, stream, level, chunk.start);
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    const what = redactText(error.message.replace(`${error.code}: `, ''));
    const finding: Finding = {
      weight: 'fatal',
      where,
      what,
      section: 'MS-SSTR 2.2.3',
      action: 'rejects it',
      remedy: 'correct the Url in the manifest',
    };
    return { report: { ...facts, facts: undefined, ms: 0, findings: [finding] }, response: undefined };
  }
  const received = await source.fetch(url);
  const fetched = await unpacked(received);
  const findings = [...responseFindings(where, 'fragment', isLive, fetched, how.pageOrigin)];
  if (fetched !== received) findings.push({ ...PACKED, where });
  const { bytes, problem } = fetched;
  if (problem) findings.push(unavailable(where, problem, 'MS-SSTR 2.2.3'));
  if (bytes) how.seen(where, bytes);
  const keyIds = keyIdsOf(presentation.protection);
  const examined =
    bytes && stream.type !== 'text'
      ? examineFragment(bytes, { stream, level, chunk, isLive, keyIds }, where)
      : undefined;
  const configuration =
    bytes && examined?.facts ? examineConfiguration(bytes, { stream, level, chunk }, where) : [];
  return {
    report: {
      ...facts,
      facts: examined?.facts,
      ms: fetched.ms,
      findings: [...findings, ...(examined?.findings ?? []), ...configuration],
    },
    response: fetched.steps.length > 0 ? reportOf(where, fetched) : undefined,
  };
}

/** A failure is fatal if no other fragment of its kind was available. */
function weighed(fragments: readonly ExaminedFragment[]): Finding[] {
  const isFine = ({ findings }: { readonly findings: readonly Finding[] }) =>
    !findings.some(({ weight }) => weight === 'fatal');
  return fragments.flatMap((fragment) => {
    const isSpared =
      fragment.type === 'text' || fragments.some((other) => other.type === fragment.type && isFine(other));
    return fragment.findings.map((finding) =>
      finding.weight === 'fatal' && isSpared ? { ...finding, weight: 'left-out' as const } : finding,
    );
  });
}

/** Removes duplicates from the findings of several fragments. */
export function onceEach(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ weight, where, what }) => {
    const key = `${weight} ${where} ${what}`;
    return !seen.has(key) && seen.add(key);
  });
}

function needsOf(presentation: Presentation, fragments: readonly FragmentReported[]): string[] {
  const isEncrypted = fragments.some(({ facts }) => facts?.isEncrypted) || presentation.protection.length > 0;
  const video = presentation.streams
    .filter((stream) => stream.type === 'video' && isMain(stream))
    .flatMap(({ levels }) => levels);
  const onlyHevc = video.length > 0 && video.every(({ codec }) => /^h(?:vc|ev)1/.test(codec ?? ''));
  const onlyVision = video.length > 0 && video.every(({ codec }) => /^dv/.test(codec ?? ''));
  const audio = presentation.streams.filter(({ type }) => type === 'audio').flatMap(({ levels }) => levels);
  const onlyDolby = audio.length > 0 && audio.every(({ codec }) => /^e?a?c-[34]/.test(codec ?? ''));
  return [
    ...(isEncrypted ? ['a licence for its keys'] : []),
    ...(onlyHevc ? ['a browser that decodes HEVC'] : []),
    ...(onlyVision ? ['a browser that decodes Dolby Vision'] : []),
    ...(onlyDolby ? ['a browser that decodes Dolby audio'] : []),
  ];
}

/** Encoder clocks count from 1970, or from year 1. */
const EPOCHS = [0, -62_135_596_800];
const A_DAY = 86_400;

function liveReport(presentation: Presentation, now: number): LiveReport {
  const media = presentation.streams.filter(isMain);
  if (media.length === 0) return { window: 0, lookAhead: presentation.lookAhead, latencyAtEdge: undefined };
  const spans = media.map((stream) => {
    const timeline = timelineOf(stream, presentation);
    const first = stream.chunks.at(0);
    return { start: first ? timeline.startOf(first) : 0, end: timeline.duration };
  });
  const [start, end] = [
    Math.max(...spans.map((span) => span.start)),
    Math.min(...spans.map((span) => span.end)),
  ];
  const edges = media.map(({ chunks, timescale }) => Number((ticks(chunks.end) * 1000n) / timescale) / 1000);
  const edge = Math.min(...edges);
  const latencies = EPOCHS.map((epoch) => now / 1000 - (edge + epoch));
  const latency = latencies.find((seconds) => Math.abs(seconds) < A_DAY);
  return { window: Math.max(0, end - start), lookAhead: presentation.lookAhead, latencyAtEdge: latency };
}
