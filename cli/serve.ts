import { createWriteStream, type WriteStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createOrigin, type Origin } from '../demo/origin/server.ts';
import { accessLogLine } from '../demo/origin/service/access-log.ts';
import type { FinishedRequest } from '../demo/origin/service/finished-request.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailure, outcomeOf } from './failure.ts';
import { numberOption, readArguments, sizeOption, usageFailure } from './long-command.ts';
import type { Outcome } from './outcome.ts';
import { readMount, readServeConfig, type ServeConfig } from './serve-options.ts';

const HELP = `smooth-player serve [FOLDER | PATH=FOLDER …] [options]

  Serves the Smooth Streaming titles in folders, at any depth: FOLDER/a/film.ism is /a/film.ism/Manifest, or under
  PATH if one is given.

  --listen [HOST:]PORT    the address to listen on (127.0.0.1:8080); 0.0.0.0:8080 for all interfaces
  --name HOST             an accepted host name; may be repeated. IP addresses and localhost are always accepted,
                          requests for other names are rejected. '*': any
  --live PATH=TITLE.ism   an endless live channel from a title, such as /live/tv.isml=titles/film.ism
  --publish PATH=FOLDER   accept pushes from encoders at PATH/Streams(…) and archive them in FOLDER
  --token-file FILE       encoders must send one of the tokens in this file, one per line
  --window SECONDS        DVR window of --live and --publish (60; 0: everything since the beginning)
  --archive-quota SIZE    maximum size of the folder of --publish, such as 500G
  --peer URL              another origin that receives the same push, such as http://10.0.0.2:8080/live/event.isml:
                          missing fragments are fetched from there. May be repeated
  --no-sync               don't sync each fragment to disk: faster, but a power failure loses the last ones
  --config FILE           a JSON file with these and more settings; arguments override it
  --access-log FILE       a line for each request; - is the standard output. SIGHUP reopens the file
  --access-log-format F   json (default) or combined
  --grace SECONDS         how long responses may take to finish on shutdown (10)
  --fault-controls        enable /control/, which simulates faults and has no password
  --json                  print the address as JSON
  --help                  print this text

  /metrics is for Prometheus, /healthz for load balancers. SIGTERM and Ctrl+C shut it down gracefully, a second signal
  at once. Events that encoders were pushing continue when it starts again.
`;

const WINDOW = 60;
const SHOWN_TITLES = 10;

interface Listening {
  readonly origin: Origin;
  readonly url: string;
}

/** `smooth-player serve`: runs until it is stopped. */
export async function serveCommand(args: readonly string[]): Promise<Outcome> {
  const { values, positionals } = readArguments('serve', {
    args: [...args],
    allowPositionals: true,
    options: {
      listen: { type: 'string', default: '127.0.0.1:8080' },
      name: { type: 'string', multiple: true, default: [] },
      live: { type: 'string', multiple: true, default: [] },
      publish: { type: 'string', multiple: true, default: [] },
      'token-file': { type: 'string' },
      window: { type: 'string' },
      'archive-quota': { type: 'string' },
      peer: { type: 'string', multiple: true, default: [] },
      'no-sync': { type: 'boolean', default: false },
      config: { type: 'string' },
      'access-log': { type: 'string' },
      'access-log-format': { type: 'string', default: 'json' },
      grace: { type: 'string', default: '10' },
      'fault-controls': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  } as const);
  if (values.help) return { text: HELP, code: EXIT.ok };
  const { host, port } = readListen(values.listen);
  const grace = numberOption('serve', 'grace', values.grace, { min: 0, max: 3600 });
  const config = await configOf(values, positionals);
  const nothing = [config.live, config.publish, Object.keys(config.presentations)].every(
    ({ length }) => length === 0,
  );
  if (nothing)
    throw usageFailure('serve', 'Specify a folder of titles, a --live channel or a --publish point.');
  // An archive is made with its first event.
  const archives = config.publish.map(({ archive }) => archive && resolve(archive));
  for (const folder of Object.values(config.presentations))
    if (!archives.includes(resolve(folder))) await expectFolder(folder);
  const log = openAccessLog(values['access-log'], values['access-log-format']);
  const origin = createOrigin({
    ...config,
    control: values['fault-controls'],
    version: '__VERSION__',
    ...(log && { onRequest: log.write }),
  });
  const url = await origin.listen(port, host).catch((error: unknown) => {
    const { text } = outcomeOf(error);
    throw new CommandFailure(
      EXIT.network,
      `Cannot listen on ${values.listen}: ${text.trim()}. Choose another address with --listen.`,
    );
  });
  await origin.live.recover();
  process.stdout.write(values.json ? `${JSON.stringify({ url })}\n` : await greeting(url, config));
  const code = await untilStopped({ origin, url }, grace);
  log?.close();
  return { text: '', code };
}

async function configOf(
  values: {
    readonly name: readonly string[];
    readonly live: readonly string[];
    readonly publish: readonly string[];
    readonly 'token-file'?: string | undefined;
    readonly window?: string | undefined;
    readonly 'archive-quota'?: string | undefined;
    readonly peer: readonly string[];
    readonly 'no-sync': boolean;
    readonly config?: string | undefined;
  },
  folders: readonly string[],
): Promise<ServeConfig> {
  const base: Partial<ServeConfig> = values.config === undefined ? {} : await readServeConfig(values.config);
  const windowSeconds = numberOption('serve', 'window', values.window ?? String(WINDOW), {
    min: 0,
    max: Number.POSITIVE_INFINITY,
  });
  const quota = values['archive-quota'];
  const tokens = values['token-file'] === undefined ? [] : await readTokens(values['token-file']);
  const pointOptions = {
    windowSeconds,
    sync: !values['no-sync'],
    tokens,
    // Both origins of a pair have the same tokens.
    peers: values.peer.map((url) => ({ url, token: tokens[0] })),
    ...(quota !== undefined && { maxArchiveBytes: sizeOption('serve', 'archive-quota', quota) }),
  };
  return {
    presentations: { ...base.presentations, ...Object.fromEntries(folders.map(readMount)) },
    live: [
      ...(base.live ?? []),
      ...values.live.map((text) => {
        const [path, source] = readPair('live', text);
        return { path, source, windowSeconds };
      }),
    ],
    publish: [
      ...(base.publish ?? []),
      ...values.publish.map((text) => {
        const [path, archive] = readPair('publish', text);
        return { path, archive, ...pointOptions };
      }),
    ],
    names: [...(base.names ?? []), ...values.name],
    limits: base.limits ?? {},
    filters: base.filters ?? {},
  };
}

/** A misspelt name would only be noticed when no title is found. */
async function expectFolder(path: string): Promise<void> {
  const facts = await stat(path).catch((error: Error) => {
    throw new CommandFailure(EXIT.input, `${path} can't be read: ${error.message}`);
  });
  if (!facts.isDirectory()) throw new CommandFailure(EXIT.input, `${path} is not a folder.`);
}

function readPair(option: string, text: string): readonly [path: string, value: string] {
  const [, path, value] = /^(\/[^=]*\.isml?)=(.+)$/i.exec(text) ?? [];
  if (path === undefined || value === undefined)
    throw usageFailure('serve', `--${option} takes PATH.isml=VALUE, not ${JSON.stringify(text)}.`);
  return [path, value];
}

function readListen(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]:|([^:]+):)?(\d+)$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) throw usageFailure('serve', `--listen takes [HOST:]PORT, not ${text}.`);
  return { host: bracketed ?? plain ?? '127.0.0.1', port };
}

