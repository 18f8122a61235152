import { html, nothing, render, type TemplateResult } from 'lit';
import type { SmoothPlayerElement } from '../../src/element.ts';

/** A title on this server. */
export interface OfferedTitle {
  readonly name: string;
  readonly url: string;
}

/** The titles that one player offers. */
export interface Offer {
  /** The parameter of the page's URL that stores the choice, so that it can be shared. */
  readonly key: string;
  readonly titles: readonly [OfferedTitle, ...OfferedTitle[]];
  readonly help?: TemplateResult;
}

/** The server's titles, and a field for the URL of any manifest. */
export function offerSources(
  player: SmoothPlayerElement,
  form: HTMLElement,
  { key, titles, help }: Offer,
): void {
  const [first] = titles;
  const id = `${key}-url`;
  let current = new URL(location.href).searchParams.get(key) ?? first.url;
  const show = (url: string) => {
    current = url;
    const address = new URL(location.href);
    if (url === first.url) address.searchParams.delete(key);
    else address.searchParams.set(key, url);
    history.replaceState(null, '', address);
    // The server's own titles show their name in the picture, in the title's place.
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
        <label for=${id}>Manifest URL</label>
        <input id=${id} type="text" inputmode="url" spellcheck="false" autocapitalize="off"
          placeholder="https://host/title.ism/Manifest" .value=${current} />
        <button class="primary" type="submit">Load</button>
        <div class="chips" role="group" aria-label="Titles of this server">
          ${titles.map(
            ({ name, url }) => html`
              <button type="button" aria-pressed=${url === current} @click=${() => play(url)}>${name}</button>
            `,
          )}
        </div>
        ${help ?? nothing}
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
