import { isSmoothError, type SmoothError } from '../base/errors.ts';
import { splitAngles } from '../manifest/camera-angles.ts';
import { COMPOSITE } from '../manifest/document.ts';
import { mendManifest, withRepairs } from '../manifest/mend-manifest.ts';
import { mendText } from '../manifest/mend-text.ts';
import type { Presentation, Protection } from '../manifest/presentation.ts';
import { keyIdsOf } from '../manifest/protection.ts';
import type { EncryptionReader } from '../transmux/encryption.ts';
import { encryptionReader } from '../transmux/read-encryption.ts';
import { loadComposite } from './composite.ts';
import type { Title } from './load-title.ts';
import type { Settings } from './options.ts';

export { Hosts } from './hosts.ts';

type Bare = Omit<Title, 'presentation' | 'locate'>;

/** A manifest that is not quite as it should be. */
export interface OddManifest {
  readonly text: string;
  /** What came of reading it: a presentation, or what was thrown. */
  readonly outcome: unknown;
  /** Whether it was asked for before, and came no better. */
  readonly isAgain: boolean;
}

/** Makes a title of it all the same: mended, of several cameras, or joined of clips. Throws what can't be helped. */
export async function openOddTitle(
  { text, outcome, isAgain }: OddManifest,
  bare: Bare,
  settings: Settings,
  signal: AbortSignal,
): Promise<Title> {
  const isFailure = !(outcome as Presentation).streams;
  if (isFailure && !isSmoothError(outcome)) throw outcome;
  let presentation: Presentation;
  try {
    presentation = mendManifest(text, outcome as Presentation | SmoothError, isAgain);
  } catch (error) {
    const isComposite = isSmoothError(error, 'manifest-foreign') && error.details.found === COMPOSITE;
    if (!isComposite) throw error;
    return openComposite(text, isAgain, bare, settings, signal);
  }
  const { protection } = presentation;
  const locate = protection.some(({ scope }) => scope) && underOwnKeys(protection);
  return { ...bare, presentation: splitAngles(presentation), ...(locate && { locate }) };
}

async function openComposite(
  text: string,
  isAgain: boolean,
  bare: Bare,
  settings: Settings,
  signal: AbortSignal,
): Promise<Title> {
  try {
    return await loadComposite(text, bare, settings, signal);
  } catch (error) {
    const isUnread = isSmoothError(error) && error.category === 'manifest';
    const { text: mended, repairs } = mendText(isUnread ? text : '', isAgain);
    if (repairs.length === 0) throw error;
    const title = await loadComposite(mended, bare, settings, signal);
    return { ...title, presentation: withRepairs(title.presentation, repairs) };
  }
}

/** Has the fragments of streams with a protection of their own decrypted with its keys. */
function underOwnKeys(protection: Presentation['protection']): NonNullable<Title['locate']> {
  const readers = new Map<Protection['scope'], EncryptionReader>();
  for (const scope of new Set(protection.map((one) => one.scope))) {
    const own = protection.filter((one) => one.scope === scope);
    if (scope) readers.set(scope, encryptionReader(keyIdsOf([...own, ...protection])));
  }
  return (errand) => {
    const reader = readers.get(errand.stream.attributes);
    return reader && errand.readEncryption ? { ...errand, readEncryption: reader } : errand;
  };
}
