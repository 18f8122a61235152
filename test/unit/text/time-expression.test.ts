import { expect, test } from 'vitest';
import { read, ttml } from '../../support/text.ts';

/** A paragraph with these times, in a document with these parameters: when it is there, and what was mended. */
function times(attributes: string, begin: string, end = '') {
  const { told, repairs } = read(
    ttml(`<div><p begin="${begin}" ${end && `end="${end}"`}>x</p></div>`, { attributes }),
  );
  return [...told.map((cue) => cue.replace(/ x$/, '')), ...repairs];
}

test.each<[parameters: string, begin: string, end: string, expected: string[]]>([
  ['', '00:00:01', '00:00:02.5', ['1-2.5']],
  ['', '01:02:03.2350', '100:00:00.1', ['3723.235-360000.1']],
  ['', '1.5s', '1500ms', []],
  ['', '1.2h', '73m', ['4320-4380']],
  ['', '430719:29:18.195', '430719:29:19.0005', ['1550590158.195-1550590159.0005']],
  // Frames.
  ['', '00:00:01:15', '00:00:02:00', ['1.5-2']],
  ['ttp:frameRate="25"', '00:00:01:05', '50f', ['1.2-2']],
  ['ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"', '24f', '48f', ['1.001-2.002']],
  ['ttp:frameRate="24" ttp:frameRateMultiplier="1000:1001"', '240f', '480f', ['10.01-20.02']],
  ['ttp:frameRate="23.976023976"', '240f', '480f', ['10.01-20.02']],
  ['ttp:frameRate="30" ttp:frameRateMultiplier="1:1"', '30f', '60f', ['1-2']],
  ['ttp:frameRate="25" ttp:subFrameRate="2"', '00:00:01:05.1', '2s', ['1.22-2']],
  // Ticks.
  ['ttp:tickRate="60"', '120t', '180t', ['2-3']],
  ['ttp:tickRate="10000000"', '15000000t', '20000001t', ['1.5-2']],
  ['ttp:frameRate="25" ttp:subFrameRate="4"', '100t', '200t', ['1-2']],
  ['', '3t', '4t', ['3-4']],
  // Timecodes.
  ['ttp:timeBase="smpte" ttp:frameRate="25"', '00:00:01:05', '00:00:02:00', ['1.2-2']],
  [
    'ttp:timeBase="smpte" ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" ttp:dropMode="dropNTSC"',
    '00:01:00:02',
    '00:10:00:00',
    ['60.06-599.9994'],
  ],
  [
    'ttp:timeBase="smpte" ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"',
    '00:01:00:00',
    '01:00:00:00',
    ['60.06-3603.6'],
  ],
  ['ttp:timeBase="clock"', '00:00:01', '00:00:02', ['1-2']],
  // As no standard has it.
  ['', '00:00:01,500', '00:00:02,5', ['1.5-2.5', 'time-format']],
  ['', '0:00:01.5', ' 00:00:02 ', ['1.5-2', 'time-format']],
  ['', '00:01.5', '01:02', ['1.5-62', 'time-format']],
  ['', '1.5', '4', ['1.5-4', 'time-format']],
  ['', '1,5s', '2S', ['1.5-2', 'time-format']],
  ['', '00:00:01;15', '2s', ['1.5-2']],
  ['', '+1s', '2s', ['1-2', 'time-format']],
  // What nobody can place.
  ['', 'wallclock(2020-01-01T00:00:00)', '2s', ['time-rejected']],
  ['', '-1s', '2s', ['time-rejected']],
  ['', '1s', 'wallclock(2s)', ['time-rejected']],
  ['', 'soon', '2s', ['time-format', 'time-rejected']],
  ['', `${'9'.repeat(100)}s`, '2s', ['time-format', 'time-rejected']],
  ['', '1s', 'later', ['1-?', 'time-format']],
  ['', '', '2s', ['0-2']],
  ['', '2s', '2s', []],
  ['', '3s', '2s', []],
])('%s: from %s to %s', (parameters, begin, end, expected) => {
  expect(times(parameters, begin, end)).toEqual(expected);
});

test.each<[name: string, body: string, expected: string[]]>([
  ['no begin is the parent\u2019s', '<div begin="2s" end="5s"><p end="1s">x</p></div>', ['2-3 x']],
  ['no end is the parent\u2019s', '<div begin="2s" end="5s"><p begin="1s">x</p></div>', ['3-5 x']],
  ['neither, anywhere: as long as the fragment', '<div><p>x</p></div>', ['0-? x']],
  [
    'dur and end: the earlier',
    '<div><p begin="1s" dur="1s" end="5s">x</p><p begin="1s" dur="9s" end="5s">y</p></div>',
    ['1-2 x', '1-5 y'],
  ],
  [
    'begins add up, and ends are clipped',
    '<div begin="10s" end="20s"><p begin="1s" end="15s"><span begin="2s">x</span></p></div>',
    ['13-20 x'],
  ],
  [
    'in a sequence each follows the one before',
    '<div timeContainer="seq"><p dur="1s">a</p><p begin="1s" dur="2s">b</p><p end="1s">c</p></div>',
    ['0-1 a', '2-4 b', '4-5 c'],
  ],
  ['nothing follows what never ends', '<div timeContainer="seq"><p>a</p><p dur="1s">b</p></div>', ['0-? a']],
  [
    'a sequence of spans',
    '<div><p timeContainer="seq"><span dur="1s">a</span><span dur="1s">b</span></p></div>',
    ['0-1 a', '1-2 b'],
  ],
  [
    'spans that come one by one accumulate',
    '<div><p begin="1s" end="4s"><span>a</span> <span begin="1s">b</span> <span begin="2s">c</span></p></div>',
    ['1-2 a', '2-3 a b', '3-4 a b c'],
  ],
  [
    'an element that cannot be placed takes only itself away',
    '<div><p begin="-1s">x</p><p begin="1s" end="2s">y</p></div>',
    ['1-2 y'],
  ],
])('%s', (_, body, expected) => {
  expect(read(ttml(body)).told).toEqual(expected);
});

test('ticks without a rate are reported, and count 100 ns on request', () => {
  const text = ttml('<div><p begin="10000000t" end="25000000t">x</p></div>');
  expect(read(text).documents).toMatchObject([{ hasBareTicks: true }]);
  expect(read(text, { tickRate: { numerator: 10_000_000n, denominator: 1n } }).told).toEqual(['1-2.5 x']);
  expect(
    read(ttml('<div><p begin="10t">x</p></div>', { attributes: 'ttp:tickRate="10"' })).documents,
  ).toMatchObject([{ hasBareTicks: false }]);
});

test('long numbers without a unit may be ticks', () => {
  const text = ttml('<div><p begin="0" end="10000000">x</p></div>');
  expect(read(text)).toMatchObject({ told: ['0-10000000 x'], documents: [{ hasBareTicks: true }] });
  expect(read(text, { tickRate: { numerator: 10_000_000n, denominator: 1n } }).told).toEqual(['0-1 x']);
  expect(read(ttml('<div><p begin="100" end="200">x</p></div>')).documents).toMatchObject([
    { hasBareTicks: false },
  ]);
});

test('a region has a time of its own', () => {
  const head = '<layout><region xml:id="r" begin="1s" end="3s"/></layout>';
  expect(read(ttml('<div><p region="r" begin="0s" end="9s">x</p></div>', { head }).toString()).told).toEqual([
    '1-3 x',
  ]);
});
