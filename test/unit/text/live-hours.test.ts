import { expect, test } from 'vitest';
import { seconds, ticks, timescale } from '../../../src/base/time.ts';
import { InBandCaptions } from '../../../src/text/captions/in-band.ts';
import { addEvents, dropBefore, EMPTY_LIST } from '../../../src/text/events/event-list.ts';
import { fragmentEvents } from '../../../src/text/events/read-events.ts';
import { advance, forget, land } from '../../../src/text/events/schedule.ts';
import { EMPTY_CHAIN, learnNewest } from '../../../src/text/events/sparse-chain.ts';
import { fromTicks } from '../../../src/text/moment.ts';
import { CueTimeline } from '../../../src/text/times/cue-timeline.ts';
import { pictures608 } from '../../support/captions.ts';
import { documentOf } from '../../support/text.ts';

/** Four hours of a live channel whose clock counts from 1970: chunks of 2 seconds, a window of one minute. */
const SCALE = timescale(10_000_000);
const START = 1_760_000_000n * 10_000_000n;
const LENGTH = 2;
const CHUNKS = (4 * 3600) / LENGTH;
const WINDOW = 60;

const chunkOf = (index: number) => ({
  start: ticks(START + BigInt(index * LENGTH) * SCALE),
  duration: ticks(BigInt(LENGTH) * SCALE),
});
const zero = fromTicks(ticks(START), SCALE);

test('subtitles: each is there once and whole, and no more than the window is kept', () => {
  const timeline = new CueTimeline({ isLive: true });
  const seen = new Map<string, string>();
  let most = 0;
  for (let index = 0; index < CHUNKS; index++) {
    const { start, duration } = chunkOf(index);
    // Each lasts for three seconds of four: those that a boundary cuts are in both fragments.
    const first = index - (index % 2);
    const [begin, end] = index % 2 === 0 ? [1, LENGTH] : [0, LENGTH];
    const documents = [documentOf([[begin, end, `Cue ${first}`]], LENGTH)];
    const place = {
      start: fromTicks(start, SCALE),
      duration: fromTicks(duration, SCALE),
      origin: zero,
      zero,
    };
    timeline.add({ key: String(start), ...place }, documents);
    const edge = (index + 1) * LENGTH;
    timeline.keep(seconds(edge - WINDOW), seconds(edge + WINDOW));
    for (const cue of timeline.cues) seen.set(cue.id, `${cue.start}-${cue.end} ${cue.text}`);
    most = Math.max(most, timeline.cues.length);
  }
  expect(most).toBeLessThanOrEqual(WINDOW / 4 + 1);
  expect([...seen.values()]).toEqual(
    Array.from({ length: CHUNKS / 2 }, (_, at) => `${at * 4 + 1}-${at * 4 + 4} Cue ${at * 2}`),
  );
});

test('events: each fires once, and no more than the window is kept', () => {
  let list = EMPTY_LIST;
  let chain = EMPTY_CHAIN;
  let { schedule } = land([], seconds(0));
  const fired: string[] = [];
  let most = 0;
  for (let index = 0; index < CHUNKS; index++) {
    const { duration } = chunkOf(index);
    // Every response names the newest one; there is one every ten seconds.
    const newest = chunkOf(index - (index % 5)).start;
    const step = learnNewest(chain, newest);
    chain = step.chain;
    if (step.fetch !== undefined) {
      const message = new TextEncoder().encode(`Event ${index}`);
      const events = fragmentEvents(message, { start: newest, duration }, { timescale: SCALE, zero });
      list = addEvents(list, events, ({ id }) => schedule.fired.has(id)).list;
    }
    const position = seconds((index + 1) * LENGTH);
    const { due, schedule: next } = advance(schedule, list.cues, position);
    fired.push(...due.map(({ cue }) => cue.text ?? ''));
    list = dropBefore(list, seconds(position - WINDOW));
    schedule = forget(next, list.cues);
    most = Math.max(most, list.cues.length, schedule.fired.size);
  }
  expect(most).toBeLessThanOrEqual(WINDOW / 10 + 1);
  expect(chain.known.length).toBeLessThanOrEqual(1000);
  expect(fired).toEqual(Array.from({ length: CHUNKS / 5 }, (_, at) => `Event ${at * 5}`));
});

test('captions in the picture: each is there once, and no more than the window is kept', () => {
  const captions = new InBandCaptions();
  const texts: string[] = [];
  let most = 0;
  for (let index = 0; index < CHUNKS; index++) {
    const text = `n ${String(index).padStart(4, '0')}`;
    const pictures = pictures608(`RCL! ENM! 1470! "${text}" EOC! ~ ~ ~`, { start: index * LENGTH, rate: 8 });
    captions.add(pictures);
    const edge = (index + 1) * LENGTH;
    captions.keep(seconds(edge - WINDOW), seconds(edge + WINDOW));
    const cues = captions.cuesOf('CC1');
    texts.push(cues.at(-1)?.text ?? '');
    most = Math.max(most, cues.length);
  }
  expect(most).toBeLessThanOrEqual(WINDOW / LENGTH + 1);
  expect(texts).toEqual(Array.from({ length: CHUNKS }, (_, at) => `n ${String(at).padStart(4, '0')}`));
});
