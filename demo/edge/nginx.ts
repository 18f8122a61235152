import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The folder of the configurations; the compiled file is in another folder. */
export const CONF = import.meta.dirname.replace(/([\\/])build[\\/]demo[\\/]edge$/, '$1demo$1edge');

/** A running nginx. */
export interface Nginx {
  /** Base URL, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Whether nginx is installed. */
export const hasNginx = (): boolean => spawnSync('nginx', ['-v']).error === undefined;

/** Starts nginx in a separate folder, on a free loopback port instead of the one in `listen`. */
export async function startNginx(
  confPath: string,
  listen: string,
  replacements: readonly (readonly [from: string, to: string])[],
): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  let conf = await readFile(confPath, 'utf8');
  for (const [from, to] of [...replacements, [listen, `listen 127.0.0.1:${port};`] as const]) {
    if (!conf.includes(from)) throw new Error(`${confPath} has no ${JSON.stringify(from)}`);
    conf = conf.replace(from, to);
  }
  await writeFile(join(folder, 'nginx.conf'), conf);
  // If started by root, nginx works as another user.
  await chmod(folder, 0o755);
  const nginx = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = `http://127.0.0.1:${port}`;
  await untilItAnswers(url, nginx);
  return {
    url,
    close: async () => {
      nginx.kill('SIGTERM');
      if (nginx.exitCode === null) await once(nginx, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilItAnswers(url: string, nginx: ChildProcess): Promise<void> {
  let said = '';
  nginx.stderr?.on('data', (piece: Buffer) => {
    said = `${said}${piece}`.slice(0, 2000);
  });
  for (let tried = 0; tried < 100; tried += 1) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}: ${said}`);
    if (await fetch(url).catch(() => undefined)) return;
    await sleep(50);
  }
  nginx.kill('SIGTERM');
  throw new Error('nginx did not respond within five seconds');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
