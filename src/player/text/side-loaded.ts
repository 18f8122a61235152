import { inSlices } from '../../base/async.ts';
import { SmoothError } from '../../base/errors.ts';
import type { Stream } from '../../manifest/presentation.ts';
import { parseTextStreams } from '../../manifest/text-streams.ts';
import { appRequest } from '../../net/app-request.ts';
import { fetchWhole } from '../../net/fetch-whole.ts';
import { pageUrl } from '../../net/page-url.ts';
import { TEXT_LIMITS } from '../../text/cue.ts';
import { languageName, languageTag } from '../../text/language.ts';
import { fromSeconds, NO_TIME, nanoseconds } from '../../text/moment.ts';
import { readTextFile } from '../../text/plain/read-text-file.ts';
import type { TextKind, TextTrackInfo } from '../../text/text-streams.ts';
import { CueTimeline } from '../../text/times/cue-timeline.ts';
import { pictureOf } from './read-cues.ts';
import type { TextPorts } from './text-ports.ts';

/** Text that is added to a title. */
export interface TextSource {
  /** URL of the file; or its `text`. */
  readonly url?: string;
  readonly text?: string;
  /** Default `subtitles`. */
  readonly kind?: TextKind;
  /** BCP 47. */
  readonly language?: string;
  /** Default: the language's name. */
  readonly label?: string;
  /** Needed only if the file's format can't be detected. */
  readonly format?: 'vtt' | 'ttml' | 'srt';
  /** Seconds to add to its times; default 0. */
  readonly offset?: number;
}

/** The content of a file. */
export type SideLoaded =
  | { readonly kind: 'track'; readonly track: TextTrackInfo; readonly timeline: CueTimeline }
  /** A manifest with text streams to merge into the title. */
  | { readonly kind: 'streams'; readonly streams: readonly Stream[] };

/** Longer than any file's cues. */
const ALL = nanoseconds(10n ** 18n);

/** Fetches and parses a text file. Throws network errors, `option-invalid`, and `text-unavailable` if it isn't text. */
export async function loadText(
  source: TextSource,
  id: string,
  ports: TextPorts,
  signal: AbortSignal,
): Promise<SideLoaded> {
  const { presentation } = ports.title;
  const { kind = 'subtitles', format, offset = 0 } = source;
  if (!Number.isFinite(offset))
    throw new SmoothError('option-invalid', { option: 'offset', problem: 'must be a number of seconds' });
  const content = source.text ?? (await fetchFile(source.url, ports, signal));
  const picture = pictureOf(presentation);
  const file = await inSlices(readTextFile(content, { format, picture }), signal);
  if (file.kind === 'manifest') return { kind: 'streams', streams: parseTextStreams(file.text).streams };
  const name = source.url ?? 'text';
  if (file.kind === 'unreadable')
    throw new SmoothError('text-unavailable', {
      stream: name,
      problem: 'it is neither WebVTT, SubRip nor TTML',
    });
  for (const { kind: repair, count } of file.repairs) ports.repaired(`text-${repair}`, count);
  const timeline = new CueTimeline();
  timeline.add({ key: 'file', start: fromSeconds(offset), duration: ALL, origin: NO_TIME, zero: NO_TIME }, [
    { cues: file.cues, offset: NO_TIME, duration: ALL, isPlaced: true },
  ]);
  const language = languageTag(source.language);
  const isForced = kind === 'forced';
  const label = source.label || (language ? languageName(language) : id);
  return { kind: 'track', track: { id, kind, language, label, source: 'side-loaded', isForced }, timeline };
}

async function fetchFile(
  url: string | undefined,
  { title, settings }: TextPorts,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (url === undefined)
    throw new SmoothError('option-invalid', { option: 'url', problem: 'or text must be given' });
  const { network } = settings();
  const { bytes } = await fetchWhole(
    { ...appRequest(pageUrl(url), title.trust, network, 'text'), maxBytes: TEXT_LIMITS.fileBytes },
    signal,
  );
  return bytes;
}
