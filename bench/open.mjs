// One browser and one origin for all that is measured.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { createOrigin } from '../build/demo/origin/server.js';
import { makeFloor } from './floor.mjs';
import { dayLongManifest, lastingADay } from './rows/day.mjs';

export const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

export async function openBench({ executablePath, cache, peers, players, runs }) {
  const titles = join(cache, 'titles');
  const day = dayLongManifest();
  const titleForADay = lastingADay(readFileSync(join(titles, 'title.ismc'), 'utf8'), '../titles/title.ism/');
  const lines = Object.fromEntries(players.map((player) => [`/lines/${player}`, titles]));
  const origin = createOrigin({
    presentations: { '/titles': titles, '/pictures': join(cache, 'pictures'), ...lines },
    files: [
      { at: '/titles-floor/', from: (path) => join(cache, 'floor', path) },
      { at: '/day.ism/', from: (path) => (path === 'Manifest' ? day : undefined) },
      { at: '/titles-day/', from: (path) => (path === 'Manifest' ? titleForADay : undefined) },
      { at: '/dist/', from: 'dist' },
      { at: '/peers/', from: peers },
      { at: '/bench/', from: 'bench/page' },
    ],
  });
  const url = await origin.listen();
  const browser = await chromium.launch({ executablePath, args: ARGS });
  const close = async () => {
    await browser.close();
    await origin.close();
  };
  const title = `${url}/titles/title.ism/Manifest`;
  const source = join(titles, 'title.ism');
  if (players.includes('floor')) await makeFloor(join(cache, 'floor'), title);
  return { origin, url, title, source, browser, players, runs, peers, cache, close };
}
