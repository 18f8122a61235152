import { html, render } from 'lit';
import type { SmoothPlayerElement } from '../../src/element.ts';

/** A field for the URL of any manifest. The page's address keeps it, so that it can be passed on. */
export function offerSources(player: SmoothPlayerElement, form: HTMLElement, sample: string): void {
  const address = new URL(location.href);
  const first = address.searchParams.get('src') ?? sample;
  const show = (url: string) => {
    // The sample's picture says itself what it is, where the title would stand.
    player.mediaTitle = url === sample ? '' : titleOf(url);
    player.src = url;
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const url = form.querySelector('input')?.value.trim();
    if (!url) return;
    if (url === sample) address.searchParams.delete('src');
    else address.searchParams.set('src', url);
    history.replaceState(null, '', address);
    show(url);
    player.play().catch(() => undefined);
  };
  form.addEventListener('submit', submit);
  render(
    html`
      <label for="url">Manifest URL</label>
      <input id="url" type="text" inputmode="url" spellcheck="false" autocapitalize="off"
        placeholder="https://host/title.ism/Manifest" .value=${first} />
      <button class="primary" type="submit">Load</button>
    `,
    form,
  );
  player.autoplay = true;
  show(first);
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
