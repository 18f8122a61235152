import type { Stream } from '../manifest/presentation.ts';
import { isSameLanguage, languageName, languageTag } from './language.ts';

export type TextKind = 'captions' | 'subtitles' | 'descriptions' | 'forced';
export type EventKind = 'script' | 'chapters' | 'control' | 'data';

/** The purpose of a text stream. */
export type TextRole =
  /** `prior`: what the times of its documents count from until that is known. */
  | { readonly kind: 'cues'; readonly textKind: TextKind; readonly prior: 'relative' | 'absolute' }
  | { readonly kind: 'events'; readonly eventKind: EventKind; readonly scheme: string | undefined };

/** A text track, from any source. */
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

const TEXT_FOUR_CCS = new Set('TTML DFXP STPP IMSC WVTT'.split(' '));
const TEXT_KINDS: Readonly<Record<string, TextKind>> = {
  CAPT: 'captions',
  SUBT: 'subtitles',
  // For the hard of hearing. IIS Smooth Streaming, stream types and subtypes.
  DESC: 'captions',
};

/** `undefined` for audio and video streams. [MS-SSTR] 2.2.2.3, Subtype. */
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
    const prior = fourCCs.some((fourCC) => /^(?:STPP|IMSC)$/.test(fourCC)) ? 'absolute' : 'relative';
    return { kind: 'cues', textKind: textKind ?? 'subtitles', prior };
  }
  return events('data');
}

/** The scheme of a stream's messages according to its manifest, which is not always right. */
export function schemeOf({ levels, attributes }: Stream): string | undefined {
  const own = levels.flatMap(({ customAttributes }) => customAttributes);
  const found = own.find(({ name }) => /^schem[ae]$/i.test(name))?.value ?? attributes.get('Scheme');
  return found?.trim() || undefined;
}

/** The text tracks of a title's streams, with unique labels. `locale`: the language of labels. */
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

/** Words in names of streams that are meaningless to a viewer. */
const EMPTY_WORDS =
  /^(?:|text|textstream|stream|track|captions?|subtitles?|subs?|ttml|dfxp|stpp|wvtt|vtt|cc|capt|subt|\d+)$/i;

/** The stream's name if it says more than its language. */
function labelOf({ name }: Stream, language: string | undefined, locale: string): string {
  const says = name.split(/[\s_.,:()-]+/).filter((word) => !EMPTY_WORDS.test(word));
  const isMore = says.some((word) => !isSameLanguage(languageTag(word), language ?? languageTag(word)));
  if (isMore) return name;
  return language === undefined ? name : languageName(language, locale);
}

/** The text that is wanted. */
export interface TextWish {
  /** Languages in order of preference; empty: no text except forced text. */
  readonly languages: readonly string[];
  readonly kind?: TextKind | undefined;
  /** Of the audio: forced text is in this language. */
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
