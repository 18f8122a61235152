// `npm start`: builds, starts the origin with the sample, and opens the demo page. `--help` lists the options.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { fail, ROOT } from './install.mjs';

const { values } = parseArgs({
  options: {
    'no-open': { type: 'boolean', default: false },
    port: { type: 'string', default: '8080' },
    host: { type: 'string', default: '127.0.0.1' },
    presentations: { type: 'string', default: 'demo/sample' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(`npm start -- [options]: builds, serves the demo page, and opens it
  --no-open             only print the URL
  --port 8080           if it is in use, the next free port is used
  --host 127.0.0.1      the address to listen on
  --presentations DIR   serve another folder of titles instead of the sample's`);
  process.exit(0);
}

await build();
mkdirSync(join(ROOT, 'build/docs'), { recursive: true });
cpSync(join(ROOT, 'tools/docs/wait.html'), join(ROOT, 'build/docs/index.html'));
const { serveDemo } = await import('../build/demo/serve.js');
const url = await serveDemo({
  port: Number(values.port),
  host: values.host,
  presentations: values.presentations,
}).catch((error) => fail(`The origin could not start: ${error.message}`));
console.log(`\nThe demo page is at ${url}, and the documentation at ${url}docs/.\nPress Ctrl+C to stop.`);
if (!values['no-open']) open(url);
// The documentation follows while the page already plays.
spawn(process.execPath, [join(ROOT, 'tools/docs.mjs'), '--no-build'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});

/** Opens the page in the default browser; without one, the URL is printed anyway. */
function open(address) {
  const [command, ...args] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform] ?? [
    'xdg-open',
  ];
  spawn(command, [...args, address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
