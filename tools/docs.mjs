// `npm run docs`: writes the documentation to build/docs/, from docs/ and from the build. `--no-build` uses the last build.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { apiPage } from './docs/api-page.mjs';
import { elementsPage } from './docs/elements-page.mjs';
import { errorsPage } from './docs/errors-page.mjs';
import { keysPage } from './docs/keys-page.mjs';
import { renderMarkdown } from './docs/markdown.mjs';
import { pageHtml } from './docs/page.mjs';
import { OTHER_FILES, SECTIONS } from './docs/sections.mjs';
import { ROOT } from './install.mjs';

const OUT = join(ROOT, 'build/docs');
const GENERATED = { elements: elementsPage, api: apiPage, errors: errorsPage, keys: keysPage };

/** All pages: the path of each in build/docs/ without its extension, its source relative to the project, and its Markdown. */
export async function readPages() {
  const pages = [];
  for (const { pages: listed } of SECTIONS)
    for (const { path, source = `docs/${path}.md`, generate } of listed) {
      const text = generate ? await GENERATED[generate]() : readFileSync(join(ROOT, source), 'utf8');
      pages.push({ path, source, text });
    }
  return pages;
}

export async function writeDocs(out = OUT) {
  const pages = await readPages();
  const pathOf = new Map(pages.map(({ path, source }) => [source, path]));
  // The pages replace those of the last time as the last step.
  const work = `${out}.new`;
  rmSync(work, { recursive: true, force: true });
  const index = [];
  for (const { path, source, text } of pages) {
    const { html, title, headings } = renderMarkdown(text, (link) =>
      resolveLink(link, { path, source, pathOf }),
    );
    const file = join(work, `${path}.html`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, pageHtml({ path, title, html, headings }));
    index.push({ path, title, headings });
  }
  for (const [from, to] of Object.entries(OTHER_FILES)) {
    mkdirSync(dirname(join(work, to)), { recursive: true });
    cpSync(join(ROOT, from), join(work, to), { recursive: true });
  }
  writeFileSync(join(work, 'search.json'), JSON.stringify(index));
  rmSync(out, { recursive: true, force: true });
  renameSync(work, out);
  return pages.length;
}

/** A link in a source, as one in the written pages: those to other sources become links to their pages. */
function resolveLink(link, { path, source, pathOf }) {
  if (/^(?:[a-z]+:|#|\/)/i.test(link)) return link;
  const [target = '', anchor] = link.split('#');
  const full = posix.join(posix.dirname(source), target);
  const page = pathOf.get(full);
  const copied = OTHER_FILES[full];
  if (page === undefined && copied === undefined)
    return existsSync(join(ROOT, full)) ? undefined : `missing:${link}`;
  const to = posix.relative(posix.dirname(path), page === undefined ? copied : `${page}.html`);
  return anchor ? `${to}#${anchor}` : to;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const isBuilt =
    existsSync(join(ROOT, 'dist/cdn/smooth-player.js')) && existsSync(join(ROOT, 'custom-elements.json'));
  if (!process.argv.includes('--no-build') || !isBuilt) await (await import('./build.mjs')).build();
  console.log(`build/docs/: ${await writeDocs()} pages. \`npm start\` serves them at /docs/.`);
}
