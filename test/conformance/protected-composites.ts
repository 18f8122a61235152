import type { Case } from './case.ts';
import { plays } from './case.ts';
import { composite, ofClips } from './composites.ts';
import { type Key, kid, lock } from './locks.ts';
import { drm, header, ONE, PLAYREADY, TWO } from './protection.ts';

/** In front of a clip's streams. */
const under = (key: Key) => (listed: string) =>
  `<Protection><ProtectionHeader SystemID="${PLAYREADY}">${header('4.0.0.0', `<KID>${kid(key)}</KID>`)}</ProtectionHeader></Protection>${listed}`;

/** What lies in the first folder is under one key, what lies in the second under another, or clear. */
const folders = (first: Key | undefined, second: Key | undefined): Pick<Case, 'drm' | 'fragment'> => ({
  drm,
  fragment: (clean, asked, { path }) => {
    const key = path.startsWith('second/') ? second : first;
    return key ? lock(clean, key, asked.stream === 'video') : clean;
  },
});

const [early, late] = [
  { begin: 0, end: 2, url: 'first/Manifest' },
  { begin: 2, end: 4, url: 'second/Manifest' },
];
const SEALED = { isSealed: true };

/** Manifests that join clips that are encrypted, or some of them. */
export const PROTECTED_COMPOSITES: readonly Case[] = [
  ofClips({
    name: 'clips under one key',
    ...folders(ONE, ONE),
    composite: composite({ ...early, streams: under(ONE) }, { ...late, streams: under(ONE) }),
    expect: plays(SEALED),
  }),
  ofClips({
    name: 'clips under keys of their own',
    ...folders(ONE, TWO),
    composite: composite({ ...early, streams: under(ONE) }, { ...late, streams: under(TWO) }),
    expect: plays(SEALED),
  }),
  ofClips({
    name: 'an encrypted clip, then a clear one',
    ...folders(ONE, undefined),
    composite: composite({ ...early, streams: under(ONE) }, late),
    expect: plays(SEALED),
  }),
  ofClips({
    name: 'a clear clip, then an encrypted one',
    ...folders(undefined, TWO),
    composite: composite(early, { ...late, streams: under(TWO) }),
    expect: plays(SEALED),
  }),
  ofClips({
    name: 'a clear clip between encrypted ones',
    ...folders(ONE, undefined),
    composite: composite({ ...early, streams: under(ONE) }, late, { ...early, streams: under(ONE) }),
    expect: plays({ ...SEALED, duration: 6, frames: [0, 149] }),
  }),
];
