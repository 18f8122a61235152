import { expect, test } from 'vitest';
import { fittingControls, type OptionalControl } from '../../../src/ui/bar-fit.ts';
import { placeOf } from '../../../src/ui/menu/menu-place.ts';
import { typeAhead } from '../../../src/ui/menu/type-ahead.ts';
import { TapCounter, tapSide } from '../../../src/ui/taps.ts';
import fc from '../../support/properties.ts';

const ALL: ReadonlySet<OptionalControl> = new Set(['captions', 'skip', 'pip', 'chapters', 'trick']);
const fitting = (width: number, button = 44, fixed = 100) => [
  ...fittingControls({ width, button, fixed }, ALL),
];

test('a bar has what there is room for, the most important first', () => {
  expect(fitting(200, 36, 0)).toEqual(['captions']);
  expect(fitting(240, 36, 100)).toEqual([]);
  expect(fitting(396, 40, 90)).toEqual(['captions', 'skip']);
  expect(fitting(800)).toEqual(['captions', 'skip', 'pip', 'chapters']);
  expect(fitting(1200)).toEqual(['captions', 'skip', 'pip', 'chapters', 'trick']);
});

test('a wider bar never has fewer controls, and what is in it fits', () => {
  const width = fc.integer({ min: 0, max: 4000 });
  fc.assert(
    fc.property(width, width, fc.integer({ min: 24, max: 80 }), (a, b, button) => {
      const [narrow, wide] = [fitting(Math.min(a, b), button), fitting(Math.max(a, b), button)];
      expect(wide.slice(0, narrow.length)).toEqual(narrow);
      const count = narrow.reduce((sum, name) => sum + (name === 'skip' || name === 'trick' ? 2 : 1), 4);
      if (narrow.length > 0) expect(count * button + 100).toBeLessThanOrEqual(Math.min(a, b));
    }),
  );
});

test('a title without a feature leaves its room to others', () => {
  expect([
    ...fittingControls({ width: 800, button: 44, fixed: 100 }, new Set(['pip', 'trick'] as const)),
  ]).toEqual(['pip']);
});

test('a menu is above its button, or below it where there is more room', () => {
  const window = { width: 1000, height: 800 };
  const player = { left: 0, right: 1000 };
  const button = { left: 900, right: 944, top: 700, bottom: 744 };
  expect(placeOf(button, player, window)).toMatchObject({
    '--_top': 'auto',
    '--_bottom': '130px',
    '--_right': '56px',
  });
  expect(placeOf({ ...button, top: 100, bottom: 144 }, player, window)).toMatchObject({
    '--_top': '174px',
    '--_bottom': 'auto',
  });
  expect(placeOf({ ...button, left: 10, right: 54 }, player, window)).toMatchObject({ '--_left': '8px' });
  // In a narrow column at the left of the window.
  const column = { left: 100, right: 400 };
  expect(placeOf({ ...button, left: 350, right: 394 }, column, window)).toMatchObject({
    '--_left': 'auto',
    '--_right': '608px',
    '--_width': '284px',
  });
});

test('typed characters lead to items', () => {
  const labels = ['Chapters', 'Quality', 'Audio', 'Speed', 'Subtitles', 'Été'];
  expect(typeAhead(labels, 0, 's')).toBe(3);
  expect(typeAhead(labels, 3, 's')).toBe(4);
  expect(typeAhead(labels, 3, 'ss')).toBe(4);
  expect(typeAhead(labels, 3, 'su')).toBe(4);
  expect(typeAhead(labels, 0, 'ete')).toBe(5);
  expect(typeAhead(labels, 0, 'x')).toBeUndefined();
  expect(typeAhead([], 0, 'x')).toBeUndefined();
});

test('taps at the same side count while they follow each other', () => {
  const box = { left: 100, width: 400 };
  expect([120, 300, 480].map((x) => tapSide(x, box))).toEqual(['back', 'middle', 'forward']);
  const taps = new TapCounter();
  expect(taps.tap('back', 0)).toBe(1);
  expect(taps.tap('back', 300)).toBe(2);
  // Further ones may take longer.
  expect(taps.tap('back', 900)).toBe(3);
  expect(taps.tap('forward', 1000)).toBe(1);
  expect(taps.tap('forward', 1500)).toBe(1);
});
