import { readFile, stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ERROR_HINTS } from '../src/base/error-hints.ts';
import { isSmoothError } from '../src/base/errors.ts';
import { redactText } from '../src/base/redact.ts';
import { PACKED } from '../src/doctor/examine-text.ts';
import { verdictOf } from '../src/doctor/finding.ts';
import { manifestUrl } from '../src/timeline/fragment-url.ts';
import { dumpBoxes } from './boxes.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { fetchResource } from './fetch-resource.ts';
import { isOutOfReach, type Source, unpacked } from './fetched.ts';
import { compositeOf, inspectComposite } from './inspect-composite.ts';
import { inspectMedia } from './inspect-media.ts';
import { type HowToInspect, inspectTitle, type TitleReport } from './inspect-title.ts';
import { kindOfFile, openTitleFile } from './open-file.ts';
import type { Outcome } from './outcome.ts';
import { type Report, reportText } from './report-text.ts';

const INSPECT_USAGE = `smooth-player inspect <url or file> [options]

  Shows what a title contains, examines some fragments of each stream, and reports anomalies,
  what the player does about them, and whether the title plays. The file may be an .ism, an
  .ismc, an .ismv or .isma, or one fragment.

  --all               examine the first fragment of each level instead
  --json              print the report as JSON
  --boxes             also print the boxes of what was fetched (requires mux.js: npm install mux.js)
  --origin <origin>   origin of the page that the title is to play on (default: another site)
  --header <n: v>     a header for requests to the title's own host; may be repeated
  --help              print this text

  Exit codes: 0 it plays, 1 it cannot play, 2 invalid arguments, 3 no such file,
  4 the title's server doesn't respond or denies access.
`;

const MOST_FILE = 64 * 1024 * 1024;

/** `smooth-player inspect`. */
export async function inspect(args: readonly string[]): Promise<Outcome> {
  if (args.includes('--help')) return { text: INSPECT_USAGE, code: EXIT.ok };
  const asked = readArguments(args);
  if (typeof asked === 'string') return { text: asked, code: EXIT.usage };
  const { target, all, json, boxes, headers } = asked;
  const dumps: { where: string; boxes: string }[] = [];
  const seen = (where: string, bytes: Uint8Array) => {
    if (!boxes) return;
    const dump = dumpBoxes(bytes) ?? '  mux.js is not installed: npm install mux.js';
    dumps.push({ where, boxes: dump });
  };
  const isUrl = /^https?:\/\//i.test(target);
  const opened = isUrl ? await openUrl(target, asked.origin, headers) : await openPath(target);
  if (typeof opened === 'string') return { text: `${opened}\n`, code: EXIT.usage };
  const report =
    opened.kind === 'media'
      ? { target: opened.path, ...(await inspectMedia(opened.path, seen)) }
      : {
          target: redactText(opened.source.name),
          ...(await inspectSource(opened.source, {
            all,
            pageOrigin: opened.pageOrigin,
            seen,
            now: Date.now(),
          })),
        };
  const whole: Report = { ...report, verdict: verdictOf(report.findings, report.needs) };
  if (opened.kind === 'title' && isOutOfReach(opened.source.manifest))
    return { text: json ? `${whole.verdict.text}\n` : reportText(whole), code: EXIT.network };
  const code = whole.verdict.kind === 'cannot-play' ? EXIT.negative : EXIT.ok;
  if (json)
    return { text: `${JSON.stringify({ ...whole, ...(boxes && { boxes: dumps }) }, undefined, 2)}\n`, code };
  const dumped = dumps.map(({ where, boxes: lines }) => `\nBoxes of ${where}\n${lines}\n`).join('');
  return { text: `${reportText(whole)}${dumped}`, code };
}

async function inspectSource(given: Source, how: HowToInspect): Promise<TitleReport> {
  const manifest = await unpacked(given.manifest);
  const source = { ...given, manifest };
  const composite = compositeOf(source);
  const report = await (composite ? inspectComposite(source, composite, how) : inspectTitle(source, how));
  return manifest === given.manifest ? report : { ...report, findings: [PACKED, ...report.findings] };
}

interface Asked {
  readonly target: string;
  readonly all: boolean;
  readonly json: boolean;
  readonly boxes: boolean;
  readonly origin: string | undefined;
  readonly headers: readonly [string, string][];
}

function readArguments(args: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        all: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        boxes: { type: 'boolean', default: false },
        origin: { type: 'string' },
        header: { type: 'string', multiple: true, default: [] },
      },
    });
    const [target, ...rest] = positionals;
    if (target === undefined || rest.length > 0) return INSPECT_USAGE;
    const headers = values.header.map((line): [string, string] => {
      const at = line.indexOf(':');
      if (at < 1) throw new Error(`--header takes "Name: value"`);
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
    const { all, json, boxes, origin } = values;
    return {
      target,
      all,
      json,
      boxes,
      headers,
      origin: origin === undefined ? undefined : new URL(origin).origin,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${INSPECT_USAGE}`;
  }
}

type Opened =
  | { readonly kind: 'title'; readonly source: Source; readonly pageOrigin: string }
  | { readonly kind: 'media'; readonly path: string };

async function openUrl(
  target: string,
  origin: string | undefined,
  headers: readonly [string, string][],
): Promise<Opened | string> {
  let url: string;
  try {
    url = manifestUrl(target);
  } catch (error) {
    if (isSmoothError(error)) return redactText(`${error.message}. ${ERROR_HINTS[error.code]}`);
    throw error;
  }
  const pageOrigin = origin ?? `${new URL(url).protocol}//another-site.example`;
  const how = { origin: pageOrigin, headers };
  const manifest = await fetchResource(url, how);
  const base = manifest.steps.at(-1)?.url ?? url;
  const isOwn = (fragment: string) => new URL(fragment).origin === new URL(base).origin;
  const source: Source = {
    name: url,
    url: base,
    manifest,
    hasFragments: true,
    fetch: (fragment) => fetchResource(fragment, { ...how, headers: isOwn(fragment) ? headers : [] }),
  };
  return { kind: 'title', source, pageOrigin };
}

async function openPath(path: string): Promise<Opened | string> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts) {
    const hint = 'A title on the network begins with http:// or https://';
    throw new CommandFailure(EXIT.input, `${path}: no such file. ${hint}`);
  }
  if (facts.isDirectory()) return `${path} is a folder: specify the .ism or .ismc in it`;
  const bytes = facts.size <= MOST_FILE ? await readFile(path) : new Uint8Array();
  const kind = facts.size <= MOST_FILE ? kindOfFile(bytes) : 'media';
  if (kind === 'media') return { kind: 'media', path };
  return { kind: 'title', source: await openTitleFile(path, kind, bytes), pageOrigin: 'http://file.invalid' };
}
