import type { Case } from './case.ts';
import { COMPOSITES } from './composites.ts';
import { FRAGMENTS_BOXES } from './fragments-boxes.ts';
import { FRAGMENTS_CODECS } from './fragments-codecs.ts';
import { FRAGMENTS_DELIVERY } from './fragments-delivery.ts';
import { FRAGMENTS_TIMES } from './fragments-times.ts';
import { MANIFEST_STREAMS } from './manifest-streams.ts';
import { MANIFEST_TEXT } from './manifest-text.ts';
import { MANIFEST_TIMES } from './manifest-times.ts';
import { PROTECTED_COMPOSITES } from './protected-composites.ts';
import { PROTECTED_TITLES } from './protection.ts';

/** The suite, by chapter. */
export const CHAPTERS: Readonly<Record<string, readonly Case[]>> = {
  'Text of the manifest': MANIFEST_TEXT,
  'Times in the manifest': MANIFEST_TIMES,
  'Streams, levels and URLs': MANIFEST_STREAMS,
  'Composite manifests': COMPOSITES,
  'Protected titles': PROTECTED_TITLES,
  'Protected composite manifests': PROTECTED_COMPOSITES,
  'Boxes of fragments': FRAGMENTS_BOXES,
  'Codecs of fragments': FRAGMENTS_CODECS,
  'Times and flags of fragments': FRAGMENTS_TIMES,
  'What comes for fragments': FRAGMENTS_DELIVERY,
};
