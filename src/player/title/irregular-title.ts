import { inSlices } from '../../base/async.ts';
import { isSmoothError, type SmoothError } from '../../base/errors.ts';
import { mendManifest, withRepairs } from '../../manifest/mend-manifest.ts';
import { mendInSteps } from '../../manifest/mend-text.ts';
import type { Presentation, Protection } from '../../manifest/presentation.ts';
import { keyIdsOf } from '../../manifest/protection.ts';
import { splitStreams } from '../../manifest/split-streams.ts';
import type { EncryptionReader } from '../../transmux/encryption.ts';
import { encryptionReader } from '../../transmux/read-encryption.ts';
import type { Settings } from '../options.ts';
import { loadComposite } from './composite.ts';
import type { Title, TitleSource } from './title.ts';

export { openClips } from './clips.ts';
export { Hosts } from './hosts.ts';

/** A manifest that is not quite valid. */
export interface IrregularManifest {
  readonly text: string;
  /** The result of parsing it: a presentation, or the error. */
  readonly outcome: unknown;
  /** Whether it was fetched before, with the same result. */
  readonly isAgain: boolean;
}

/** Makes a title of it nevertheless: repaired, split by camera angle, or joined from clips. Throws if that is impossible. */
export async function openIrregularTitle(
  { text, outcome, isAgain }: IrregularManifest,
  bare: TitleSource,
  settings: Settings,
  signal: AbortSignal,
): Promise<Title> {
  const isFailure = !(outcome as Presentation).streams;
  if (isFailure && !isSmoothError(outcome)) throw outcome;
  let presentation: Presentation;
  try {
    presentation = await inSlices(mendManifest(text, outcome as Presentation | SmoothError, isAgain), signal);
  } catch (error) {
    const isComposite = isSmoothError(error, 'manifest-foreign') && error.details.kind === 'composite';
    if (!isComposite) throw error;
    return openComposite(text, isAgain, bare, settings, signal);
  }
  const { protection } = presentation;
  const locate = protection.some(({ scope }) => scope) && underOwnKeys(protection);
  return { ...bare, presentation: splitStreams(presentation), ...(locate && { locate }) };
}

async function openComposite(
  text: string,
  isAgain: boolean,
  bare: TitleSource,
  settings: Settings,
  signal: AbortSignal,
): Promise<Title> {
  const { text: mended, repairs } = await inSlices(mendInSteps(text, isAgain), signal);
  const title = await loadComposite(mended, bare, settings, signal);
  return { ...title, presentation: withRepairs(title.presentation, repairs) };
}

/** Decrypts the fragments of streams with a protection of their own with its keys. */
function underOwnKeys(protection: Presentation['protection']): NonNullable<Title['locate']> {
  const readers = new Map<Protection['scope'], EncryptionReader>();
  for (const scope of new Set(protection.map((one) => one.scope))) {
    const own = protection.filter((one) => one.scope === scope);
    if (scope) readers.set(scope, encryptionReader(keyIdsOf([...own, ...protection])));
  }
  return (request) => {
    const reader = readers.get(request.stream.attributes);
    return reader && request.readEncryption ? { ...request, readEncryption: reader } : request;
  };
}
