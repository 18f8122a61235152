import { inSlices } from '../../base/async.ts';
import { isSmoothError, SmoothError } from '../../base/errors.ts';
import { rescale, type Ticks, type Timescale, ticks, toSeconds } from '../../base/time.ts';
import { type Clip, type Composite, inClip, problemOf, readComposite } from '../../manifest/composite.ts';
import type { Presentation, Stream } from '../../manifest/presentation.ts';
import { keyIdsOf } from '../../manifest/protection.ts';
import { isTypeSupported } from '../../mse/media-source.ts';
import { type ClipBounds, clipBounds } from '../../timeline/clip-bounds.ts';
import { manifestUrl } from '../../timeline/fragment-url.ts';
import {
  type JoinedStream,
  joinParts,
  levelFor,
  makeRoomForLeads,
  type Part,
} from '../../timeline/joined-stream.ts';
import type { EncryptionReader } from '../../transmux/encryption.ts';
import { encryptionReader } from '../../transmux/read-encryption.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { Settings } from '../options.ts';
import { type PlayableStream, type PlayableStreams, selectStreams } from '../select-streams.ts';
import { beginAt } from './begin-at.ts';
import { clipTitles, configured } from './clip-manifests.ts';
import { joinText } from './composite-text.ts';
import { editOf, keepWithin } from './edit-clip.ts';
import type { Title, TitleSource } from './title.ts';

/** A clip that can be played here. */
interface ReadyClip {
  readonly clip: Clip;
  /** URL of its title's manifest, and the same after redirects. */
  readonly requestUrl: string;
  readonly url: string;
  readonly protection: Presentation['protection'];
  /** With the clip's own keys; `undefined` if it names none. */
  readonly readEncryption: EncryptionReader | undefined;
  readonly streams: PlayableStreams;
  readonly text: readonly Stream[];
}

/** A stream of the title, and its parts. */
interface TitleStream extends JoinedStream {
  readonly stream: Stream;
  /** In the order of the parts. */
  readonly clips: ReadonlyMap<Part, ReadyClip>;
}

type Kind = 'video' | 'audio';

/** Rounding must not cost a clip its first or last picture. In seconds. */
const SPARE = 0.001;

/**
 * The title of a composite manifest: its clips joined without a gap. What can't be played is ignored clip by clip, with
 * a warning. Loaded for such manifests only.
 */
export async function loadComposite(
  text: string,
  bare: TitleSource,
  settings: Settings,
  signal: AbortSignal,
): Promise<Title> {
  return joinComposite(await inSlices(readComposite(text), signal), bare, settings, signal);
}

/** The same, of clips that were read. */
export async function joinComposite(
  composite: Composite,
  bare: TitleSource,
  settings: Settings,
  signal: AbortSignal,
): Promise<Title> {
  const warnings = [...composite.warnings];
  const failures: SmoothError[] = [];
  const leaveOut = ({ path }: Clip, problem: string) => {
    warnings.push(new SmoothError('manifest-part-left-out', { path, problem }));
  };
  const titleAt = clipTitles(bare, settings, signal);
  const ready = await Promise.all(
    composite.clips.map(async (clip) => {
      try {
        return await makeReady(clip, bare, titleAt, settings, warnings, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!isSmoothError(error)) throw error;
        failures.push(error);
        leaveOut(clip, problemOf(error));
        return [];
      }
    }),
  );
  const clips = ready.flat();
  const title = joinClips(clips, composite, leaveOut);
  if (title) return { ...bare, ...title, presentation: { ...title.presentation, warnings } };
  throw failures[0] ?? nothingLeft(warnings);
}

function nothingLeft(warnings: readonly SmoothError[]): SmoothError {
  return new SmoothError('manifest-without-media', {
    reasons: warnings.slice(0, 10).map(({ message }) => message),
  });
}

/** Reads what the clip doesn't specify itself, and determines which parts can be played. */
async function makeReady(
  clip: Clip,
  bare: TitleSource,
  titleAt: (url: string) => Promise<Title>,
  settings: Settings,
  warnings: SmoothError[],
  signal: AbortSignal,
): Promise<ReadyClip> {
  const requestUrl = clipUrl(clip, bare.url);
  const own = clip.presentation && { ...bare, url: requestUrl, presentation: clip.presentation };
  const { url, presentation } = await (own ? configured(own, settings, signal) : titleAt(requestUrl));
  const streams = selectStreams(presentation, isTypeSupported);
  const known = new Set(clip.presentation?.warnings);
  for (const warning of [...presentation.warnings, ...streams.warnings]) {
    if (!known.has(warning)) warnings.push(inClip(warning, clip.path));
  }
  const { protection } = presentation;
  const keyIds = keyIdsOf(protection);
  const readEncryption = keyIds.length > 0 ? encryptionReader(keyIds) : undefined;
  const text = presentation.streams.filter(({ type }) => type === 'text');
  return { clip, requestUrl, url, protection, readEncryption, streams, text };
}

/** URL of the manifest that the clip comes from. */
function clipUrl({ url }: Clip, from: string): string {
  const full = manifestUrl(url, from);
  if (from.startsWith('https:') && full.startsWith('http:')) {
    throw new SmoothError('source-invalid', { url: full, problem: 'downgrades https to http' });
  }
  return full;
}

