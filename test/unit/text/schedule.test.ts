import { describe, expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import type { EventCue } from '../../../src/text/events/event-cue.ts';
import {
  advance,
  type DueEvent,
  type EventSchedule,
  forget,
  land,
  learn,
  NO_SCHEDULE,
  rejoin,
  type ScheduleStep,
  settle,
} from '../../../src/text/events/schedule.ts';
import fc from '../../support/properties.ts';

const cue = (start: number, end = start, id = `${start}`): EventCue => ({
  id,
  start: seconds(start),
  end: seconds(end),
  data: new Uint8Array(),
});
const told = (due: readonly DueEvent[]) => due.map(({ cue: { id }, late }) => id + (late ? ' late' : ''));

/** Plays a script: `>10` plays on to 10, `@5` lands at 5, `~5` settles there, `^5` rejoins there, `+7-9` learns of an event; what fires at each step. */
function play(cues: EventCue[], script: string, rate = 1): string[][] {
  const known = [...cues];
  let schedule: EventSchedule = NO_SCHEDULE;
  return script.split(' ').map((word) => {
    const [, action, a = '', b] = /^([>@~^+])(-?[\d.]+)(?:-([\d.]+))?$/.exec(word) ?? [];
    let step: ScheduleStep;
    if (action === '>') step = advance(schedule, known, seconds(Number(a)), rate);
    else if (action === '@') step = land(known, seconds(Number(a)));
    else if (action === '~') step = settle(schedule, known, seconds(Number(a)), rate);
    else if (action === '^') step = rejoin(schedule, known, seconds(Number(a)));
    else {
      const added = cue(Number(a), b === undefined ? Number(a) : Number(b));
      known.push(added);
      step = learn(schedule, [added]);
    }
    schedule = step.schedule;
    return told(step.due);
  });
}

const EVENTS = [cue(1), cue(2), cue(2.01), cue(5, 8), cue(20)];

test.each<[name: string, script: string, expected: string[][]]>([
  ['each as it is passed, in their order', '@0 >0.9 >1 >3', [[], [], ['1'], ['2', '2.01']]],
  ['never twice', '@0 >1 >1 >1.001', [[], ['1'], [], []]],
  [
    'many at once, late where a hidden page woke late',
    '@0 >20',
    [[], ['1 late', '2 late', '2.01 late', '5 late', '20']],
  ],
  ['landing: what holds the position, and not what was jumped over', '@0 @6 >7', [[], ['5'], []]],
  ['landing on a moment, within 50 ms', '@2.04', [['2', '2.01']]],
  ['landing just behind it is not', '@2.2 >3', [[], []]],
  ['landing deep in an event', '@7.5', [['5 late']]],
  ['landing where an event ends', '@8', [[]]],
  ['seeking on: what lies between does not fire', '@0 >1 @15 >21', [[], ['1'], [], ['20']]],
  ['seeking back: again as it is passed', '@0 >1 >2.5 @0.5 >1.5', [[], ['1'], ['2', '2.01'], [], ['1']]],
  ['landing twice at one place: each time', '@6 @6', [['5'], ['5']]],
  [
    'backwards nothing fires, forwards from there it does',
    '@0 >1 >2.5 >1.5 >1.2 >2.5',
    [[], ['1'], ['2', '2.01'], [], [], ['2', '2.01']],
  ],
  [
    'a clock that is set back a little has gone nowhere',
    '@0 >1 >2.5 >2.4 >2.6',
    [[], ['1'], ['2', '2.01'], [], []],
  ],
  ['a correction within an event: not again', '@0 @6 ~6 ~6.1 ~5.9 >7', [[], ['5'], [], [], [], []]],
  ['a hole that is jumped: what lies in it fires', '@0 >0.5 ~2.5 >3', [[], [], ['1 late', '2', '2.01'], []]],
  ['steps of a frame: each once', '@0.9 ~0.94 ~0.98 ~1.02 ~0.98 ~1.02', [[], [], ['1'], [], [], []]],
  ['settling before there is a position is landing', '~6 ~6', [['5'], []]],
  [
    'going back within an event: not again',
    '@0 >7.5 ~6 >7',
    [[], ['1 late', '2 late', '2.01 late', '5 late'], [], []],
  ],
  ['going back into an event that was left: again', '@5 >9 ~7', [['5'], [], ['5 late']]],
  ['put into the window of a live title: what was jumped over is not told', '@0 ^6 >7', [[], ['5'], []]],
  ['put elsewhere within an event: not again', '@5 ^7 >9', [['5'], [], []]],
  ['put back, and then passed: again', '@0 >2.5 ^0.5 >1.5', [[], ['1 late', '2', '2.01'], [], ['1']]],
  ['learnt in time', '@2.5 +3 >4', [[], [], ['3']]],
  ['learnt while it holds the position, paused or not', '@10 +9-12', [[], ['9']]],
  ['learnt after its time, in the same passage', '@2.5 >4 +3.5 +2.7', [[], [], ['3.5'], ['2.7 late']]],
  ['learnt, but from before where one landed', '@10 +9', [[], []]],
  ['learnt before there is a position', '+0.5 >0.5', [[], ['0.5']]],
])('%s', (_, script, expected) => {
  expect(play(EVENTS, script)).toEqual(expected);
});

test('at sixteen times the speed what passed since the last look is not late', () => {
  expect(play([cue(1), cue(3)], '@0 >4', 16)).toEqual([[], ['1', '3']]);
});

test('without a landing it begins where it first is', () => {
  expect(play([cue(1), cue(4, 6), cue(7)], '>5 >8')).toEqual([['4'], ['7']]);
});

test('what is gone is forgotten', () => {
  const { schedule } = advance(land([], seconds(0)).schedule, [cue(1), cue(2)], seconds(3));
  expect([...forget(schedule, [cue(2)]).fired]).toEqual(['2']);
});

describe('whatever happens', () => {
  const events = fc.uniqueArray(
    fc.record({
      start: fc.integer({ min: 0, max: 600 }),
      length: fc.constantFrom(0, 0, 3, 20, 100),
      learntAt: fc.constantFrom(0, 0, 1, 2, 5),
    }),
    { maxLength: 30, selector: ({ start }) => start },
  );
  const moves = fc.array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant('play' as const), by: fc.integer({ min: 0, max: 60 }) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('seek' as const), to: fc.integer({ min: 0, max: 600 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('learn' as const), by: fc.constant(1) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('window' as const), by: fc.integer({ min: 0, max: 100 }) }),
      },
    ),
    { maxLength: 60 },
  );

  test('each event fires once in each passage over it, and never otherwise', () => {
    fc.assert(
      fc.property(events, moves, fc.constantFrom(1, 2, 16), (list, steps, rate) => {
        // Tenths of a second, so that nothing is rounded.
        const all = list.map(({ start, length, learntAt }) => ({
          event: cue(start / 10, (start + length) / 10),
          learntAt,
        }));
        let known = all.filter(({ learntAt }) => learntAt === 0).map(({ event }) => event);
        let [position, passageFrom, round] = [0, 0, 0];
        let step = land(known, seconds(0));
        /** What must have fired in this passage, by a model that knows nothing of schedules. */
        const inPassage = new Map<string, number>();
        const note = (due: readonly DueEvent[]) => {
          for (const {
            cue: { id },
          } of due)
            inPassage.set(id, (inPassage.get(id) ?? 0) + 1);
          const starts = due.map(({ cue: { start } }) => start);
          expect(starts).toEqual([...starts].sort((a, b) => a - b));
        };
        /** Events that were there while their time came, or held the position when they were learnt. */
        const expected = new Set<string>();
        const holdsNow = ({ start, end }: EventCue) =>
          end > start
            ? start <= position / 10 && position / 10 < end
            : Math.abs(start - position / 10) <= 0.05;
        const expectPassed = (cues: readonly EventCue[], isLanding: boolean) => {
          for (const event of cues) {
            const isPassed = !isLanding && event.start >= passageFrom / 10 && event.start <= position / 10;
            if (isPassed || (isLanding && holdsNow(event))) expected.add(event.id);
          }
        };
        note(step.due);
        expectPassed(known, true);
        for (const move of steps) {
          if (move.kind === 'play') {
            position = Math.min(600, position + move.by);
            step = advance(step.schedule, known, seconds(position / 10), rate);
            expectPassed(known, false);
          } else if (move.kind === 'seek') {
            expect(new Set(inPassage.keys())).toEqual(expected);
            position = move.to;
            passageFrom = move.to;
            inPassage.clear();
            expected.clear();
            step = land(known, seconds(position / 10));
            expectPassed(known, true);
          } else if (move.kind === 'learn') {
            round++;
            const added = all.filter(({ learntAt }) => learntAt === round).map(({ event }) => event);
            known = [...known, ...added];
            step = learn(step.schedule, added);
            expectPassed(added, false);
            for (const event of added) if (holdsNow(event)) expected.add(event.id);
          } else {
            const start = Math.max(0, position - move.by) / 10;
            known = known.filter((event) => event.start >= start || event.end > start);
            step = { schedule: forget(step.schedule, known), due: [] };
          }
          note(step.due);
          for (const count of inPassage.values()) expect(count).toBe(1);
        }
        expect(new Set(inPassage.keys())).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});
