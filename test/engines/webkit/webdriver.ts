import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver';

/** Debian's places of WebKitGTK's test browser. */
const MINI_BROWSER = process.env.MINI_BROWSER ?? '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';
const SCREEN = '1920x1440x24';

/** A WebKitGTK driver with a screen of its own. */
export class WebKitDriver {
  readonly #processes: ChildProcess[] = [];
  #port = 0;

  async start(): Promise<void> {
    const display = `:${90 + (process.pid % 900)}`;
    this.#run('Xvfb', [display, '-screen', '0', SCREEN, '-nolisten', 'tcp']);
    this.#port = await freePort();
    this.#run('WebKitWebDriver', [`--port=${this.#port}`], { DISPLAY: display, LIBGL_ALWAYS_SOFTWARE: '1' });
    await this.#answers();
  }

  /** A browser with a profile of its own. */
  open(): Promise<WebDriver> {
    const capabilities = new Capabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': {
        binary: MINI_BROWSER,
        args: ['--automation', '--autoplay-policy=allow'],
      },
    });
    return new Builder().usingServer(this.#url).withCapabilities(capabilities).build();
  }

  stop(): void {
    for (const one of this.#processes.reverse()) one.kill();
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  #run(command: string, args: readonly string[], environment = {}): void {
    const one = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...environment } });
    this.#processes.push(one);
  }

  async #answers(): Promise<void> {
    for (let tries = 0; tries < 100; tries += 1) {
      const status = await fetch(`${this.#url}/status`).catch(() => undefined);
      if (status?.ok) return;
      await sleep(100);
    }
    throw new Error('WebKitWebDriver does not answer');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