async function readTokens(path: string): Promise<readonly string[]> {
  const tokens = (await readFile(path, 'utf8')).split('\n').map((line) => line.trim());
  const found = tokens.filter((token) => token !== '');
  if (found.length === 0) throw new CommandFailure(EXIT.input, `There is no token in ${path}.`);
  return found;
}

async function greeting(url: string, { presentations, live, publish }: ServeConfig): Promise<string> {
  const titles = await Promise.all(
    Object.entries(presentations).map(async ([path, folder]) => {
      const names = await readdir(folder).catch(() => []);
      return names
        .filter((name) => name.endsWith('.ism'))
        .map((name) => `${path.replace(/\/$/, '')}/${encodeURIComponent(name)}`);
    }),
  );
  const paths = [...titles.flat(), ...live.map(({ path }) => path), ...publish.map(({ path }) => path)];
  const shown = paths.slice(0, SHOWN_TITLES).map((path) => `  ${url}${path}/Manifest\n`);
  const more = paths.length > SHOWN_TITLES ? `  and ${paths.length - SHOWN_TITLES} more\n` : '';
  return `Listening on ${url}\n${shown.join('')}${more}`;
}

function openAccessLog(path: string | undefined, format: string) {
  if (format !== 'json' && format !== 'combined')
    throw usageFailure('serve', '--access-log-format must be json or combined.');
  if (path === undefined) return undefined;
  const open = (): WriteStream | NodeJS.WriteStream => {
    if (path === '-') return process.stdout;
    const stream = createWriteStream(path, { flags: 'a' });
    // A failure to write the log doesn't stop the server.
    stream.on('error', (error) => process.stderr.write(`access log: ${error.message}\n`));
    return stream;
  };
  let stream = open();
  const reopen = () => {
    if (path === '-') return;
    stream.end();
    stream = open();
  };
  process.on('SIGHUP', reopen);
  return {
    write: (request: FinishedRequest) => void stream.write(`${accessLogLine(request, format)}\n`),
    close: () => {
      process.off('SIGHUP', reopen);
      if (path !== '-') stream.end();
    },
  };
}

function untilStopped({ origin }: Listening, grace: number): Promise<typeof EXIT.ok | typeof EXIT.internal> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = (signal: NodeJS.Signals) => {
      if (isStopping) process.exit(signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted);
      isStopping = true;
      origin.shutDown(grace).then(
        () => resolve(EXIT.ok),
        (error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          resolve(EXIT.internal);
        },
      );
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
}
