// `npm run engines`: runs the browser tests that concern the engine in Chromium, Firefox and WebKitGTK, where they are
// installed, and prints a table of what ran where; takes half an hour. Each engine's known limits, with their reasons,
// are in test/engines/known-limits.ts.
//   --only firefox,webkit    these engines only
//   --no-build               use the existing build
// CHROMIUM, FIREFOX and MINI_BROWSER name other programs; WebKitGTK needs WebKitWebDriver and Xvfb too.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { findBrowser } from './find-browser.mjs';
import { ensureInstalled, ROOT } from './install.mjs';
import { Tally } from './steps.mjs';

/** The path of an installed program; `undefined` if there is none. */
function find(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find((path) => existsSync(path));
}

const ENGINES = {
  chromium: async () => ({ CHROMIUM: (await findBrowser()).path }),
  firefox: () => {
    const path = process.env.FIREFOX ?? find('firefox-esr', 'firefox');
    return path && { FIREFOX: path };
  },
  webkit: () => find('WebKitWebDriver') && find('Xvfb') && {},
};

const { values: options } = parseArgs({
  options: {
    build: { type: 'boolean', default: true },
    only: { type: 'string', default: Object.keys(ENGINES).join(',') },
  },
  allowNegative: true,
});

/** Each test of a Playwright report: its area, its result, its figures. */
const testsOf = ({ title, specs = [], suites = [] }, area = title) => [
  ...specs.map(({ tests: [one] }) => ({
    area: /(\w[\w-]*)\.spec\.ts$/.exec(area)?.[1] ?? area,
    status: one.status,
    figures: one.annotations.filter(({ type }) => type === 'figure').map(({ description }) => description),
  })),
  ...suites.flatMap((suite) => testsOf(suite, area)),
];

/** The rows of an engine's column. */
function columnOf({ suites }) {
  const cells = new Map();
  const counts = new Map();
  for (const { area, status, figures } of suites.flatMap((suite) => testsOf(suite))) {
    const count = counts.get(area) ?? { expected: 0, unexpected: 0, skipped: 0 };
    count[status] += 1;
    counts.set(area, count);
    for (const figure of figures) {
      const [name, ...value] = figure.split(': ');
      cells.set(name, value.join(': '));
    }
  }
  for (const [area, { expected, unexpected, skipped }] of counts)
    cells.set(
      area,
      [`${expected} passed`, unexpected && `**${unexpected} failed**`, skipped && `${skipped} skipped`]
        .filter(Boolean)
        .join(', '),
    );
  return cells;
}

function tableOf(columns) {
  const names = [...new Set([...columns.values()].flatMap((cells) => [...cells.keys()]))];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...columns.keys()]),
    line(['---', ...[...columns].map(() => '---')]),
    ...names.map((name) => line([name, ...[...columns.values()].map((cells) => cells.get(name) ?? '–')])),
  ].join('\n');
}

await ensureInstalled();
if (options.build) await build();
const tally = new Tally();
const columns = new Map();
for (const engine of options.only.split(',')) {
  const environment = await ENGINES[engine]();
  if (!environment) {
    console.log(`\n${engine} was not tested: it is not installed.`);
    continue;
  }
  const report = `test-results/engines-${engine}.json`;
  await tally.tests(
    `In ${engine}`,
    'playwright',
    ['test', '-c', `test/engines/${engine}.config.ts`, '--reporter=list,json'],
    report,
    (json) => {
      columns.set(engine, columnOf(json));
      return { passed: json.stats.expected, failed: json.stats.unexpected, skipped: json.stats.skipped };
    },
    { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: join(ROOT, report) },
  );
}
console.log(`\n${tableOf(columns)}`);
tally.close();
