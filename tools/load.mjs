// `npm run load`: requests per second and memory of one origin, compared with nginx serving the same fragments as
// files, and with nginx as its cache.
//   --seconds 5        for each row
//   --connections 50
//   --json FILE        the figures as JSON
// Uses wrk (Debian: apt-get install wrk) if installed, otherwise autocannon from npm, which takes as much of the
// machine as the measured server. Everything is on the loopback interface.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { fail, ROOT } from './install.mjs';

const AUTOCANNON = 'autocannon@9.0.0';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '50' },
    json: { type: 'string' },
    build: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const seconds = Number(values.seconds);
const connections = Number(values.connections);
if (!(seconds >= 1 && seconds <= 60 && connections >= 1 && connections <= 500))
  fail('--seconds must be from 1 to 60, --connections from 1 to 500.');
if (values.build) await build();
const { startTargets } = await import('../build/demo/edge/load.js');
const { hasNginx } = await import('../build/demo/edge/nginx.js');
if (!hasNginx())
  fail('nginx is required for comparison, but is not installed (Debian: apt-get install nginx-light).');
const hasWrk = spawnSync('wrk', ['-v']).error === undefined;

const folder = mkdtempSync(join(tmpdir(), 'load-'));
chmodSync(folder, 0o755);
const SAMPLE = join(ROOT, 'demo/sample');
const origin = spawn(process.execPath, [
  join(ROOT, 'dist/cli.js'),
  'serve',
  SAMPLE,
  '--listen',
  '0',
  '--json',
]);
const [line] = await once(origin.stdout, 'data');
const { url } = JSON.parse(`${line}`);

const mib = (bytes) => Math.round(bytes / 2 ** 20);
const rows = [];
try {
  for (const [kib, bitrate] of [
    [105, 418105],
    [14, 57019],
  ]) {
    const targets = await startTargets(
      { folder: SAMPLE, name: 'sample', bitrate },
      join(folder, `${kib}`),
      url,
    );
    const places = [
      ['nginx, files', targets.files.url, targets.smooth],
      ['origin, Smooth', url, targets.smooth],
      ['origin, CMAF', url, targets.cmaf],
      ['nginx cache in front', targets.cache.url, targets.smooth],
    ];
    for (const [name, base, paths] of places) {
      const before = memoryOf(origin.pid);
      const result = await measure(base, paths);
      rows.push({ name, kib, ...result, memoryBefore: before, memoryAfter: memoryOf(origin.pid) });
      const { requests, megabytes, p99 } = result;
      console.log(
        `${name.padEnd(30)} ${String(kib).padStart(4)} KiB ${String(Math.round(requests)).padStart(7)} /s ` +
          `${String(Math.round(megabytes)).padStart(5)} MB/s  99 %: ${p99} ms  origin: ${mib(memoryOf(origin.pid))} MiB`,
      );
    }
    await targets.close();
  }
  if (values.json)
    writeFileSync(values.json, `${JSON.stringify({ seconds, connections, rows }, undefined, 2)}\n`);
} finally {
  origin.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}

/** Resident memory of a process in bytes; on Linux. */
function memoryOf(pid) {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return Number.NaN;
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'))?.[1]) * 1024;
}

function measure(base, paths) {
  return hasWrk ? measureWithWrk(base, paths) : measureWithAutocannon(base, paths);
}

function measureWithWrk(base, paths) {
  const script = join(folder, 'paths.lua');
  const list = paths.map((path) => JSON.stringify(path)).join(', ');
  writeFileSync(
    script,
    `local paths = { ${list} }
local next = 0
request = function()
  next = next % #paths + 1
  return wrk.format("GET", paths[next])
end
done = function(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.bytes, summary.duration,
    latency:percentile(99), summary.errors.status + summary.errors.read + summary.errors.connect))
end
`,
  );
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, base];
  const { stdout } = spawnSync('wrk', args, { encoding: 'utf8' });
  const found = /RESULT (\d+) (\d+) (\d+) (\d+) (\d+)/.exec(stdout);
  if (!found) fail(`wrk printed: ${stdout}`);
  const [requests, bytes, microseconds, p99, errors] = found.slice(1).map(Number);
  if (errors > 0) fail(`${base}: ${errors} responses were errors`);
  const took = microseconds / 1e6;
  return { requests: requests / took, megabytes: bytes / took / 1e6, p99: Math.round(p99 / 1000) };
}

async function measureWithAutocannon(base, paths) {
  const at = join(ROOT, 'node_modules/.load');
  const module = join(at, 'node_modules/autocannon/autocannon.js');
  if (!existsSync(module)) {
    mkdirSync(at, { recursive: true });
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const args = [
      'install',
      '--prefix',
      at,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-save',
      AUTOCANNON,
    ];
    if (spawnSync(npm, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status !== 0)
      fail('npm could not install autocannon.');
  }
  const { default: autocannon } = await import(module);
  const result = await autocannon({
    url: base,
    connections,
    duration: seconds,
    requests: paths.map((path) => ({ method: 'GET', path })),
  });
  if (result.non2xx > 0) fail(`${base}: ${result.non2xx} responses were errors`);
  return {
    requests: result.requests.average,
    megabytes: result.throughput.average / 1e6,
    p99: result.latency.p99,
  };
}
