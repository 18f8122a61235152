import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../cli/failure.ts';
import { SmoothError } from '../../../src/base/errors.ts';
import { ask } from '../origin/ask.ts';
import { Pusher, until } from '../origin/live/pusher.ts';
import { makeFilm } from '../origin/made-film.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CLI = join(ROOT, 'dist/cli.js');
const SAMPLE = join(ROOT, 'demo/sample');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
});
const processes: ChildProcess[] = [];
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => join(folder, name);

/** Runs the built command as a script does. */
function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { maxBuffer: 64e6 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** Starts `serve` on a free port; gives its address when it listens. */
async function serve(...args: string[]) {
  const child = spawn(process.execPath, [CLI, 'serve', ...args, '--listen', '0', '--json']);
  processes.push(child);
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await until(async () => out.includes('\n'));
  const { url } = JSON.parse(out.slice(0, out.indexOf('\n')));
  const exit = once(child, 'exit').then(([code]) => code as number);
  return { child, exit, url: String(url), out: () => out };
}

const COMMANDS = ['serve', 'package', 'encode', 'export', 'inspect', 'replay'];

describe('every command', () => {
  it.each(COMMANDS)('%s tells what it does, and is called wrongly with exit code 2', async (name) => {
    const help = await run(name, '--help');
    expect([help.code, help.err]).toEqual([0, '']);
    expect(help.out).toMatch(new RegExp(`^smooth-player ${name} `));
    const wrong = await run(name, '--no-such-option');
    expect([wrong.code, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain('--no-such-option');
    expect((await run(name)).code).toBe(2);
  });

  it.each(COMMANDS)('%s prints failures as JSON if asked to', async (name) => {
    const asked: Record<string, string[]> = {
      package: ['--out', at('x.ism')],
      encode: ['--out', at('x.ism')],
      export: ['--out', at('out')],
    };
    const missing = await run(name, at('no-such.file'), ...(asked[name] ?? []), '--json');
    expect(missing.code).toBe(3);
    expect(JSON.parse(missing.out)).toEqual({ ok: false, exitCode: 3, problem: missing.err.trim() });
    const wrong = await run(name, '--json', '--no-such-option');
    expect(JSON.parse(wrong.out)).toMatchObject({ ok: false, exitCode: 2 });
    expect((await run(name, '--no-such-option', '--', '--json')).out).toBe('');
  });

  it('ends as usual when its output is no longer read', async () => {
    const child = spawn(process.execPath, [CLI, 'inspect', join(SAMPLE, 'sample.ism')]);
    child.stdout.destroy();
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const [code] = await once(child, 'exit');
    expect([code, err]).toEqual([0, '']);
  });

  it('says what is wrong with a file that is no film', async () => {
    await writeFile(at('empty.mp4'), '');
    const { code, err } = await run('package', at('empty.mp4'), '--out', at('x.ism'));
    expect([code, err]).toEqual([3, "empty.mp4 can't be read: it is empty, or not a media file\n"]);
  });

  it('serves folders only', async () => {
    await writeFile(at('file'), '');
    expect(await run('serve', at('file'), '--listen', '0')).toMatchObject({
      code: 3,
      err: expect.stringContaining('is not a folder'),
    });
  });

  it('serves the archive of a publishing point, which is made with its first event', async () => {
    const archive = at('archive-to-come');
    const { url } = await serve(`/archive=${archive}`, '--publish', `/live/a.isml=${archive}`);
    expect(url).toContain('http://127.0.0.1');
  });

  it('is in the list that help gives, which has the exit codes too', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    for (const number of [0, 1, 2, 3, 4, 5, 6, 70, 130])
      expect(out).toMatch(new RegExp(`^  ${number} `, 'm'));
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect((await run('--version')).out).toBe(`${version}\n`);
  });
});

describe('what a failure ends with', () => {
  const system = (code: string, syscall: string, path?: string) =>
    Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, path });

  it.each<[string, unknown, number]>([
    ['a file that is not there', system('ENOENT', 'open', '/in/a.mp4'), 3],
    ['a folder that may not be written', system('EACCES', 'open', '/out/a.ism'), 5],
    ['a full disk', system('ENOSPC', 'write'), 5],
    ['a program that is not there', system('ENOENT', 'spawn ffmpeg'), 6],
    [
      'a program that is not there, explained',
      new Error('Install it', { cause: system('ENOENT', 'spawn ffmpeg') }),
      6,
    ],
    ['a connection refused', new TypeError('fetch failed', { cause: system('ECONNREFUSED', 'connect') }), 4],
    ['a server that says no', new SmoothError('network-status', { url: 'http://a/', status: 404 }), 4],
    ['a manifest that is none', new SmoothError('manifest-empty', {}), 3],
    ['a sentence of our own', new Error('a.mp4 has no video'), 3],
    ['a fault of our own', new TypeError('x is not a function'), 70],
    ['something that is no error', 'what?', 70],
  ])('%s', (_, error, code) => {
    const outcome = outcomeOf(error, '/out');
    expect(outcome.code).toBe(code);
    expect(outcome.text).toMatch(/\S\n$/);
  });
});

