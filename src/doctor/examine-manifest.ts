import { ERROR_HINTS } from '../base/error-hints.ts';
import { isSmoothError, type SmoothError } from '../base/errors.ts';
import { redactText } from '../base/redact.ts';
import { isFilmStrip, isMain } from '../manifest/main-stream.ts';
import type { Presentation, QualityLevel, Stream } from '../manifest/presentation.ts';
import { SEGMENT_ENCRYPTION, unsupportedScheme } from '../manifest/protection.ts';
import { hasStartTime } from '../timeline/fragment-url.ts';
import { codecFamily } from '../transmux/codec.ts';
import { lacksConfiguration } from '../transmux/configuration.ts';
import type { Finding, Weight } from './finding.ts';
import { initProblem, messageOf, nameOfCodec, playableLevels, whyUnplayable } from './playable.ts';
import { type StreamSummary, summarise, type TitleSummary } from './summary.ts';

/** Faults and anomalies of a manifest that could be parsed. */
export function examineManifest(presentation: Presentation): readonly Finding[] {
  const summary = summarise(presentation);
  return [
    ...presentation.warnings.map(fromWarning),
    ...examineScheme(presentation),
    ...examineProtection(summary),
    ...examineStarts(summary),
    ...summary.streams.flatMap(examineTimeline),
    ...presentation.streams.flatMap((stream) => [
      ...examineTemplate(stream, presentation.isLive),
      ...examineName(stream, presentation),
      ...examineLevels(stream),
    ]),
    ...examineWhole(presentation),
  ];
}

/** A manifest that could not be parsed at all. */
export function unreadable(error: SmoothError): Finding {
  const section = error.code === 'manifest-foreign' ? 'MS-SSTR 2.2.1' : 'MS-SSTR 2.2.2';
  const action = `rejects the title with ${error.code}`;
  return {
    weight: 'fatal',
    where: 'manifest',
    what: messageOf(error),
    section,
    action,
    remedy: ERROR_HINTS[error.code],
  };
}

/** The section of the protocol about the element of a path such as `StreamIndex[2]/QualityLevel[0]`. */
function sectionOf(path: string): string {
  if (/\/c$/.test(path)) return 'MS-SSTR 2.2.2.6';
  if (/QualityLevel/.test(path)) return 'MS-SSTR 2.2.2.5';
  if (/Protection/.test(path)) return 'MS-SSTR 2.2.2.2';
  if (/StreamIndex/.test(path)) return 'MS-SSTR 2.2.2.3';
  return 'MS-SSTR 2.2.2.1';
}

function fromWarning(warning: SmoothError): Finding {
  if (isSmoothError(warning, 'manifest-part-left-out')) {
    const { path, problem } = warning.details;
    return finding('left-out', path, problem, sectionOf(path), 'ignores it; the rest plays');
  }
  if (isSmoothError(warning, 'manifest-mended')) {
    const { path, problem } = warning.details;
    return finding('mended', path, problem, sectionOf(path), 'uses what it found');
  }
  return finding('mended', 'manifest', messageOf(warning), 'MS-SSTR 2.2.2', 'continues');
}

const finding = (weight: Weight, where: string, what: string, section: string, action: string): Finding => ({
  weight,
  where,
  what: redactText(what),
  section,
  action,
});

function examineScheme({ protection }: Presentation): Finding[] {
  const scheme = unsupportedScheme(protection);
  if (scheme === undefined) return [];
  const isEnvelope = protection.some(({ systemId }) => systemId === SEGMENT_ENCRYPTION);
  const what = `encrypted with ${scheme}, which no browser decrypts`;
  const section = isEnvelope ? 'ISO/IEC 23009-4' : 'PlayReady Header Specification';
  const action = 'rejects the title with drm-scheme-unsupported';
  const remedy = 'encrypt with PlayReady or Common Encryption in AES-CTR mode instead';
  return [{ ...finding('fatal', 'Protection', what, section, action), remedy }];
}

function examineProtection({ protection }: TitleSummary): Finding[] {
  const section = 'PlayReady Header Specification';
  return protection.flatMap(({ system, systemId, problem, keyIds, version }, position) => {
    const where = `Protection/ProtectionHeader[${position}]`;
    if (systemId === SEGMENT_ENCRYPTION) return [];
    if (problem !== undefined)
      return finding(
        'note',
        where,
        `its header cannot be parsed: ${problem}`,
        section,
        'passes it to the key system unchanged',
      );
    if (keyIds.length > 0) return [];
    const of = version === undefined ? system : `${system} ${version}`;
    return finding(
      'note',
      where,
      `${of} contains no key id`,
      section,
      'uses key ids from fragments or from the drm option',
    );
  });
}

