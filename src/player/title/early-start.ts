import type { OnPiece } from '../../net/fetch-whole.ts';
import type { Trust } from '../../net/trust.ts';
import type { EarlyFragments, EarlyPorts } from './early-fragments.ts';
import type { Title } from './title.ts';

/** A manifest with this many bytes more to come is not waited for. */
const LONG = 131_072;

/** Follows a manifest that is arriving. */
export interface EarlyStart {
  readonly onPiece: OnPiece;
  /** The manifest is read, or can't be: nothing more is requested early. The title uses what was. */
  end(title?: Title): Title | undefined;
}

/** Has the first fragments requested while a long manifest is arriving. The code for it is loaded then. */
export function earlyStart(ports: EarlyPorts, trust: Trust, signal: AbortSignal): EarlyStart {
  let state: 'short' | 'long' | 'over' = 'short';
  let fragments: EarlyFragments | undefined;
  return {
    onPiece(pieces, response) {
      fragments?.read();
      const { length = 0, received } = response;
      // What is to come or, if that is unknown, what has come.
      if (state !== 'short' || Math.abs(length - received) < LONG) return;
      state = 'long';
      import('./early-fragments.ts')
        .then(({ EarlyFragments }) => {
          if (state === 'long') fragments = new EarlyFragments(pieces, response, trust, ports, signal);
        })
        .catch(() => {});
    },
    end(title) {
      state = 'over';
      return fragments?.end(title) ?? title;
    },
  };
}
