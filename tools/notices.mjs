// A Rollup plugin that collects the packages in the bundles, and writes their licences to dist/THIRD-PARTY-NOTICES.txt.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;
const TEXT = /^(licen[cs]e|notice|copying|copyright)/i;

/** One for all bundles, since they share the file. */
export function notices(path) {
  const folders = new Set();
  return {
    name: 'notices',
    writeBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        for (const [id, { renderedLength }] of Object.entries(file.modules ?? {})) {
          // A virtual module, such as one of a plugin, has a name that begins with NUL.
          const [folder] = PACKAGE.exec(id.replace(/\\/g, '/').replace(/^\0/, '')) ?? [];
          if (folder && renderedLength > 0) folders.add(folder);
        }
      }
      writeFileSync(path, `${[...folders].sort().map(noticeOf).join('\n\n')}\n`);
    },
  };
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((file) => TEXT.test(file) && existsSync(join(folder, file)));
  if (texts.length === 0) throw new Error(`${name} has no licence text`);
  return [
    `${name} ${version} (${license})`,
    `https://www.npmjs.com/package/${name}/v/${version}`,
    ...texts.map((file) => `\n${readFileSync(join(folder, file), 'utf8').trim()}`),
    `\n${'-'.repeat(80)}`,
  ].join('\n');
}
