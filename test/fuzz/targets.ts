import type { Target } from './target.ts';
import { codecs, playReady } from './targets/codecs.ts';
import { fragment } from './targets/fragment.ts';
import { live } from './targets/live.ts';
import { composite, manifest, mended } from './targets/manifest.ts';
import { redaction, urls } from './targets/urls.ts';

/** All that reads what servers send. A new reader of text is one more `textTarget`. */
export const TARGETS: readonly Target[] = [
  manifest,
  mended,
  composite,
  fragment as Target,
  playReady,
  codecs,
  live as Target,
  urls,
  redaction,
];
