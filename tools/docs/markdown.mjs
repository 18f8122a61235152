// Markdown to HTML: highlighted code, headings with anchors, and live players.
import hljs from 'highlight.js/lib/common';
import MarkdownIt from 'markdown-it';

const SAMPLE = '/presentations/sample.ism/Manifest';

/** As GitHub names anchors. */
export const slugOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const escapeHtml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function highlight(code, language) {
  if (!language || !hljs.getLanguage(language)) return escapeHtml(code);
  return hljs.highlight(code, { language }).value;
}

/** The elements of a sample, to be played in the page itself: with the sample title, and without its scripts. */
export function liveHtml(code) {
  return code
    .replaceAll(/<!doctype html>|<meta\b[^>]*>|<title>.*?<\/title>/g, '')
    .replaceAll(/<script\b[\s\S]*?<\/script>\s*/g, '')
    .replaceAll(/https?:\/\/[^"\s]*\.ism\/Manifest/g, SAMPLE)
    .trim();
}

/** `linkOf` maps a link; `undefined` for files of the project that are not in the documentation. */
export function renderMarkdown(text, linkOf) {
  const headings = [];
  const seen = new Map();
  const md = new MarkdownIt({ html: true });
  md.renderer.rules.heading_open = (tokens, index) => {
    const { tag } = tokens[index];
    const plain = tokens[index + 1].children
      .filter(({ type }) => type === 'text' || type === 'code_inline')
      .map(({ content }) => content)
      .join('');
    const base = slugOf(plain);
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    const id = count === 0 ? base : `${base}-${count}`;
    headings.push({ id, text: plain, level: Number(tag[1]) });
    return `<${tag} id="${id}">`;
  };
  md.renderer.rules.heading_close = (tokens, index) => {
    const { id } = headings.at(-1);
    const { tag } = tokens[index];
    return tag === 'h1'
      ? '</h1>'
      : ` <a class="anchor" href="#${id}" aria-label="Link to this section">#</a></${tag}>`;
  };
  md.renderer.rules.fence = (tokens, index) => {
    const { content, info } = tokens[index];
    const [language = '', ...flags] = info.trim().split(/\s+/);
    const code = `<pre tabindex="0"><code>${highlight(content, language)}</code></pre>`;
    const live = flags.includes('live') ? `<div class="live">${liveHtml(content)}</div>` : '';
    return `<div class="sample"><button type="button" class="copy">Copy</button>${code}</div>${live}`;
  };
  md.renderer.rules.table_open = () => '<div class="table"><table>';
  md.renderer.rules.table_close = () => '</table></div>';
  md.core.ruler.push('links', ({ tokens }) => {
    for (const { children } of tokens) for (const token of children ?? []) mapLink(token, linkOf);
  });
  const html = md.render(text).replaceAll('<th></th>', '<td></td>');
  return { html, title: headings[0]?.text ?? '', headings };
}

function mapLink(token, linkOf) {
  const name = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : undefined;
  if (!name) return;
  const mapped = linkOf(token.attrGet(name));
  if (mapped !== undefined) token.attrSet(name, mapped);
  // A file of the project: the link would lead nowhere.
  else token.attrs = token.attrs.filter(([attribute]) => attribute !== name);
}
