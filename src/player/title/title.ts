import type { Chunk, Presentation, QualityLevel } from '../../manifest/presentation.ts';
import type { Transfer } from '../../net/throughput-meter.ts';
import type { Trust } from '../../net/trust.ts';
import type { FragmentRequest } from '../fragment/fragment-request.ts';
import type { PlayableStream } from '../select-streams.ts';
import type { Hosts } from './hosts.ts';

/** A loaded manifest, and the source of its fragments. */
export interface Title {
  readonly presentation: Presentation;
  /** The manifest's URL after redirects. */
  readonly url: string;
  /** The hosts of fragments: that URL, and those of the alternatives, if there are any. */
  readonly hosts: Hosts | undefined;
  readonly trust: Trust;
  /** The download of the manifest itself. */
  readonly transfer: Transfer;
  /** The headers of its response, for its age. */
  readonly answer?: Headers;
  /** Maps a fragment to its clip, in a title that is joined from clips. */
  readonly locate?: (request: FragmentRequest) => FragmentRequest;
  /** The level at which a chunk was requested before the manifest was complete, if it was. */
  readonly begunLevel?: (playable: PlayableStream, chunk: Chunk) => QualityLevel | undefined;
  /** Called with each element that it is played on; the signal ends that. */
  readonly onPlayback?: ((media: HTMLMediaElement, signal: AbortSignal) => void) | undefined;
}

/** A title without its presentation. */
export type TitleSource = Omit<Title, 'presentation' | 'locate' | 'begunLevel' | 'onPlayback'>;
