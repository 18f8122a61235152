import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SmoothError } from '../../../src/base/errors.ts';
import { keysStringsFor } from '../../../src/ui/keys-strings.ts';
import { liveStringsFor } from '../../../src/ui/live/live-strings.ts';
import { requestLocale } from '../../../src/ui/locale.ts';
import { LOADERS } from '../../../src/ui/locales/loaders.ts';
import { registerLocale } from '../../../src/ui/messages.ts';
import { statsStringsFor } from '../../../src/ui/stats-strings.ts';
import { statusStringsFor } from '../../../src/ui/status-strings.ts';
import { stringsFor } from '../../../src/ui/strings.ts';
import { styleStringsFor } from '../../../src/ui/text/style-strings.ts';
import { transcriptStringsFor } from '../../../src/ui/text/transcript-strings.ts';
import { fill, isRightToLeft } from '../../../src/ui/texts.ts';
import { viewerMessage } from '../../../src/ui/viewer-message.ts';

const LOCALES = join(import.meta.dirname, '../../../src/ui/locales');
const TAGS = Object.keys(LOADERS);

/** Paths of all texts in a group, with their placeholders: `position {duration} {time}`. */
function outline(texts: object, path = ''): readonly string[] {
  return Object.entries(texts)
    .filter(([name]) => name !== 'language' && name !== 'failures')
    .flatMap(([name, text]) =>
      typeof text === 'object'
        ? outline(text, `${path}${name}.`)
        : [[path + name, ...(String(text).match(/\{\w+\}/g) ?? []).toSorted()].join(' ')],
    )
    .toSorted();
}

const ENGLISH = {
  controls: stringsFor('en'),
  live: liveStringsFor('en'),
  captionStyle: styleStringsFor('en'),
  transcript: transcriptStringsFor('en'),
  statistics: statsStringsFor('en'),
  keys: keysStringsFor('en'),
  status: statusStringsFor('en'),
};

test('there are at least 35 languages, each with a file and a loader', () => {
  const files = readdirSync(LOCALES)
    .filter((file) => file !== 'loaders.ts')
    .map((file) => file.replace('.ts', ''));
  expect(files.toSorted()).toEqual(TAGS.toSorted());
  expect(TAGS.length + 1).toBeGreaterThanOrEqual(35);
});

test.each(TAGS)('%s misses no text and no placeholder, and has none that is empty', async (tag) => {
  const messages = await LOADERS[tag]?.();
  for (const [group, english] of Object.entries(ENGLISH)) {
    const texts = messages?.default[group as keyof typeof ENGLISH] ?? {};
    expect(outline(texts), group).toEqual(outline(english));
    expect(JSON.stringify(texts), group).not.toContain('""');
  }
});

test('every language has the same messages for viewers, each category among them', async () => {
  const kinds = await Promise.all(
    TAGS.map(async (tag) => Object.keys((await LOADERS[tag]?.())?.default.controls.failures ?? {}).join()),
  );
  expect(new Set(kinds).size).toBe(1);
  expect(kinds[0]?.split(',')).toEqual(
    expect.arrayContaining(['network', 'manifest', 'media', 'drm', 'support', 'config']),
  );
});

test('Portuguese of Portugal has texts of its own', async () => {
  await Promise.all(['pt-PT', 'pt-BR'].map(requestLocale));
  expect(['pt-PT', 'pt-BR', 'pt'].map((tag) => stringsFor(tag).enterFullscreen)).toEqual([
    'Ecrã inteiro',
    'Tela cheia',
    'Tela cheia',
  ]);
});

test.each([
  { language: 'de-AT', play: 'Abspielen' },
  { language: 'FR', play: 'Lire' },
  { language: 'en-GB', play: 'Play' },
  { language: 'pt-PT', play: 'Reproduzir' },
  { language: 'nn', play: 'Spill av' },
  { language: 'no', play: 'Spill av' },
  { language: 'zh', play: '播放' },
  { language: 'de_DE', play: 'Abspielen' },
  { language: 'tlh', play: 'Play' },
  { language: 'x-', play: 'Play' },
  { language: '', play: 'Play' },
])('in "$language" it says "$play"', async ({ language, play }) => {
  await requestLocale(language);
  const texts = stringsFor(language);
  expect(texts.play).toBe(play);
  // Formats of numbers and times take it.
  expect(() => new Intl.Locale(texts.language)).not.toThrow();
});

test('Chinese follows the script of the region', async () => {
  for (const language of ['zh-CN', 'zh-TW', 'zh-HK', 'zh-SG']) await requestLocale(language);
  expect(['zh-CN', 'zh-SG'].map((language) => stringsFor(language).player)).toEqual(
    Array(2).fill('视频播放器'),
  );
  expect(['zh-TW', 'zh-HK'].map((language) => stringsFor(language).player)).toEqual(
    Array(2).fill('影片播放器'),
  );
});

test('until a language is loaded the texts and their language are English', async () => {
  const before = stringsFor('sv-SE');
  expect([before.play, before.language]).toEqual(['Play', 'en']);
  await requestLocale('sv-SE');
  const after = stringsFor('sv-SE');
  expect([after.play, after.language]).toEqual(['Spela upp', 'sv-SE']);
  expect(stringsFor('sv-SE')).toBe(after);
});

test('a page adds a language, and replaces single texts of another', async () => {
  registerLocale('pt-PT', { controls: { fullscreen: 'x', enterFullscreen: 'Ecrã inteiro' } as object });
  await requestLocale('pt-PT');
  expect(stringsFor('pt-PT')).toMatchObject({ enterFullscreen: 'Ecrã inteiro', play: 'Reproduzir' });
  expect(stringsFor('pt-BR').enterFullscreen).not.toBe('Ecrã inteiro');
  registerLocale('tlh', { controls: { play: 'muchˈeghmoH' }, captionStyle: { values: { red: 'Doq' } } });
  expect(stringsFor('tlh')).toMatchObject({ play: 'muchˈeghmoH', pause: 'Pause', language: 'tlh' });
  expect(styleStringsFor('tlh').values).toMatchObject({ red: 'Doq', blue: 'Blue' });
  registerLocale('tlh', { controls: null, live: { live: null }, keys: undefined } as never);
  expect([stringsFor('tlh').play, liveStringsFor('tlh').live]).toEqual(['Play', ENGLISH.live.live]);
  expect(() => registerLocale('not a tag', {})).toThrow(RangeError);
});

test('a text for English replaces the one that is built in', () => {
  registerLocale('en-AU', { controls: { settings: 'x', retry: 'Have another go' } as object });
  expect(stringsFor('en-AU').retry).toBe('Have another go');
  expect(stringsFor('en').retry).toBe('Try again');
});

test('an error has its own message, or that of its category', async () => {
  const unauthorized = new SmoothError('network-unauthorized', { url: 'https://a/b', status: 403 });
  const failed = new SmoothError('network-failed', { url: 'https://a/b' });
  expect(await viewerMessage(unauthorized, 'nl')).toMatch(/^Je hebt geen toegang/);
  expect(await viewerMessage(failed, 'nl')).toMatch(/^De video is niet bereikbaar/);
  expect(await viewerMessage(failed, 'en')).toBe(failed.userMessage);
});

test('placeholders are filled in any order', () => {
  expect(fill('{duration} 중 {time}', { time: 1, duration: 2 })).toBe('2 중 1');
});

test('direction follows the script', () => {
  expect(['ar', 'fa-IR', 'he', 'ur', 'en', 'az'].map(isRightToLeft)).toEqual([
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
