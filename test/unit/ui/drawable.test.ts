import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/time.ts';
import { type Cue, DEFAULT_PARAGRAPH, DEFAULT_REGION } from '../../../src/text/cue.ts';
import { drawable } from '../../../src/ui/text/drawable.ts';

const cue = (id: number, texts: readonly string[]): Cue => ({
  id: String(id),
  start: seconds(0),
  end: seconds(1),
  text: texts.join(''),
  runs: texts.map((text) => ({ text, style: {} })),
  paragraph: DEFAULT_PARAGRAPH,
  region: DEFAULT_REGION,
  isForced: false,
});

test('what fits on a picture is drawn as it is', () => {
  const cues = [cue(0, ['a', 'b']), cue(1, ['x'.repeat(4096)])];
  expect(drawable(cues)).toEqual(cues);
});

test('of too many cues the newest are drawn', () => {
  const drawn = drawable(Array.from({ length: 5000 }, (_, id) => cue(id, ['x'])));
  expect([drawn.length, drawn.at(-1)?.id]).toEqual([24, '4999']);
});

test('of a cue that is too long the beginning is drawn', () => {
  const [long, many] = drawable([cue(0, ['a', 'x'.repeat(60_000), 'b']), cue(1, Array(30_000).fill('y'))]);
  expect(long?.runs.map(({ text }) => text.length)).toEqual([1, 4095]);
  expect(many?.runs.length).toBe(512);
});