/** The streams are those of the clip with the most streams and, among equals, the most levels. */
function joinClips(
  ready: readonly ReadyClip[],
  { timescale }: Composite,
  leaveOut: (clip: Clip, problem: string) => void,
): Omit<Title, keyof TitleSource> | undefined {
  const richness = ({ streams: { video, audio } }: ReadyClip) =>
    1e6 * (Number(video.length > 0) + Number(audio.length > 0)) +
    1e3 * (video[0]?.levels.length ?? 0) +
    (audio[0]?.levels.length ?? 0);
  const [model] = ready.toSorted((a, b) => richness(b) - richness(a));
  if (!model) return undefined;
  const bounded = boundClips(ready, model, timescale, leaveOut);
  const end = bounded.reduce((sum, { bounds }) => sum + bounds.end - bounds.begin, 0n);

  const joined = new Map<string, TitleStream>();
  for (const kind of ['video', 'audio'] as const) {
    for (const [rank, playable] of model.streams[kind].entries()) {
      const stream = joinStream(playable, rank, bounded, timescale);
      if (stream) joined.set(stream.stream.name, stream);
    }
  }
  if (joined.size === 0) return undefined;
  const texts = joinText(
    bounded.map((clip) => ({ ...clip, streams: clip.text, clip })),
    timescale,
  );
  for (const { stream, joined: chunks, parts } of texts) {
    const clips = new Map(Array.from(parts, ([part, { clip }]) => [part, clip]));
    const source = chunks ?? { chunks: stream.chunks, sourceOf: () => undefined };
    if (!joined.has(stream.name)) joined.set(stream.name, { ...source, stream, clips });
  }
  return {
    presentation: {
      isLive: false,
      timescale,
      origin: ticks(0),
      duration: ticks(end),
      dvrWindow: undefined,
      lookAhead: 0,
      protection: bounded.flatMap(({ protection }) => protection),
      streams: Array.from(joined.values(), ({ stream }) => stream),
      warnings: [],
    },
    locate: (request) => locate(request, joined, timescale),
    onPlayback: beginAt(joined.values(), timescale),
  };
}

type BoundClip = ReadyClip & { readonly bounds: ClipBounds; readonly offset: Ticks };

/** Where the clips begin and end, and where they are joined. A clip that lacks the video or audio of the others can't be joined. */
function boundClips(
  ready: readonly ReadyClip[],
  model: ReadyClip,
  scale: Timescale,
  leaveOut: (clip: Clip, problem: string) => void,
): BoundClip[] {
  let offset = ticks(0);
  return ready.flatMap((one) => {
    const { clip, streams } = one;
    const lacks = (['video', 'audio'] as const).find(
      (kind) => model.streams[kind].length > 0 && streams[kind].length === 0,
    );
    if (lacks) return leaveOut(clip, `it has no ${lacks}, unlike others`) ?? [];
    const [lead, ...others] = [streams.video[0], streams.audio[0]].flatMap(
      (playable) => playable?.stream ?? [],
    );
    const bounds = lead && clipBounds(clip, lead, others, scale);
    if (!bounds) return leaveOut(clip, 'its end is not after its beginning') ?? [];
    const bound = { ...one, bounds, offset };
    offset = ticks(offset + bounds.end - bounds.begin);
    return bound;
  });
}

function joinStream(
  { stream, levels }: PlayableStream,
  rank: number,
  clips: readonly BoundClip[],
  timescale: Timescale,
): TitleStream | undefined {
  const own = clips.flatMap((clip) => {
    const found = counterpart(stream, rank, clip.streams[stream.type as Kind]);
    return found ? [{ clip, part: { ...found, bounds: clip.bounds, offset: clip.offset } }] : [];
  });
  const parts = makeRoomForLeads(
    own.map(({ part }) => part),
    timescale,
  );
  const byPart = new Map(parts.flatMap((part, index) => (own[index] ? [[part, own[index].clip]] : [])));
  const joined = joinParts([...byPart.keys()], levels, timescale);
  return (
    joined && { ...joined, clips: byPart, stream: { ...stream, timescale, levels, chunks: joined.chunks } }
  );
}

/** The same stream in another clip: by its name, otherwise by language, otherwise by rank. */
function counterpart(
  { name, language }: Stream,
  rank: number,
  candidates: readonly PlayableStream[],
): PlayableStream | undefined {
  return (
    candidates.find(({ stream }) => stream.name === name) ??
    candidates.find(({ stream }) => stream.language !== undefined && stream.language === language) ??
    candidates[rank] ??
    candidates[0]
  );
}

/** The request for a chunk of a joined stream, mapped to the clip. */
function locate(
  request: FragmentRequest,
  joined: ReadonlyMap<string, TitleStream>,
  scale: Timescale,
): FragmentRequest {
  const found = joined.get(request.stream.name);
  const source = found?.sourceOf(request.chunk.index);
  const clip = source && found?.clips.get(source.part);
  if (!found || !source || !clip) return request;
  const { part } = source;
  const { stream, bounds, offset, lead = ticks(0) } = part;
  const { levels } = found.stream;
  const from = toSeconds(offset > lead ? ticks(offset - lead) : offset, scale);
  const to = toSeconds(ticks(offset + bounds.end - bounds.begin), scale);
  const spare = stream.type === 'video' ? SPARE : 0;
  const edit = editOf(source, scale);
  const url = manifestUrl(clip.clip.url, request.host);
  return {
    ...request,
    base: url === clip.requestUrl ? clip.url : url,
    stream,
    level: levelFor(part.levels, levels, request.level),
    chunk: source.chunk,
    readEncryption: request.readEncryption && (clip.readEncryption ?? request.readEncryption),
    zero: rescale(ticks(bounds.begin - offset + request.zero), scale, stream.timescale),
    bounds: {
      begin: rescale(bounds.begin, scale, stream.timescale),
      end: rescale(bounds.end, scale, stream.timescale),
    },
    adjust: (buffer) => keepWithin(buffer, Math.max(0, from - spare), to + spare),
    ...(edit && { edit }),
  };
}