/** A distance of stream starts above this many seconds is reported. */
const APART = 0.1;

function examineStarts({ streams, isLive }: TitleSummary): Finding[] {
  const media = streams.filter(
    ({ type, parent, chunks }) => type !== 'text' && parent === undefined && chunks.count > 0,
  );
  const starts = media.map(({ chunks }) => chunks.start);
  const apart = Math.max(...starts) - Math.min(...starts);
  if (isLive || !(apart > APART)) return [];
  const what = `streams begin ${apart.toFixed(3)} s apart`;
  return [finding('note', 'timeline', what, 'MS-SSTR 3.1.5.1', 'starts with the video')];
}

function examineTimeline({ name, chunks, parent, type }: StreamSummary): Finding[] {
  const section = 'MS-SSTR 2.2.2.6';
  const found: Finding[] = [];
  const isSparse = parent !== undefined || type === 'text';
  if (chunks.gapCount > 0 && !isSparse) {
    const list = chunks.gaps
      .slice(0, 3)
      .map(({ at, length }) => `${length.toFixed(3)} s at ${at.toFixed(3)} s`);
    const more = chunks.gapCount > list.length ? ', …' : '';
    const what = `${counted(chunks.gapCount, 'gap')}: ${list.join(', ')}${more}`;
    const isLong = chunks.gaps.some(({ length }) => length > APART);
    found.push(
      finding(
        isLong ? 'mended' : 'note',
        `stream ${name}`,
        what,
        section,
        'jumps over gaps longer than 0.1 s',
      ),
    );
  }
  if (chunks.overlapCount > 0) {
    const what = `${counted(chunks.overlapCount, 'chunk')} begin before the previous one has ended`;
    found.push(finding('note', `stream ${name}`, what, section, 'lets the later chunk replace the overlap'));
  }
  if (chunks.count === 0) {
    found.push(
      finding('note', `stream ${name}`, 'it has no chunks', section, 'ignores it until there is one'),
    );
  }
  return found;
}

