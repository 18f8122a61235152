import { html, render } from 'lit';
import type { SmoothPlayerElement } from '../../src/element.ts';

/** A player of the page, its name, and its instruments. */
export interface Watched {
  readonly name: string;
  readonly player: SmoothPlayerElement;
  readonly instruments: HTMLElement;
}

/** Shows one player's instruments at a time. Returns the current player. */
export function chooseWatched(
  all: readonly [Watched, ...Watched[]],
  chips: HTMLElement,
): () => SmoothPlayerElement {
  let [current] = all;
  const choose = (watched: Watched) => {
    current = watched;
    for (const { instruments } of all) instruments.hidden = instruments !== watched.instruments;
    draw();
  };
  const draw = () =>
    render(
      all.map(
        (watched) => html`
          <button type="button" aria-pressed=${watched === current} @click=${() => choose(watched)}>
            Statistics of ${watched.name}
          </button>
        `,
      ),
      chips,
    );
  choose(current);
  return () => current.player;
}
