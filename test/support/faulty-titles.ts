import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Titles that are faulty in one way each, after faults that people reported; kept beside the project. */
const CORPUS = join(import.meta.dirname, '../../../shared/corpus/faults');
export const hasFaultyTitles = existsSync(join(CORPUS, 'make.mjs'));
if (!hasFaultyTitles) console.info(`tests of faulty titles are skipped: there are none at ${CORPUS}`);

export interface FaultyTitles {
  /** Where they were written to. */
  readonly folder: string;
  /** Of the server that has each at `/<name>/manifest.xml`. */
  readonly origin: string;
  /** Paths and queries that were asked for. */
  readonly asked: readonly string[];
  close(): void;
}

/** Writes them to a folder of their own, and serves them to pages of any origin. */
export async function serveFaultyTitles(): Promise<FaultyTitles> {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  cpSync(CORPUS, folder, { recursive: true });
  execFileSync('chmod', ['-R', 'u+w', folder]);
  execFileSync(process.execPath, [join(folder, 'make.mjs')]);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    asked.push(request.url ?? '');
    response.setHeader('Access-Control-Allow-Origin', '*');
    const [, hostile, size] = /^\/hostile\/([\w-]+)\/(\d+)\//.exec(url.pathname) ?? [];
    if (hostile && size) {
      const isAgain = asked.filter((one) => one === request.url).length > 1;
      response.end(hostileInput(folder, hostile, url.pathname.endsWith('/Manifest'), isAgain, size));
      return;
    }
    const isRefused = url.pathname.startsWith('/20-') && url.searchParams.get('tok') !== '1';
    const file = join(folder, onceMore(decodeURIComponent(url.pathname)));
    const isThere = existsSync(file) && !statSync(file).isDirectory();
    response.statusCode = isRefused ? 403 : isThere ? 200 : 404;
    response.end(isRefused || !isThere ? undefined : readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    folder,
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Whatever is asked for of a title that means harm: its manifest or, where that is harmless, one that is not or its fragments. */
function hostileInput(
  folder: string,
  name: string,
  isManifest: boolean,
  isAgain: boolean,
  size: string,
): Buffer {
  const make = (...args: string[]) =>
    execFileSync(process.execPath, [join(folder, 'hostile.mjs'), ...args], { maxBuffer: 2 ** 28 });
  const isOfFragments = name === 'empty-moofs';
  if (isManifest && (isOfFragments || (name.startsWith('live') && !isAgain))) {
    const live = make('live-first');
    return isOfFragments ? Buffer.from(`${live}`.replace(' IsLive="TRUE"', '')) : live;
  }
  return isManifest || isOfFragments ? make(name, size) : Buffer.alloc(0);
}

/** The names of the inputs that mean harm. */
export const HOSTILE: readonly string[] = hasFaultyTitles
  ? execFileSync(process.execPath, [join(CORPUS, 'hostile.mjs')], { encoding: 'utf8' })
      .trim()
      .split('\n')
  : [];

/** One title has fragments for eight seconds, which it plays again and again. */
function onceMore(path: string): string {
  const [, before, name, time] = /^(\/22-.*Fragments\((\w+)=)(\d+)\)$/.exec(path) ?? [];
  if (time === undefined) return path;
  const nth = Math.floor((Number(time) + 5_000_000) / 20_000_000) % 4;
  return `${before}${nth * 20_000_000 + (name === 'video' ? 0 : Math.floor((nth * 160_000) / 3))})`;
}
