import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SmoothError } from '../../../../src/base/errors.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import { chooseStreams, narrow } from '../../../../src/player/offline/choose-streams.ts';
import type { DownloadWishes } from '../../../../src/player/offline/download-record.ts';
import { fetchPatiently } from '../../../../src/player/offline/fetch-patiently.ts';
import { planParts, Tally } from '../../../../src/player/offline/plan-parts.ts';
import { selectStreams } from '../../../../src/player/select-streams.ts';

const sample = parseManifest(
  readFileSync(join(import.meta.dirname, '../../../../demo/sample/sample.ismc'), 'utf8'),
);
const playable = selectStreams(sample, () => true);
const choose = (wishes: DownloadWishes) =>
  chooseStreams(sample, playable, wishes, (levels) => levels.at(-1) ?? levels[0]);
const named = (wishes: DownloadWishes) => choose(wishes).map(({ name, bitrate }) => `${name} ${bitrate}`);

test('by default the best picture, all sound and all text are stored', () => {
  const streams = named({});
  expect(streams.slice(0, 3)).toEqual(['video 418105', 'audio_en 9871', expect.stringMatching(/^audio_fr /)]);
  const texts = sample.streams.filter(({ type }) => type === 'text');
  expect(texts.length).toBeGreaterThan(2);
  expect(streams.length).toBe(3 + texts.length);
});

test.each<[DownloadWishes['tracks'], readonly string[]]>([
  [{ text: 'none' }, ['video', 'audio_en', 'audio_fr']],
  [{ text: [], audio: 'fr' }, ['video', 'audio_fr']],
  [{ text: 'none', audio: 'none' }, ['video']],
  [{ text: 'none', audio: ['fr', 'audio_en'] }, ['video', 'audio_en', 'audio_fr']],
])('tracks %j: %j', (tracks, expected) => {
  expect(choose({ tracks }).map(({ name }) => name)).toEqual(expected);
});

test.each([
  [{ quality: '480p' }, 'video 207815'],
  [{ quality: 150_000 }, 'video 145799'],
  [{ quality: 1 }, 'video 57019'],
])('%j stores %s', (wishes, expected) => {
  expect(named(wishes)[0]).toBe(expected);
});

test('tracks are chosen by id and by language', () => {
  const audio = (wish: DownloadWishes['tracks']) =>
    named({ tracks: { video: [], text: [], ...wish } }).map((text) => text.split(' ')[0]);
  expect(audio({})).toEqual(['audio_en', 'audio_fr']);
  expect(audio({ audio: ['fr'] })).toEqual(['audio_fr']);
  expect(audio({ audio: ['fra'] })).toEqual(['audio_fr']);
  expect(audio({ audio: ['audio_en'] })).toEqual(['audio_en']);
  // No sound at all is only what was asked for so.
  expect(audio({ audio: ['de'] })).toEqual(['audio_en']);
  expect(audio({ audio: [] })).toEqual([]);
});

test('what was not chosen is not in the title', () => {
  const chosen = choose({ quality: '480p', tracks: { audio: ['en'], text: ['fr'] } });
  const { streams } = narrow(sample, chosen);
  expect(streams.map(({ name }) => name).toSorted()).toEqual(chosen.map(({ name }) => name).toSorted());
  const [video] = streams;
  expect(video?.levels.map(({ bitrate }) => bitrate)).toEqual([207_815]);
  expect(video?.levels[0]).toBe(playable.video[0]?.levels.find(({ bitrate }) => bitrate === 207_815));
});

test('parts come in the order of playback, and their sum tells how much there is to come', () => {
  const parts = planParts(sample, choose({ tracks: { text: [] } }));
  expect(parts.length).toBe(sample.streams.slice(0, 1).flatMap(({ chunks }) => [...chunks]).length + 30);
  expect(parts.map(({ at }) => at)).toEqual(parts.map(({ at }) => at).toSorted((a, b) => a - b));
  const total = parts.reduce((sum, { nominalBytes }) => sum + nominalBytes, 0);
  const tally = new Tally(total);
  expect(tally).toMatchObject({ bytes: 0, fraction: 0, estimatedBytes: total });
  // They are twice as large as they should be, and one is missing.
  const [first, ...others] = parts;
  tally.add(first?.nominalBytes ?? 0, undefined);
  for (const { nominalBytes } of others.slice(0, 10)) tally.add(nominalBytes, 2 * nominalBytes);
  expect(tally.estimatedBytes).toBeCloseTo(2 * (total - (first?.nominalBytes ?? 0)), -1);
  for (const { nominalBytes } of others.slice(10)) tally.add(nominalBytes, 2 * nominalBytes);
  expect(tally.fraction).toBeCloseTo(1, 9);
  expect(tally.estimatedBytes).toBe(tally.bytes);
});

const refusal = (status: number) => new SmoothError('network-status', { url: 'http://a/', status });
const patient = (ask: (host: string) => Promise<string>, hosts: readonly string[] = ['a', 'b']) => {
  const failed: string[] = [];
  const asked: string[] = [];
  const answer = fetchPatiently(
    {
      hosts: () => hosts,
      ask: (host) => {
        asked.push(host);
        return ask(host);
      },
      attempts: 1,
      failed: (host) => failed.push(host),
    },
    new AbortController().signal,
  );
  return { answer, asked, failed };
};

test('other hosts are asked for what one does not give', async () => {
  const { answer, asked, failed } = patient(async (host) => {
    if (host === 'a') throw refusal(404);
    return 'bytes';
  });
  expect(await answer).toBe('bytes');
  expect([asked, failed]).toEqual([['a', 'b'], ['a']]);
});

test('what no host has is missing; what is forbidden is a failure at once', async () => {
  expect(await patient(async () => Promise.reject(refusal(410))).answer).toBeUndefined();
  await expect(patient(async () => Promise.reject(refusal(400))).answer).rejects.toMatchObject({
    code: 'network-status',
  });
});

test('an outage is waited for', async () => {
  let left = 2;
  const { answer, asked } = patient(async () => {
    if (left-- > 0) throw refusal(503);
    return 'bytes';
  }, ['a']);
  expect(await answer).toBe('bytes');
  expect(asked.length).toBe(3);
});