/** As the protocol spells them, and in other spellings. */
const PLACEHOLDERS = /\{(?:[bB]itrate|start[ _]time|CustomAttributes)\}/g;
const ODD_PLACEHOLDER = /(?:\{|%7B)(?:\s|%20)*(?:bitrate|start|CustomAttributes)/i;

function examineTemplate(
  { urlTemplate, name, levels, chunks, embedded }: Stream,
  isLive: boolean,
): Finding[] {
  if (urlTemplate === undefined || embedded) return [];
  const where = `stream ${name}, Url`;
  const section = 'MS-SSTR 2.2.2.3';
  const found: Finding[] = [];
  const note = (what: string, action: string, weight: Weight = 'note') =>
    found.push(finding(weight, where, what, section, action));
  const holds = (placeholder: RegExp) => placeholder.test(urlTemplate);
  if ((isLive || chunks.length > 1) && !hasStartTime(urlTemplate))
    note(
      'it has no {start time}: all chunks have the same URL',
      'plays the same fragment again and again',
      'fatal',
    );
  if (levels.length > 1 && !holds(/bitrate/i) && !holds(/CustomAttributes/i))
    note(
      'it has no {bitrate}, though there are several levels: all have the same URL',
      'requests the same fragments at each level',
    );
  if (ODD_PLACEHOLDER.test(urlTemplate.replace(PLACEHOLDERS, '')))
    note('its placeholders have a non-standard spelling', 'accepts all spellings');
  if (holds(/^[a-z][a-z\d+.-]*:|^\/\//i))
    note('its URL is absolute', 'requests fragments there; CORS must allow it');
  if (holds(/\?/)) note('it has its own query', 'sends it unchanged');
  return found;
}

/** The parser numbers streams of one name. Camera angles are named after themselves. */
function examineName({ name, attributes, type }: Stream, { streams }: Presentation): Finding[] {
  const written = attributes.get('Name')?.trim() || type;
  const isNumbered = name.startsWith(`${written}_`) && /^\d+$/.test(name.slice(written.length + 1));
  const isTwin = (other: Stream) => other.name === written && other.attributes !== attributes;
  if (!isNumbered || !streams.some(isTwin)) return [];
  const what = `the name "${written}" is used twice; this stream is called "${name}" here`;
  return [
    finding('mended', `stream ${name}`, what, 'MS-SSTR 2.2.2.3', 'identifies streams by their position'),
  ];
}

function examineLevels(stream: Stream): Finding[] {
  const section = 'MS-SSTR 2.2.2.5';
  if (!isMain(stream)) return examineAside(stream);
  const found: Finding[] = [];
  const addresses = new Set<string>();
  const hasAttributes = /CustomAttributes/i.test(stream.urlTemplate ?? '');
  const isLacking = lacksConfiguration(stream);
  const problems = stream.levels.map((level) => whyUnplayable(stream, level));
  const areAlike = new Set(problems).size === 1;
  for (const [i, level] of stream.levels.entries()) {
    const where = nameLevel(stream, level);
    const isTold = isLacking && codecFamily(level) !== undefined;
    const problem = isTold ? undefined : problems[i];
    const isFirst = level === stream.levels[0];
    if (problem && !areAlike)
      found.push(finding('left-out', where, problem, section, 'uses the other levels'));
    else if (problem && isFirst)
      found.push(finding('left-out', `stream ${stream.name}`, problem, section, 'ignores the stream'));
    if (isTold) {
      const what = initProblem(stream, level) ?? '';
      found.push(finding('mended', where, what, section, 'reads the configuration from its fragments'));
    }
    const attributes = level.customAttributes.map(({ name, value }) => `${name}=${value}`).join(',');
    const address = `${level.bitrate},${hasAttributes ? attributes : ''}`;
    if (addresses.has(address))
      found.push(
        finding(
          'note',
          where,
          'another level has the same URL',
          section,
          'offers both; they fetch the same media',
        ),
      );
    addresses.add(address);
  }
  return found;
}

/** Streams other than audio and video. */
function examineAside(stream: Stream): Finding[] {
  const { type, name, chunks, subtype, parent, embedded } = stream;
  if (chunks.length === 0 && !embedded) return [];
  const where = `stream ${name}`;
  const section = 'MS-SSTR 2.2.2.3';
  const kind = [type, subtype, parent && `beside ${parent}`].filter(Boolean).join(', ');
  const inside = embedded ? ', in the manifest itself' : '';
  const what = isFilmStrip(stream)
    ? 'shows its pictures on the seek bar'
    : 'ignores it: it plays audio and video';
  return [finding('note', where, `${kind}${inside}`, section, what)];
}

export const nameLevel = (
  { name }: Pick<Stream, 'name'>,
  { bitrate }: Pick<QualityLevel, 'bitrate'>,
): string => `stream ${name} at ${Math.round(bitrate / 1000)} kbit/s`;

/** As the player does: an unplayable video stream is not ignored, and something has to play. */
function examineWhole({ streams, isLive }: Presentation): Finding[] {
  if (!streams.some(isMain)) {
    const what = isLive
      ? 'no audio or video stream has a chunk: the event has not begun, or its encoder is not connected'
      : 'there are only streams that accompany others (ParentStreamIndex, Subtype)';
    const action = 'rejects the title with manifest-without-media';
    return [finding('fatal', 'streams', what, 'MS-SSTR 2.2.2.3', action)];
  }
  const section = 'MS-SSTR 2.2.2.5';
  const undecodable = (['video', 'audio'] as const).flatMap((type) => {
    const wanted = streams.filter((stream) => stream.type === type && isMain(stream));
    const hasAny = wanted.some((stream) => playableLevels(stream).length > 0);
    if (wanted.length === 0 || hasAny) return [];
    const codecs = new Set(
      wanted.flatMap(({ levels }) => levels.map(({ fourCC, codec }) => nameOfCodec(fourCC, codec))),
    );
    return { type, codecs: [...codecs].join(', ') };
  });
  const hasOther = (type: string) => streams.some((stream) => isMain(stream) && stream.type !== type);
  return undecodable.map(({ type, codecs }) => {
    const isFatal = type === 'video' || !hasOther(type) || undecodable.length === 2;
    const action = isFatal ? 'rejects the title with codec-unsupported' : 'plays the video without audio';
    const weight = isFatal ? 'fatal' : 'left-out';
    const remedy = isFatal ? 're-encode it as H.264 and AAC' : 're-encode the audio as AAC';
    return { ...finding(weight, `${type} streams`, `no browser plays ${codecs}`, section, action), remedy };
  });
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