describe('package', () => {
  it('writes a title, and tells of it as JSON', async () => {
    await makeFilm(at('film.mp4'), { rate: [25, 1], pictures: 100, keyEvery: 50 });
    const { code, out } = await run('package', at('film.mp4'), '--out', at('out/film.ism'), '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, presentation: at('out/film.ism') });
    const names = (await readdir(at('out'))).sort();
    expect(names).toHaveLength(3);
    expect(names.slice(0, 2)).toEqual(['film.ism', 'film.ismc']);
  });

  it.each<[string, () => Promise<string[]>, number, RegExp]>([
    ['a file that is not there', async () => [at('none.mp4'), '--out', at('a.ism')], 3, /none\.mp4/],
    [
      'a file that is no film',
      async () => {
        await writeFile(at('text.mp4'), 'no film');
        return [at('text.mp4'), '--out', at('a.ism')];
      },
      3,
      /text\.mp4/,
    ],
    [
      'an output that is no folder',
      async () => {
        await makeFilm(at('film.mp4'), { rate: [25, 1], pictures: 50, keyEvery: 50 });
        await writeFile(at('file'), '');
        return [at('film.mp4'), '--out', at('file/a.ism')];
      },
      5,
      /EEXIST|ENOTDIR/,
    ],
    [
      'a number that is none',
      async () => ['a.mp4', '--out', 'a.ism', '--fragment-seconds', 'x'],
      2,
      /a number from 0\.1 to 60/,
    ],
    ['no place to write to', async () => ['a.mp4'], 2, /--out FOLDER\/NAME\.ism/],
    [
      'a key that is none',
      async () => ['a.mp4', '--out', 'a.ism', '--encrypt', '1:2'],
      2,
      /32 hexadecimal digits/,
    ],
  ])('fails with %s', async (_, prepare, code, said) => {
    const failed = await run('package', ...(await prepare()));
    expect([failed.code, failed.err]).toEqual([code, expect.stringMatching(said)]);
    const asJson = await run('package', ...(await prepare()), '--json');
    if (code !== 2) expect(JSON.parse(asJson.out)).toMatchObject({ ok: false, exitCode: code });
  });
});

describe('export', () => {
  it('writes a title, and tells of it as JSON', async () => {
    const args = [join(SAMPLE, 'sample.ism'), '--out', at('out'), '--bitrate', '0-60000'];
    const { code, out } = await run('export', ...args, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      entries: [
        'index.m3u8',
        'Manifest(format=m3u8-cmaf).m3u8',
        'index.mpd',
        'Manifest(format=mpd-time-cmaf).mpd',
      ],
      kept: 0,
    });
    expect((await run('export', ...args)).code).toBe(5);
    expect((await run('export', ...args, '--force')).code).toBe(0);
  });

  it.each<[string, string[], number, RegExp]>([
    ['no place to write to', [join(SAMPLE, 'sample.ism')], 2, /--out FOLDER/],
    [
      'a format that is none',
      [join(SAMPLE, 'sample.ism'), '--out', 'x', '--formats', 'hls,hds'],
      2,
      /list of hls/,
    ],
    ['a header that is none', ['http://x/', '--out', 'x', '--header', 'x'], 2, /NAME:VALUE/],
    ['a file that is not there', ['none.ism', '--out', 'x'], 3, /specify an \.ism file/],
    ['a file that is no title', [join(SAMPLE, 'README.md'), '--out', 'x'], 3, /specify an \.ism file/],
    [
      'a server that is not there',
      ['http://127.0.0.1:9/a.ism', '--out', 'x'],
      4,
      /network-failed|No answer|failed/,
    ],
  ])('fails with %s', async (_, args, code, said) => {
    const failed = await run('export', ...args);
    expect([failed.code, failed.err]).toEqual([code, expect.stringMatching(said)]);
  });
});

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).error === undefined;
if (!hasFfmpeg)
  console.warn('encode is not tested: ffmpeg is not installed (on Debian: apt-get install ffmpeg).');

