import type { Stream } from '../manifest/presentation.ts';
import { isSameLanguage, languageName, languageTag } from './language.ts';

export type TextKind = 'captions' | 'subtitles' | 'descriptions' | 'forced';
export type EventKind = 'script' | 'chapters' | 'control' | 'data';

/** What a text stream is for. */
export type TextRole =
  /** `prior`: what the times of its documents count from until that is known. */
  | { readonly kind: 'cues'; readonly textKind: TextKind; readonly prior: 'relative' | 'absolute' }
  | { readonly kind: 'events'; readonly eventKind: EventKind; readonly scheme: string | undefined };

/** A track of text to read, wherever it comes from. */
export interface TextTrackInfo {
  readonly id: string;
  readonly kind: TextKind;
  /** BCP 47. */
  readonly language: string | undefined;
  readonly label: string;
  readonly source: 'stream' | 'in-band' | 'side-loaded';
  readonly isForced: boolean;
  readonly stream?: Stream;
}

const TEXT_FOUR_CCS = new Set('TTML DFXP STPP WVTT'.split(' '));
const TEXT_KINDS: Readonly<Record<string, TextKind>> = {
  CAPT: 'captions',
  SUBT: 'subtitles',
  // For the hard of hearing. IIS Smooth Streaming, stream types and subtypes.
  DESC: 'captions',
};

/** `undefined` for streams of sound and picture. [MS-SSTR] 2.2.2.3, Subtype. */
export function roleOf(stream: Stream): TextRole | undefined {
  if (stream.type !== 'text') return undefined;
  const subtype = stream.subtype?.toUpperCase() ?? '';
  const scheme = schemeOf(stream);
  const events = (eventKind: EventKind): TextRole => ({ kind: 'events', eventKind, scheme });
  if (/^CHAP/.test(subtype) || /^(?:markers|chapters)$/i.test(stream.name)) return events('chapters');
  if (subtype === 'SCMD') return events('script');
  if (subtype === 'CTRL') return events('control');
  if (/^urn:scte:/i.test(scheme ?? '')) return events('data');
  const fourCCs = stream.levels.map(({ fourCC }) => fourCC.toUpperCase());
  const isText = fourCCs.some((fourCC) => TEXT_FOUR_CCS.has(fourCC));
  const textKind = TEXT_KINDS[subtype] ?? (isText && subtype === '' ? 'subtitles' : undefined);
  const hasCommands = stream.embedded?.some(({ kind }) => kind === 'command') ?? false;
  const isSparse = stream.parent !== undefined || stream.embedded !== undefined || scheme !== undefined;
  if (hasCommands) return events('script');
  if (textKind || (!isSparse && subtype !== 'DATA' && subtype !== 'ADVT')) {
    const prior = fourCCs.includes('STPP') ? 'absolute' : 'relative';
    return { kind: 'cues', textKind: textKind ?? 'subtitles', prior };
  }
  return events('data');
}

/** What the messages of a stream are, as its manifest has it, which is not always true. */
export function schemeOf({ levels, attributes }: Stream): string | undefined {
  const own = levels.flatMap(({ customAttributes }) => customAttributes);
  const found = own.find(({ name }) => /^schem[ae]$/i.test(name))?.value ?? attributes.get('Scheme');
  return found?.trim() || undefined;
}

/** The tracks of text that a title's streams are, named apart. `locale`: what language labels are in. */
export function textTracksOf(streams: readonly Stream[], locale = 'en'): TextTrackInfo[] {
  const tracks = streams.flatMap((stream): TextTrackInfo[] => {
    const role = roleOf(stream);
    if (role?.kind !== 'cues') return [];
    const language = languageTag(stream.language);
    const isForced = /(?:^|[^a-z])forced(?:[^a-z]|$)/i.test(stream.name);
    return [
      {
        id: stream.name,
        kind: isForced ? 'forced' : role.textKind,
        language,
        label: labelOf(stream, language, locale),
        source: 'stream',
        isForced,
        stream,
      },
    ];
  });
  return labelledApart(tracks);
}

/** Equal labels get a number. */
export function labelledApart(tracks: readonly TextTrackInfo[]): TextTrackInfo[] {
  const counts = new Map<string, number>();
  return tracks.map((track) => {
    const count = (counts.get(track.label) ?? 0) + 1;
    counts.set(track.label, count);
    return count === 1 ? track : { ...track, label: `${track.label} ${count}` };
  });
}

/** Words in names of streams that tell a viewer nothing. */
const EMPTY_WORDS =
  /^(?:|text|textstream|stream|track|captions?|subtitles?|subs?|ttml|dfxp|stpp|wvtt|vtt|cc|capt|subt|\d+)$/i;

/** The stream's name where it says more than its language does. */
function labelOf({ name }: Stream, language: string | undefined, locale: string): string {
  const says = name.split(/[\s_.,:()-]+/).filter((word) => !EMPTY_WORDS.test(word));
  const isMore = says.some((word) => !isSameLanguage(languageTag(word), language ?? languageTag(word)));
  if (isMore) return name;
  return language === undefined ? name : languageName(language, locale);
}

/** What somebody wants to read. */
export interface TextWish {
  /** Languages in the order of preference; empty: no text is wanted but what the picture can't do without. */
  readonly languages: readonly string[];
  readonly kind?: TextKind | undefined;
  /** The sound's: forced text is in it. */
  readonly audioLanguage?: string | undefined;
}

/** The track to show; `undefined`: none. */
export function chooseTextTrack(
  tracks: readonly TextTrackInfo[],
  { languages, kind, audioLanguage }: TextWish,
): TextTrackInfo | undefined {
  for (const wanted of languages.map(languageTag)) {
    const exact = tracks.filter(
      (track) => !track.isForced && track.language === wanted && wanted !== undefined,
    );
    const near = tracks.filter((track) => !track.isForced && isSameLanguage(track.language, wanted));
    const found = [...exact, ...near];
    const best = found.find((track) => track.kind === kind) ?? found[0];
    if (best) return best;
  }
  return tracks.find((track) => track.isForced && isSameLanguage(track.language, languageTag(audioLanguage)));
}
