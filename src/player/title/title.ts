import type { Presentation } from '../../manifest/presentation.ts';
import type { Transfer } from '../../net/throughput-meter.ts';
import type { Trust } from '../../net/trust.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { Hosts } from './hosts.ts';

/** A manifest as it was loaded: what fragments are fetched from. */
export interface Title {
  readonly presentation: Presentation;
  /** The manifest's URL after redirects. */
  readonly url: string;
  /** The hosts to ask for fragments: that URL, and those of the alternatives, where there are any. */
  readonly hosts: Hosts | undefined;
  readonly trust: Trust;
  /** How the manifest itself came. */
  readonly transfer: Transfer;
  /** The headers that it came with: how old it may be. */
  readonly answer?: Headers;
  /** Where a fragment really is, in a title that is joined from clips of others. */
  readonly locate?: (request: FragmentRequest) => FragmentRequest;
}

/** A title but for what its manifest says. */
export type TitleSource = Omit<Title, 'presentation' | 'locate'>;