describe('encode', () => {
  it.skipIf(!hasFfmpeg)(
    'goes on after an interruption with the level that it was at',
    async () => {
      const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=25', '-t', '20', '-c:v', 'mpeg4'];
      spawnSync('ffmpeg', ['-v', 'error', ...source, at('film.mp4')]);
      const args = ['encode', at('film.mp4'), '--out', at('film.ism')];
      const child = spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
      processes.push(child);
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      const complete = async () =>
        (await readdir(at('.film.encode')).catch(() => [])).filter((name) => name.endsWith('p.mp4'));
      await until(async () => (await complete()).length > 0);
      child.kill('SIGINT');
      const [code] = await once(child, 'exit');
      expect([code, said]).toEqual([130, expect.stringContaining('Run the same command again')]);
      expect((await readdir(folder)).filter((name) => name.endsWith('.ism'))).toEqual([]);
      const [first = ''] = await complete();
      const made = (await stat(join(at('.film.encode'), first))).mtimeMs;
      const work = at('.film.encode');
      // A link keeps the file while the folder goes.
      await link(join(work, first), at('kept.mp4'));
      const { code: second, out } = await run(...args, '--json');
      expect([second, JSON.parse(out).ok]).toEqual([0, true]);
      expect((await stat(at('kept.mp4'))).mtimeMs).toBe(made);
      expect((await stat(at('kept.mp4'))).nlink).toBe(1);
      expect((await readdir(folder)).filter((name) => /^\.|ism$/.test(name))).toEqual(['film.ism']);
    },
    180_000,
  );

  it.skipIf(!hasFfmpeg).each([
    ['Mission: %d.mp4', 'unknown', 'zzzz'],
    // MPEG-H.
    ['-odd.mp4', 'known', 'mhm1'],
  ])(
    'takes a film by any name, interlaced, and with audio that cannot be decoded: %s, %s codec',
    async (name, _, code) => {
      const stripes = 'color=size=64x48:rate=25,geq=lum=if(mod(Y\\,2)\\,235\\,16):cb=128:cr=128';
      const inputs = ['-f', 'lavfi', '-i', stripes, '-f', 'lavfi', '-i', 'sine', '-f', 'lavfi', '-i', 'sine'];
      const maps = ['-map', '0', '-map', '1', '-map', '2', '-t', '1'];
      const coded = ['-c:v', 'libx264', '-x264opts', 'tff=1', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
      spawnSync('ffmpeg', ['-v', 'error', ...inputs, ...maps, ...coded, at('made.mp4')]);
      const film = await readFile(at('made.mp4'));
      const entry = film.indexOf('mp4a');
      film.write(code, entry);
      film.write('free', film.indexOf('esds', entry));
      await writeFile(at(name), film);
      const args = [CLI, 'encode', '--out', 'film.ism', '--json', '--', name];
      const { out } = await new Promise<{ out: string }>((resolve) => {
        execFile(process.execPath, args, { cwd: folder }, (_, text) => resolve({ out: text }));
      });
      expect(JSON.parse(out)).toMatchObject({
        ok: true,
        report: expect.arrayContaining(["Stream 1 is left out: ffmpeg can't decode this audio."]),
      });
      const files = await readdir(folder);
      expect(files.filter((one) => one.endsWith('.isma'))).toHaveLength(1);
      const level = at(files.find((one) => one.endsWith('.ismv')) ?? '');
      const decoded = ['-i', level, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'];
      const { stdout } = spawnSync('ffmpeg', ['-v', 'error', ...decoded]);
      // One field only: no stripes remain.
      const middle = stdout.subarray(64 * 20, 64 * 28);
      expect(middle).toHaveLength(64 * 8);
      expect(Math.max(...middle) - Math.min(...middle)).toBeLessThan(40);
    },
    30_000,
  );

  it('says which program is missing', async () => {
    await writeFile(at('film.mp4'), '');
    const child = await new Promise<{ code: number; err: string }>((resolve) => {
      execFile(process.execPath, [CLI, 'encode', at('film.mp4')], { env: { PATH: '' } }, (error, _out, err) =>
        resolve({ code: error ? Number(error.code) : 0, err }),
      );
    });
    expect([child.code, child.err]).toEqual([6, expect.stringContaining('Install ffmpeg')]);
  });
});

describe('serve', () => {
  it('listens on loopback, serves, offers no fault controls, and ends in good order', async () => {
    const { url, child, exit } = await serve(SAMPLE);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await ask(url, '/sample.ism/Manifest')).status).toBe(200);
    expect((await ask(url, '/control/rules')).status).toBe(404);
    expect(`${(await ask(url, '/metrics')).body}`).toMatch(/build_info\{version="\d+\.\d+\.\d+/);
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  it('offers them when asked, and mounts folders where it is told', async () => {
    const { url } = await serve(
      `/titles=${SAMPLE}`,
      '--fault-controls',
      '--live',
      `/tv.isml=${SAMPLE}/sample.ism`,
    );
    expect((await ask(url, '/control/rules')).status).toBe(200);
    expect((await ask(url, '/titles/sample.ism/Manifest')).status).toBe(200);
    expect(`${(await ask(url, '/tv.isml/Manifest')).body}`).toContain('IsLive="TRUE"');
  });

  it('takes pushes with a token from a file, and goes on with the event when it starts again', async () => {
    await writeFile(at('tokens'), 'one\n\ntwo\n');
    const args = ['--publish', `/event.isml=${at('archive')}`, '--token-file', at('tokens')];
    const { url } = await serve(...args);
    const push = (headers: Record<string, string>) =>
      new Pusher(url, '/event.isml/Streams(a)', headers).end();
    expect((await push({})).status).toBe(401);
    expect((await push({ Authorization: 'Bearer two' })).status).toBe(200);
  });

  it('writes an access log, and opens it again on SIGHUP', async () => {
    const { url, child, exit } = await serve(
      SAMPLE,
      '--access-log',
      at('log'),
      '--access-log-format',
      'combined',
    );
    await ask(url, '/sample.ism/Manifest?token=secret');
    await until(async () => (await readFile(at('log'), 'utf8').catch(() => '')).includes('\n'));
    expect(await readFile(at('log'), 'utf8')).toMatch(
      /^127\.0\.0\.1 - - \[\d\d\/\w+\/\d{4}:[\d:]{8} \+0000\] "GET \/sample\.ism\/Manifest\?token=\S* HTTP\/1\.1" 200 \d+ "-" "-"\n$/,
    );
    expect(await readFile(at('log'), 'utf8')).not.toContain('secret');
    await rm(at('log'));
    child.kill('SIGHUP');
    await until(async () => {
      await ask(url, '/healthz');
      return (await readFile(at('log'), 'utf8').catch(() => '')).includes('/healthz');
    });
    child.kill('SIGINT');
    expect(await exit).toBe(0);
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /can't be read/],
    ['a setting that is not known', { presentation: {} }, /no setting "presentation"/],
    ['a limit that is not known', { limits: { conections: 1 } }, /no setting "conections"/],
    ['a limit that is none', { limits: { connections: -1 } }, /-1 is not a valid "connections"/],
    ['a point without an archive', { publish: [{ path: '/a.isml' }] }, /lacks "archive"/],
    [
      'a point without an extension',
      { publish: [{ path: '/a', archive: 'a' }] },
      /"\/a" is not a valid "path"/,
    ],
    ['a channel that is none', { live: [7] }, /not an object/],
    ['folders that are none', { presentations: { '/': 7 } }, /maps URL paths to folders/],
  ])('refuses a configuration with %s', async (_, config, said) => {
    await writeFile(at('config.json'), typeof config === 'string' ? config : JSON.stringify(config));
    const { code, err } = await run('serve', '--config', at('config.json'));
    expect([code, err]).toEqual([3, expect.stringMatching(said)]);
  });

  it('takes a configuration', async () => {
    const config = { presentations: { '/films': SAMPLE }, limits: { connections: 5 }, names: ['tv.example'] };
    await writeFile(at('config.json'), JSON.stringify(config));
    const { url } = await serve('--config', at('config.json'));
    const headers = { Host: 'tv.example' };
    expect((await ask(url, '/films/sample.ism/Manifest', { headers })).status).toBe(200);
  });

  it.each([
    [['--listen', 'x']],
    [['--listen', '127.0.0.1:99999']],
    [['--live', 'nothing']],
    [['--archive-quota', 'much', '--publish', '/a.isml=a']],
    [['--grace', '-1']],
    [['--access-log-format', 'xml']],
  ])('is called wrongly with %j', async (args) => {
    expect((await run('serve', SAMPLE, ...args)).code).toBe(2);
  });

  it('says when its address is taken', async () => {
    const { url } = await serve(SAMPLE);
    const { code, err } = await run('serve', SAMPLE, '--listen', new URL(url).host);
    expect([code, err]).toEqual([4, expect.stringContaining('EADDRINUSE')]);
  });
});

it('the unit of systemd starts serve with options that it has', async () => {
  const unit = await readFile(join(ROOT, 'demo/service/smooth-origin.service'), 'utf8');
  const [, line = ''] = /^ExecStart=.*? (serve .*)$/m.exec(unit.replaceAll('\\\n', ' ')) ?? [];
  const help = (await run('serve', '--help')).out;
  const options = [...line.matchAll(/--[\w-]+/g)].map(([option]) => option);
  expect(options.length).toBeGreaterThan(2);
  for (const option of options) expect(help).toContain(option);
});
