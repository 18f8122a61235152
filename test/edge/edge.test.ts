import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startEdge } from '../../demo/edge/edge.ts';
import { hasNginx } from '../../demo/edge/nginx.ts';
import { createOrigin } from '../../demo/origin/server.ts';
import { type Experience, watch } from './viewer.ts';

const SOURCE = join(import.meta.dirname, '../../demo/sample/sample.ism');
const CHANNEL = '/live/channel.isml';
const VIEWERS = 50;

if (!hasNginx()) console.log('skipped, since nginx is not installed (Debian: apt-get install nginx-light)');

test.skipIf(!hasNginx())(
  'a crowd behind a cache: one request a fragment reaches the origin, and nobody notices ten seconds without it',
  async () => {
    const origin = createOrigin({ live: [{ path: CHANNEL, source: SOURCE, history: 60 }] });
    const edge = await startEdge(await origin.listen());
    const over = new AbortController();
    const crowd: Promise<Experience>[] = [];
    for (let viewer = 0; viewer < VIEWERS; viewer += 1) {
      crowd.push(watch(edge.url + CHANNEL, 'video', 57019, over.signal));
      crowd.push(watch(edge.url + CHANNEL, 'audio_en', 9871, over.signal));
      await sleep(40);
    }
    await sleep(4000);
    const { id } = origin.rules.add({ effect: { type: 'reset' } });
    await sleep(10_000);
    origin.rules.remove(id);
    await sleep(6000);
    over.abort();
    const experiences = await Promise.all(crowd);
    await edge.close();
    await origin.close();

    const sum = (of: (experience: Experience) => number) =>
      experiences.reduce((total, experience) => total + of(experience), 0);
    const [answers, hits] = [sum((one) => one.answers), sum((one) => one.hits)];
    const served = origin.log.entries.filter(
      ({ status, url }) => status === 200 && url.includes('Fragments('),
    );
    console.log(
      `${VIEWERS} viewers had ${answers} answers, ${((100 * hits) / answers).toFixed(1)} % from the cache; ` +
        `the origin sent ${served.length} fragments`,
    );
    expect(new Set(served.map(({ url }) => url)).size).toBe(served.length);
    expect(served.length).toBeGreaterThan(20);
    expect(hits / answers).toBeGreaterThan(0.95);
    expect(experiences.filter(({ stalled }) => stalled > 0)).toEqual([]);
    expect(Math.min(...experiences.map(({ fragments }) => fragments))).toBeGreaterThan(10);
  },
  60_000,
);
