import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AudibleVolume } from '../../../src/ui/audible-volume.ts';
import { readChoices, recall, remember } from '../../../src/ui/viewer-memory.ts';

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
});

afterEach(() => vi.unstubAllGlobals());

test('choices are stored under one key, beside each other', () => {
  remember({ volume: 0.4, muted: false });
  remember({ rate: 1.5, text: 'off' });
  expect(recall()).toEqual({ volume: 0.4, muted: false, rate: 1.5, text: 'off' });
  expect([...stored.keys()]).toEqual(['smooth-player']);
  remember({ volume: undefined, muted: undefined, rate: undefined, text: undefined });
  expect(stored.size).toBe(0);
});

test('what is not valid counts as nothing', () => {
  const nonsense = { volume: 2, muted: 1, rate: 0, audio: '<b>', text: 7, captionStyle: { color: 'mauve' } };
  expect(readChoices(nonsense)).toEqual({});
  expect(readChoices(null)).toEqual({});
  stored.set('smooth-player', '{');
  expect(recall()).toEqual({});
});

test('without storage nothing is remembered, and nothing fails', () => {
  vi.stubGlobal('localStorage', undefined);
  remember({ volume: 0.5 });
  expect(recall()).toEqual({});
});

test('the volume to return to is one that lasted, not one that a slider passed', () => {
  const audible = new AudibleVolume();
  expect(audible.value).toBe(0.5);
  audible.note(0.8, 0);
  for (const [step, volume] of [0.6, 0.3, 0.05, 0].entries()) audible.note(volume, 3000 + 16 * step);
  expect(audible.value).toBe(0.8);
  // Muting fires an event without another volume.
  audible.note(0, 9000);
  expect(audible.value).toBe(0.8);
});
