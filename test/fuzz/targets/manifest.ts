import { isSmoothError } from '../../../src/base/errors.ts';
import { runSteps } from '../../../src/base/steps.ts';
import { toSeconds } from '../../../src/base/time.ts';
import { examineManifest } from '../../../src/doctor/examine-manifest.ts';
import { examineText } from '../../../src/doctor/examine-text.ts';
import { summarise } from '../../../src/doctor/summary.ts';
import { readComposite } from '../../../src/manifest/composite.ts';
import { readMended } from '../../../src/manifest/mend-manifest.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { ChunkList, Presentation } from '../../../src/manifest/presentation.ts';
import { splitStreams } from '../../../src/manifest/split-streams.ts';
import { clipBounds } from '../../../src/timeline/clip-bounds.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { joinParts, type Part } from '../../../src/timeline/joined-stream.ts';
import { timelineOf } from '../../../src/timeline/timeline.ts';
import { lacksConfiguration } from '../../../src/transmux/configuration.ts';
import { COMPOSITES, MANIFEST_WORDS, MANIFESTS, ODD_MANIFESTS } from '../manifest-seeds.ts';
import { must, type Target } from '../target.ts';
import { textTarget } from '../text.ts';

export const manifest: Target = textTarget({
  name: 'manifest',
  seeds: () => [...MANIFESTS, ...ODD_MANIFESTS],
  words: MANIFEST_WORDS,
  read: (input) => parseManifest(input, 'https://origin.example/a.ism/Manifest'),
  check: (presentation, input) => {
    checkPresentation(presentation);
    checkExactTimes(presentation, input);
    examineText(input);
  },
});

export const mended: Target = textTarget({
  name: 'mended',
  passes: 4,
  seeds: () => [...MANIFESTS, ...ODD_MANIFESTS],
  words: MANIFEST_WORDS,
  read: (input) => readMended(input),
  check: (presentation) => checkPresentation(presentation),
});

export const composite: Target = textTarget({
  name: 'composite',
  passes: 2,
  seeds: () => COMPOSITES,
  words: MANIFEST_WORDS,
  read: (input) => {
    const { clips, timescale } = runSteps(readComposite(input));
    let offset = 0n;
    const parts = clips.flatMap(({ presentation, begin, end }): Part[] => {
      const stream = presentation?.streams.find(({ type }) => type !== 'text');
      const bounds = stream && clipBounds({ begin, end }, stream, [], timescale);
      if (!bounds) return [];
      const part = { stream, levels: stream.levels, bounds, offset: offset as Part['offset'] };
      offset += bounds.end - bounds.begin;
      return [part];
    });
    const [first] = parts;
    return first && joinParts(parts, first.levels, timescale);
  },
  check: (joined) => {
    if (!joined) return;
    checkChunks(joined.chunks, false);
    for (const index of [0, 1, joined.chunks.length - 1]) joined.chunks.sizeHint(index, 0);
  },
});

/** What a presentation must be, whatever it was read from. */
export function checkPresentation(presentation: Presentation): void {
  const { streams, warnings } = splitStreams(presentation);
  must(
    streams.some(({ type }) => type !== 'text'),
    'nothing to play was accepted',
  );
  must(
    new Set(presentation.streams.map(({ name }) => name)).size === presentation.streams.length,
    'two streams of one name',
  );
  must(warnings.length <= 150, `${warnings.length} warnings`);
  for (const stream of streams) {
    must(stream.timescale > 0n, 'a clock that stands still');
    must(
      stream.levels.every(({ bitrate }, i) => i === 0 || bitrate >= (stream.levels[i - 1]?.bitrate ?? 0)),
      'levels out of order',
    );
    checkChunks(stream.chunks, true);
    lacksConfiguration(stream);
    const timeline = timelineOf(stream, presentation);
    for (const chunk of [stream.chunks.at(0), stream.chunks.at(stream.chunks.length - 1)]) {
      if (!chunk) continue;
      const [start, end] = [timeline.startOf(chunk), timeline.endOf(chunk)];
      // What was moved to the video's epoch is requested by its own times.
      const asked = chunk.start + (stream.urlShift ?? 0n);
      // After many years seconds are too coarse for a chunk of few ticks.
      const isTooFine = toSeconds(chunk.duration, stream.timescale) < start * 2 ** -51;
      must(Number.isFinite(start) && (end > start || (isTooFine && end === start)), 'a chunk without time');
      for (const level of stream.levels.slice(0, 2))
        checkUrl(() => fragmentUrl(BASE, stream, level, chunk.start), asked, stream.urlTemplate);
    }
  }
  summarise(presentation);
  examineManifest(presentation);
}

const BASE = 'https://origin.example/a.ism/Manifest';

/** Chunks ascend, and can be found by their places and times. */
export function checkChunks(list: ChunkList, areApart: boolean): void {
  let [next, end] = [0, -(2n ** 70n)];
  for (const { first, start, duration, count } of list.runs) {
    must(first === next && count > 0 && Number.isSafeInteger(count), 'runs with holes');
    must(!areApart || (duration > 0n && start >= end), 'chunks that overlap');
    next = first + count;
    if (areApart) end = start + duration * BigInt(count);
  }
  must(list.length === next, 'a length that is none');
  for (const index of [0, 1, Math.floor(list.length / 2), list.length - 1]) {
    const chunk = list.at(index);
    if (!chunk) continue;
    must(chunk.index === index, 'a chunk out of place');
    if (!areApart || chunk.duration <= 0n) continue;
    must(list.from(chunk.start)?.index === index, 'a chunk that is not found by its start');
    const last = (chunk.start + chunk.duration - 1n) as typeof chunk.start;
    must(list.from(last)?.index === index, 'a chunk that is not found by its end');
  }
  must(list.at(list.length) === undefined && list.at(-1) === undefined, 'a chunk beyond the others');
}

/** A URL is refused with a typed error, or is one of http that says just what was asked for. */
export function checkUrl(make: () => string, start: bigint, template: string | undefined): void {
  let url: string;
  try {
    url = make();
  } catch (error) {
    must(isSmoothError(error, 'source-invalid'), `a URL that fails with ${String(error)}`);
    return;
  }
  const { protocol, username, password, pathname, search, hash } = new URL(url);
  must(protocol === 'https:', `a URL of ${protocol}`);
  must(username === '' && password === '', 'a URL with credentials');
  must(hash === '' && !/[\s"<>#]|[^\x20-\x7e]/.test(pathname + search), 'a URL that is not escaped');
  if (template && /\{start[ _]time\}/i.test(template))
    must(
      url.includes(String(BigInt.asUintN(64, start))) || url.includes(String(start)),
      'a URL of another time',
    );
}

/** The first time of a plain list comes back to the tick. */
function checkExactTimes(presentation: Presentation, input: Uint8Array): void {
  const [, t] = /<c(?: n="\d+")? t="(\d{1,19})" d="\d{1,9}"\/>/.exec(new TextDecoder().decode(input)) ?? [];
  const [stream, ...others] = presentation.streams;
  if (t === undefined || !stream || others.length > 0 || presentation.warnings.length > 0) return;
  must(
    [...stream.chunks.runs].some(
      ({ start, duration, count }) =>
        BigInt(t) >= start &&
        BigInt(t) < start + duration * BigInt(count) &&
        (BigInt(t) - start) % duration === 0n,
    ),
    'a time that is off by some ticks',
  );
}
