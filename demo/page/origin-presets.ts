import type { Rule } from '../origin/rules.ts';
import type { FragmentPlace } from './next-chunk.ts';

/** A switch: its name, its effect in a sentence, and its rules. */
export interface Preset {
  readonly name: string;
  readonly note: string;
  /** `next`: a video fragment that hasn't been requested; `undefined` if there is none. */
  readonly rules: (next: FragmentPlace | undefined) => readonly Rule[];
}

const steady = (name: string, bitsPerSecond: number): Preset => ({
  name,
  note: `All requests share a bandwidth of ${name}.`,
  rules: () => [{ effect: { type: 'bandwidth', steps: [[1, bitsPerSecond]] } }],
});

export const NETWORKS: readonly [Preset, ...Preset[]] = [
  { name: 'Unlimited', note: 'As fast as this machine allows.', rules: () => [] },
  steady('8 Mbit/s', 8e6),
  steady('3 Mbit/s', 3e6),
  steady('1 Mbit/s', 1e6),
  steady('300 kbit/s', 3e5),
  steady('150 kbit/s', 1.5e5),
  {
    name: '3G',
    note: 'Between 100 kbit/s and 1 Mbit/s, changing every few seconds, with 250 ms of latency.',
    rules: () => [
      { effect: { type: 'latency', ms: 250 } },
      {
        effect: {
          type: 'bandwidth',
          steps: [
            [4, 1e6],
            [3, 4e5],
            [5, 7e5],
            [3, 1e5],
            [4, 5e5],
          ],
        },
      },
    ],
  },
  {
    name: 'Tunnel',
    note: '3 Mbit/s for 8 seconds, then nothing for 6, repeated.',
    rules: () => [
      {
        effect: {
          type: 'bandwidth',
          steps: [
            [8, 3e6],
            [6, 0],
          ],
        },
      },
    ],
  },
];

const FRAGMENTS = { url: '/Fragments(' };

export const FAULTS: readonly Preset[] = [
  {
    name: 'Lose a fragment',
    note: 'One video fragment returns 404 at every quality; playback continues after it.',
    rules: (next) =>
      next ? [{ match: { ...FRAGMENTS, ...next }, effect: { type: 'status', status: 404 } }] : [],
  },
  {
    name: '503 twice',
    note: 'The next two fragments return 503 once each; they are requested again.',
    rules: () => [{ match: { ...FRAGMENTS, count: 2 }, effect: { type: 'status', status: 503 } }],
  },
  {
    name: 'Truncated body',
    note: 'The next fragment ends half way through.',
    rules: () => [
      { match: { ...FRAGMENTS, count: 1 }, effect: { type: 'cut', afterShare: 0.5, withLength: true } },
    ],
  },
  {
    name: 'Stall',
    note: 'The body of the next fragment stalls half way through.',
    rules: () => [{ match: { ...FRAGMENTS, count: 1 }, effect: { type: 'stall', afterShare: 0.5 } }],
  },
  {
    name: 'Reset',
    note: 'The connection of the next fragment is reset.',
    rules: () => [{ match: { ...FRAGMENTS, count: 1 }, effect: { type: 'reset' } }],
  },
  {
    name: 'Server down',
    note: 'Every fragment returns 503 from now on, until this is switched off.',
    rules: () => [{ match: FRAGMENTS, effect: { type: 'status', status: 503 } }],
  },
];
