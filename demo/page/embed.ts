import type { SmoothPlayerElement } from '../../src/element.ts';

/** How to embed the current title in another page. */
export function offerSnippet(player: SmoothPlayerElement, code: HTMLElement, button: HTMLElement): void {
  const show = () => {
    code.textContent = snippetFor(player.src || 'https://host/title.ism/Manifest');
  };
  player.addEventListener('loadstart', show);
  player.addEventListener('loaded', show);
  show();
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(code.textContent ?? '').then(
      () => flash(button, 'Copied'),
      () => flash(button, 'Not allowed'),
    );
  });
}

function snippetFor(url: string): string {
  return [
    `<script type="module" src="${new URL('dist/cdn/smooth-player.js', document.baseURI)}"></script>`,
    '',
    `<smooth-player controls`,
    `  src="${url.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">`,
    '</smooth-player>',
  ].join('\n');
}

function flash(button: HTMLElement, text: string): void {
  const before = 'Copy';
  button.textContent = text;
  setTimeout(() => {
    button.textContent = before;
  }, 1500);
}
