import { isSmoothError } from '../base/errors.ts';
import { splitAngles } from '../manifest/camera-angles.ts';
import { COMPOSITE } from '../manifest/document.ts';
import { mendManifest } from '../manifest/mend-manifest.ts';
import type { Presentation, Protection } from '../manifest/presentation.ts';
import { keyIdsOf } from '../manifest/protection.ts';
import type { EncryptionReader } from '../transmux/encryption.ts';
import { encryptionReader } from '../transmux/read-encryption.ts';
import { loadComposite } from './composite.ts';
import type { Title } from './load-title.ts';
import type { Settings } from './options.ts';

export { Hosts } from './hosts.ts';

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
  bare: Omit<Title, 'presentation' | 'locate'>,
  settings: Settings,
  signal: AbortSignal,
): Promise<Title> {
  if (isSmoothError(outcome, 'manifest-foreign') && outcome.details.found === COMPOSITE)
    return loadComposite(text, bare, settings, signal);
  const isFailure = !(outcome as Presentation).streams;
  if (isFailure && !isSmoothError(outcome)) throw outcome;
  const presentation = mendManifest(text, outcome as Parameters<typeof mendManifest>[1], isAgain);
  const { protection } = presentation;
  const locate = protection.some(({ scope }) => scope) && underOwnKeys(protection);
  return { ...bare, presentation: splitAngles(presentation), ...(locate && { locate }) };
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
