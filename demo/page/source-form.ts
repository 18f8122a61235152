import { html, render } from 'lit';
import type { SmoothPlayerElement } from '../../src/element.ts';

/** A title that this server has. */
export interface OfferedTitle {
  readonly name: string;
  readonly url: string;
}

/**
 * The titles that the server has, side by side, and a field for the URL of any manifest. The page's address keeps it,
 * so that it can be passed on.
 */
export function offerSources(
  player: SmoothPlayerElement,
  form: HTMLElement,
  titles: readonly [OfferedTitle, ...OfferedTitle[]],
): void {
  const address = new URL(location.href);
  const [sample] = titles;
  let current = address.searchParams.get('src') ?? sample.url;
  const show = (url: string) => {
    current = url;
    if (url === sample.url) address.searchParams.delete('src');
    else address.searchParams.set('src', url);
    history.replaceState(null, '', address);
    // Those that the server has say themselves what they are, where the title would stand.
    player.mediaTitle = titles.some((title) => title.url === url) ? '' : titleOf(url);
    player.src = url;
    draw();
  };
  const play = (url: string) => {
    show(url);
    player.play().catch(() => undefined);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const url = form.querySelector('input')?.value.trim();
    if (url) play(url);
  };
  const draw = () =>
    render(
      html`
        <label for="url">Manifest URL</label>
        <input id="url" type="text" inputmode="url" spellcheck="false" autocapitalize="off"
          placeholder="https://host/title.ism/Manifest" .value=${current} />
        <button class="primary" type="submit">Load</button>
        <div class="chips" role="group" aria-label="Titles of this server">
          ${titles.map(
            ({ name, url }) => html`
              <button type="button" aria-pressed=${url === current} @click=${() => play(url)}>${name}</button>
            `,
          )}
        </div>
      `,
      form,
    );
  form.addEventListener('submit', submit);
  player.autoplay = true;
  show(current);
}

/** `big-buck-bunny` of `https://host/videos/big-buck-bunny.ism/Manifest`. */
function titleOf(url: string): string {
  const [, name] = /([^/]+)\.isml?(?:\/|$)/i.exec(url) ?? [];
  if (!name) return '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
