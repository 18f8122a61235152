import { nothing } from 'lit';
import type { LateHost, LatePart } from './late-part.ts';
import type { Strings } from './strings.ts';

type Load = () => Promise<{ open(host: LateHost): LatePart }>;

const announcer: Load = () => import('./announcer.ts');

/** Parts by the event after which they are needed. */
const PARTS: Readonly<Record<string, Load>> = {
  play: announcer,
  ratechange: announcer,
  trackchange: announcer,
  loadedmetadata: () => import('./remote.ts'),
  autoplayblocked: () => import('./unmute-hint.ts'),
  'smooth-keys': () => import('./keys-sheet.ts'),
};

/** The parts of a player that are there so far. It does without one that can't be loaded. */
export class LateParts {
  readonly #host: LateHost;
  readonly #parts = new Map<Load, LatePart | undefined>();

  constructor(host: LateHost) {
    this.#host = host;
    const target: EventTarget = host;
    for (const [type, load] of Object.entries(PARTS))
      target.addEventListener(type, () => this.#open(type, load));
  }

  render(strings: Strings): unknown {
    return [...this.#parts.values()].map((part) => part?.render?.(strings));
  }

  /** Their buttons in the bar. */
  renderButtons(strings: Strings): readonly unknown[] {
    return [...this.#parts.values()]
      .map((part) => part?.renderButton?.(strings) ?? nothing)
      .filter((button) => button !== nothing);
  }

  #open(type: string, load: Load): void {
    if (this.#parts.has(load) || (type === 'loadedmetadata' && !hasSourceForDevices(this.#host))) return;
    this.#parts.set(load, undefined);
    load().then(
      ({ open }) => {
        this.#parts.set(load, open(this.#host));
        this.#host.requestUpdate();
      },
      () => this.#parts.delete(load), // the next event tries again
    );
  }
}

/** Other devices can't use a media source: the title needs a `<source>`, or to be played by the browser itself. */
const hasSourceForDevices = (host: LateHost) =>
  host.querySelector(':scope > source') !== null || host.currentSrc !== host.src;
