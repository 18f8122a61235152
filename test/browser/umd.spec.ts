import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, SAMPLE, test } from './fixtures.ts';

test('a plain script tag brings the elements and one global', async ({ page, origin }) => {
  await page.goto(`${origin.url}/umd.html`);
  const time = await page.evaluate(async (src) => {
    const element = document.querySelector('smooth-player') as unknown as HTMLVideoElement;
    element.muted = true;
    element.src = src;
    await element.play();
    await new Promise<void>((resolve) => {
      element.addEventListener('timeupdate', () => element.currentTime > 0.5 && resolve());
    });
    return element.currentTime;
  }, SAMPLE);
  expect(time).toBeGreaterThan(0.5);
  const names = await page.evaluate(() =>
    Object.keys((globalThis as { SmoothStreaming?: object }).SmoothStreaming ?? {}),
  );
  expect(names).toEqual(expect.arrayContaining(['SmoothPlayer', 'SmoothPlayerElement', 'parseManifest']));
});

const printed = execFileSync(process.execPath, [join(import.meta.dirname, '../../tools/integrity.mjs')], {
  encoding: 'utf8',
});

for (const file of ['smooth-player.umd.js', 'smooth-player.js']) {
  test(`${file} runs from another origin with the hash that the build prints, and with no other`, async ({
    page,
    origin,
  }) => {
    const hash = new RegExp(`${file} (\\S+)`).exec(printed)?.[1] ?? '';
    await page.goto(`${origin.url}/umd.html`);
    const outcomes = await page.evaluate(
      ([src, right]) =>
        Promise.all(
          [right, `${right.slice(0, -4)}AAAA`].map((integrity) => {
            const script = Object.assign(document.createElement('script'), {
              type: src.includes('umd') ? '' : 'module',
              crossOrigin: 'anonymous',
              integrity,
              // Modules run once for each URL.
              src: `${src}?${integrity.slice(-4)}`,
            });
            document.head.append(script);
            return new Promise((resolve) => {
              script.onload = () => resolve('runs');
              script.onerror = () => resolve('is refused');
            });
          }),
        ),
      [`${origin.url.replace('127.0.0.1', 'localhost')}/dist/cdn/${file}`, hash] as const,
    );
    expect(outcomes).toEqual(['runs', 'is refused']);
  });
}
