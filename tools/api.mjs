// `npm run api`: writes reports of the public types to test/api/, from the build.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractApi } from './extract-api.mjs';
import { ROOT } from './install.mjs';

/** Entry points of `dist/types`. A type that two of them use is in the report of the first. */
const ENTRIES = ['index', 'element', 'transcript', 'jsx'];

const HEADER = '<!-- Written by `npm run api` from dist/types. Do not edit. -->';

const EXPORTED_NAME = /^export (?:class|const|function|interface|type) (\w+)/m;

/** Added above a class that can't be imported as a value, which API Extractor doesn't show. */
const TYPE_ONLY = '// As a type only:';

/** The names in an entry's `export type { … }`. */
function exportedTypes(entry) {
  const code = readFileSync(join(ROOT, `dist/types/${entry}.d.ts`), 'utf8');
  const lists = [...code.matchAll(/export type \{([^}]*)\}/g)];
  return new Set(lists.flatMap(([, list]) => list.match(/\w+/g)));
}

/** API Extractor's report of one entry, with the unexported types that it uses. */
function extract(entry, folder) {
  const reportFileName = `${entry}.api.md`;
  extractApi(entry, {
    apiReport: {
      enabled: true,
      reportFileName,
      reportFolder: folder,
      reportTempFolder: join(folder, 'temp'),
      includeForgottenExports: true,
    },
  });
  return readFileSync(join(folder, reportFileName), 'utf8');
}

/** The declarations of a report, without remarks that a member has no comment. */
function declarationsOf(report) {
  const [, code] = /```ts\n+([\s\S]*?)\n+```/.exec(report);
  return code
    .replaceAll(/^ *\/\/ \(undocumented\)\n/gm, '')
    .replaceAll(' (undocumented)', '')
    .replace(/\n+\/\/ \(No @packageDocumentation.*/, '')
    .split(/\n\n(?=\/\/ @)/);
}

/** Reports by the path of their file, relative to the project. */
export function apiReports() {
  const folder = mkdtempSync(join(tmpdir(), 'api-'));
  try {
    const seen = new Set();
    const reports = ENTRIES.map((entry) => {
      const lines = [];
      const types = exportedTypes(entry);
      for (const text of declarationsOf(extract(entry, folder))) {
        const key = text.replace(/^export /m, '');
        const name = EXPORTED_NAME.exec(text)?.[1];
        const isType = types.has(name);
        if (seen.has(key)) lines.push(...(name ? [`export ${isType ? 'type ' : ''}{ ${name} };`] : []));
        else lines.push(isType ? text.replace(/^export class/m, `${TYPE_ONLY}\n$&`) : text);
        seen.add(key);
      }
      return [`test/api/${entry}.api.md`, `${HEADER}\n\n\`\`\`ts\n${lines.join('\n\n')}\n\`\`\`\n`];
    });
    return new Map(reports);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { build } = await import('./build.mjs');
  await build();
  for (const [path, report] of apiReports()) writeFileSync(join(ROOT, path), report);
  console.log('test/api/ is up to date.');
}
