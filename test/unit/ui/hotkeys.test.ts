import { expect, test } from 'vitest';
import { hotkey, type KeyPress } from '../../../src/ui/hotkeys.ts';
import type { ControlRequest } from '../../../src/ui/requests.ts';

const base: KeyPress = {
  key: '',
  code: '',
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  shiftKey: false,
  on: 'other',
  paused: false,
  repeat: false,
};

test.each<{ name: string; press: Partial<KeyPress>; asks: ControlRequest | undefined }>([
  { name: 'space plays or pauses', press: { key: ' ' }, asks: { type: 'toggle-play' } },
  {
    name: 'к of a Russian keyboard is at the place of r',
    press: { key: 'к', code: 'KeyR' },
    asks: undefined,
  },
  { name: 'ь of a Russian keyboard mutes', press: { key: 'ь', code: 'KeyM' }, asks: { type: 'toggle-mute' } },
  {
    name: 'λ of a Greek keyboard skips',
    press: { key: 'λ', code: 'KeyL' },
    asks: { type: 'seek-by', seconds: 10 },
  },
  {
    name: 'Ю of a Russian keyboard is faster',
    press: { key: 'Ю', code: 'Period', shiftKey: true },
    asks: { type: 'rate-step', by: 1 },
  },
  {
    name: 'a Latin letter counts wherever it is',
    press: { key: 'm', code: 'Semicolon' },
    asks: { type: 'toggle-mute' },
  },
  {
    name: 'Shift and n ask for the next title',
    press: { key: 'N', shiftKey: true },
    asks: { type: 'other-title', by: 1 },
  },
  {
    name: 'Shift and p ask for the one before',
    press: { key: 'P', shiftKey: true },
    asks: { type: 'other-title', by: -1 },
  },
  { name: 'n alone does nothing', press: { key: 'n' }, asks: undefined },
  { name: 'k does too, shifted or not', press: { key: 'K' }, asks: { type: 'toggle-play' } },
  { name: 'space on a button is the button’s', press: { key: ' ', on: 'button' }, asks: undefined },
  { name: 'k on a button is ours', press: { key: 'k', on: 'button' }, asks: { type: 'toggle-play' } },
  { name: 'j goes back ten seconds', press: { key: 'j' }, asks: { type: 'seek-by', seconds: -10 } },
  { name: 'j that is held rewinds', press: { key: 'j', repeat: true }, asks: { type: 'trick-hold', by: -1 } },
  {
    name: 'l that is held goes fast forward',
    press: { key: 'L', repeat: true },
    asks: { type: 'trick-hold', by: 1 },
  },
  {
    name: 'Shift and the right arrow go a step faster',
    press: { key: 'ArrowRight', shiftKey: true },
    asks: { type: 'trick-step', by: 1 },
  },
  { name: 'l goes on ten seconds', press: { key: 'l' }, asks: { type: 'seek-by', seconds: 10 } },
  {
    name: 'right arrow goes on five seconds',
    press: { key: 'ArrowRight' },
    asks: { type: 'seek-by', seconds: 5 },
  },
  {
    name: 'an arrow on a slider is the slider’s',
    press: { key: 'ArrowRight', on: 'slider' },
    asks: undefined,
  },
  {
    name: 'space on a slider plays or pauses',
    press: { key: ' ', on: 'slider' },
    asks: { type: 'toggle-play' },
  },
  { name: 'up arrow is louder', press: { key: 'ArrowUp' }, asks: { type: 'volume-by', by: 0.05 } },
  { name: '7 seeks to seven tenths', press: { key: '7' }, asks: { type: 'seek-fraction', fraction: 0.7 } },
  { name: 'Page Down goes a large step', press: { key: 'PageDown' }, asks: { type: 'page-by', by: 1 } },
  { name: 'Page Up goes a large step back', press: { key: 'PageUp' }, asks: { type: 'page-by', by: -1 } },
  { name: 'a question mark lists the keys', press: { key: '?' }, asks: { type: 'toggle-keys' } },
  { name: 'm mutes', press: { key: 'm' }, asks: { type: 'toggle-mute' } },
  { name: 'f fills the screen', press: { key: 'f' }, asks: { type: 'toggle-fullscreen' } },
  { name: 'a full stop does nothing while playing', press: { key: '.' }, asks: undefined },
  {
    name: 'a full stop steps a frame while paused',
    press: { key: '.', paused: true },
    asks: { type: 'step-frame', by: 1, held: false },
  },
  {
    name: 'a held comma says that it is held',
    press: { key: ',', paused: true, repeat: true },
    asks: { type: 'step-frame', by: -1, held: true },
  },
  { name: '> is faster', press: { key: '>' }, asks: { type: 'rate-step', by: 1 } },
  { name: 'the browser keeps its own shortcuts', press: { key: 'f', ctrlKey: true }, asks: undefined },
  { name: 'a field keeps its letters', press: { key: 'f', on: 'text' }, asks: undefined },
  { name: 'an open menu keeps its keys', press: { key: 'ArrowDown', on: 'menu' }, asks: undefined },
  {
    name: 'Ctrl+Alt+D shows the figures, wherever the focus is',
    press: { key: 'd', ctrlKey: true, altKey: true, on: 'slider' },
    asks: { type: 'toggle-stats' },
  },
])('$name', ({ press, asks }) => {
  expect(hotkey({ ...base, ...press })).toEqual(asks);
});
