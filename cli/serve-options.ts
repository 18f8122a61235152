import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { NamedFilter } from '../demo/origin/formats/title-filter.ts';
import type { ChannelOptions } from '../demo/origin/live/channel.ts';
import type { PublishingPointOptions } from '../demo/origin/publish/publishing-point.ts';
import type { OriginLimits } from '../demo/origin/service/limits.ts';
import { DEFAULT_LIMITS } from '../demo/origin/service/limits.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

/** The configuration of `serve`, from its arguments and its configuration file. */
export interface ServeConfig {
  readonly presentations: Readonly<Record<string, string>>;
  readonly live: readonly ChannelOptions[];
  readonly publish: readonly PublishingPointOptions[];
  readonly names: readonly string[];
  readonly limits: Partial<OriginLimits>;
  readonly filters: Readonly<Record<string, NamedFilter>>;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isCount: Check = (value) => isNumber(value) && Number.isInteger(value);
const isFlag: Check = (value) => typeof value === 'boolean';
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isPath: Check = (value) => typeof value === 'string' && /^\/.*\.isml?$/i.test(value);
const isOneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);

const isPeer: Check = (value) =>
  isRecord(value) && problemOf(value, { url: isUrl, token: isText }, ['url'], 'peers') === undefined;
const isUrl: Check = (value) => typeof value === 'string' && /^https?:\/\/[^/]+\/.*\.isml?$/i.test(value);

const CHANNEL: Readonly<Record<string, Check>> = {
  path: isPath,
  source: isText,
  epoch: isOneOf('zero', 'unix', 'dotnet'),
  windowSeconds: isNumber,
  lookAhead: isCount,
  history: isNumber,
  earlyStatus: isOneOf(404, 412),
  goneStatus: isOneOf(404, 410),
};

const POINT: Readonly<Record<string, Check>> = {
  path: isPath,
  archive: isText,
  windowSeconds: isNumber,
  lookAhead: isCount,
  earlyStatus: isOneOf(404, 412),
  goneStatus: isOneOf(404, 410),
  tokens: isTexts,
  maxArchiveBytes: isCount,
  memoryBytes: isCount,
  sync: isFlag,
  peers: (value) => Array.isArray(value) && value.every(isPeer),
};

const LIMITS: Readonly<Record<string, Check>> = Object.fromEntries(
  Object.keys(DEFAULT_LIMITS).map((name) => [name, isNumber]),
);

/** Reads a configuration file. Unknown names and invalid values are errors: a misspelt limit would not apply. */
export async function readServeConfig(path: string): Promise<ServeConfig> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(EXIT.input, `${path} can't be read: ${problem}`);
  }
  const wrong = (problem: string) => new CommandFailure(EXIT.input, `${path}: ${problem}`);
  if (!isRecord(content)) throw wrong('an object is expected');
  const {
    presentations = {},
    live = [],
    publish = [],
    names = [],
    limits = {},
    filters = {},
    ...rest
  } = content;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw wrong(`there is no setting ${JSON.stringify(unknown)}`);
  if (!isRecord(presentations) || !Object.values(presentations).every(isText))
    throw wrong('"presentations" maps URL paths to folders');
  if (!isRecord(filters) || !Object.values(filters).every(isRecord))
    throw wrong('"filters" maps names to filters');
  if (!isTexts(names)) throw wrong('"names" must be a list of host names');
  if (!Array.isArray(live) || !Array.isArray(publish)) throw wrong('"live" and "publish" must be lists');
  const problem =
    live.map((one) => problemOf(one, CHANNEL, ['path', 'source'], '"live"')).find(Boolean) ??
    publish.map((one) => problemOf(one, POINT, ['path', 'archive'], '"publish"')).find(Boolean) ??
    problemOf(limits, LIMITS, [], '"limits"');
  if (problem) throw wrong(problem);
  return {
    presentations: presentations as Record<string, string>,
    live: live as ChannelOptions[],
    publish: publish as PublishingPointOptions[],
    names: names as string[],
    limits: limits as Partial<OriginLimits>,
    filters: filters as Record<string, NamedFilter>,
  };
}

function problemOf(
  value: unknown,
  checks: Readonly<Record<string, Check>>,
  needed: readonly string[],
  where: string,
): string | undefined {
  if (!isRecord(value)) return `${where} has an entry that is not an object`;
  for (const name of needed) if (!(name in value)) return `${where} lacks ${JSON.stringify(name)}`;
  for (const [name, own] of Object.entries(value)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) return `${where} has no setting ${JSON.stringify(name)}`;
    if (!check(own)) return `${where}: ${JSON.stringify(own)} is not a valid ${JSON.stringify(name)}`;
  }
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `PATH=FOLDER`, or a folder that is served at `/`. */
export function readMount(text: string): readonly [path: string, folder: string] {
  const [, path, folder] = /^(\/[^=]*)=(.+)$/.exec(text) ?? [];
  return path !== undefined && folder !== undefined ? [path, resolve(folder)] : ['/', resolve(text)];
}
