// The frame of a page: navigation, content, and the sections of the page.
import { posix } from 'node:path';
import { SECTIONS } from './sections.mjs';
import { titleOf } from './titles.mjs';

const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; connect-src *; require-trusted-types-for 'script'; trusted-types lit-html";

export function pageHtml({ path, title, html, headings }) {
  const to = (target) => posix.relative(posix.dirname(path), target) || '.';
  const item = (page) =>
    `<li><a href="${to(`${page.path}.html`)}"${page.path === path ? ' aria-current="page"' : ''}>${titleOf(page)}</a></li>`;
  const navigation = SECTIONS.map(
    ({ name, pages }) => `<h2>${name}</h2><ul>${pages.map(item).join('')}</ul>`,
  ).join('');
  const inner = headings.filter(({ level }) => level === 2);
  const contents =
    inner.length > 1
      ? `<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>${inner
          .map(({ id, text }) => `<li><a href="#${id}">${escapeText(text)}</a></li>`)
          .join('')}</ul></nav>`
      : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="color-scheme" content="light dark">
<title>${path === 'index' ? 'smooth-player' : `${escapeText(title)} · smooth-player`}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${to('docs.css')}">
<script type="module" src="${to('docs.js')}" data-root="${to('index.html')}"></script>
${html.includes('<smooth-') ? `<script type="module" src="${to('player/smooth-player.js')}"></script>` : ''}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><a class="home" href="${to('index.html')}"><span class="mark" aria-hidden="true"></span>smooth-player</a>
<form role="search"><input type="search" placeholder="Search" aria-label="Search the documentation" autocomplete="off"><ul class="found" hidden></ul></form></header>
<div class="columns">
<details class="navigation"><summary>Contents</summary><nav aria-label="Documentation">${navigation}</nav></details>
<main id="content">${html}</main>
${contents}
</div>
</body>
</html>
`;
}

const escapeText = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
