import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ticks } from '../../../../src/base/time.ts';
import { ThroughputMeter } from '../../../../src/net/throughput-meter.ts';
import { fetchFragment } from '../../../../src/player/fragment/fetch-fragment.ts';
import { type SmoothOptions, settingsOf } from '../../../../src/player/options.ts';
import { loadTitle } from '../../../../src/player/title/load-title.ts';

const ROOT = join(import.meta.dirname, '../../../..');
const MANIFEST = readFileSync(join(ROOT, 'demo/sample/sample.ismc'));
const OWN = 'https://app.example';
const FOREIGN = 'https://elsewhere.example';
const SOURCE = { url: `${OWN}/sample.ism/Manifest`, headers: { Authorization: 'Bearer secret' } };
const { signal } = new AbortController();

interface Sent {
  readonly url: string;
  readonly authorization: string | null;
  readonly credentials: RequestCredentials;
}

/** Loads the title, whose manifest the app's server hands on to another, and asks for a fragment, which that refuses. */
async function follow(network: SmoothOptions['network'] = {}): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const fetch = async (input: unknown) => {
    const { url, headers, credentials } = input as Request;
    sent.push({ url, authorization: headers.get('authorization'), credentials });
    if (url.includes('Fragments')) return new Response(null, { status: 403 });
    return Object.defineProperty(new Response(MANIFEST), 'url', { value: `${FOREIGN}/sample.ism/Manifest` });
  };
  const settings = settingsOf({ network: { credentials: 'include', ...network, fetch } });
  const title = await loadTitle(SOURCE, settings, () => {}, signal);
  const stream = title.presentation.streams.find(({ type }) => type === 'video');
  const chunk = stream?.chunks.at(0);
  if (!stream || !chunk) throw new Error('no picture');
  const request = {
    host: title.url,
    trust: title.trust,
    stream,
    level: stream.levels[0],
    chunk,
    zero: ticks(0),
    readEncryption: undefined,
    encryption: undefined,
    wholeMs: 10_000,
    isRetry: false,
  };
  const ports = { settings, meter: new ThroughputMeter(), deliver: () => true, begun: () => {} };
  await expect(fetchFragment(request, ports, signal)).rejects.toMatchObject({ code: 'network-unauthorized' });
  return sent;
}

test('where a redirect of the manifest leads, neither headers nor cookies of the app follow', async () => {
  const [manifest, fragment] = await follow();
  expect(manifest).toMatchObject({ authorization: 'Bearer secret', credentials: 'include' });
  expect(fragment?.url).toMatch(`${FOREIGN}/sample.ism/QualityLevels(`);
  expect(fragment).toMatchObject({ authorization: null, credentials: 'same-origin' });
});

test('they do where the app names that origin', async () => {
  const [, fragment] = await follow({ allowedOrigins: [FOREIGN] });
  expect(fragment).toMatchObject({ authorization: 'Bearer secret', credentials: 'include' });
});

test('hooks are told which requests go to an origin that the app named', async () => {
  const told: string[] = [];
  const host = (url: string) => new URL(url).host;
  await follow({
    request(request, { trusted }) {
      told.push(`request ${host(request.url)} ${trusted}`);
      return request;
    },
    response(response, request, { trusted }) {
      told.push(`response ${host(request.url)} ${trusted}`);
      return response;
    },
    refused({ url, trusted }) {
      told.push(`refused ${host(url)} ${trusted}`);
      return false;
    },
  });
  expect(told).toEqual([
    'request app.example true',
    'response app.example true',
    'request elsewhere.example false',
    'response elsewhere.example false',
    'refused elsewhere.example false',
  ]);
});

test('the hooks in the documentation send tokens to the app\u2019s own servers alone', async () => {
  const readme = readFileSync(join(ROOT, 'docs/recipes/tokens.md'), 'utf8');
  const recipe = /```js\n(\/\/ Send tokens to trusted origins only\.[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  let network: SmoothOptions['network'];
  let renewed = 0;
  const player = {
    configure(options: SmoothOptions) {
      network = options.network;
    },
  };
  const renewToken = async () => `new-${++renewed}`;
  new Function('player', 'renewToken', `let token = 'old'; ${recipe}`)(player, renewToken);
  const foreign = await follow(network);
  expect(foreign.map(({ url }) => new URL(url).search)).toEqual(['?token=old', '']);
  expect(renewed).toBe(0);
  const trusted = await follow({ ...network, allowedOrigins: [FOREIGN] });
  expect(trusted.map(({ url }) => new URL(url).search)).toEqual(['?token=old', '?token=old', '?token=new-1']);
});
