import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

interface Seen {
  /** Of the media element's clock when it was reported. */
  readonly at: number;
  readonly texts: readonly string[];
  readonly starts: readonly number[];
}

const MANIFEST = readFileSync(join(import.meta.dirname, '../../demo/sample/sample.ismc'), 'utf8');

declare global {
  var seen: Seen[];
  var firedEvents: {
    readonly at: number;
    readonly track: string;
    readonly start: number;
    readonly late: boolean;
  }[];
  var changes: string[];
  function watchText(): void;
}

/** The subtitles that the sample was made from. */
const SUBTITLES = readFileSync(join(import.meta.dirname, '../../demo/sample/text/en.vtt'), 'utf8')
  .split(/\n{2,}/)
  .flatMap((block) => {
    const [, start, text] = /(\d\d:\d\d\.\d{3}) -->.*\n([\s\S]+)/.exec(block) ?? [];
    const [minutes = 0, rest = 0] = (start ?? '').split(':').map(Number);
    return text ? [{ start: minutes * 60 + rest, text: text.replace(/<[^>]*>/g, '').trim() }] : [];
  });

/** Defines `watchText` in a page. */
const defineWatchText = (): void => {
  Object.assign(globalThis, {
    watchText: () => {
      Object.assign(globalThis, { seen: [], firedEvents: [], changes: [] });
      smooth.addEventListener('trackchange', ({ kind }) => changes.push(kind));
      smooth.addEventListener('cuechange', ({ cues }) => {
        const [texts, starts] = [cues.map(({ text }) => text), cues.map(({ start }) => start)];
        seen.push({ at: video.currentTime, texts, starts });
      });
      smooth.addEventListener('event', ({ track, cue, late }) => {
        firedEvents.push({ at: video.currentTime, track: track.name, start: cue.start, late });
      });
    },
  });
};

test.beforeEach(({ page }) => page.addInitScript(defineWatchText));

test('an element that begins to load again has none of the title’s tracks, and then the same ones', async ({
  player,
}) => {
  await player.load();
  await player.play();
  await player.until(() => video.textTracks.length > 3 && video.currentTime > 0.5);
  const listed = () =>
    player.evaluate(() => [...video.textTracks].map(({ kind, label }) => `${kind} ${label}`));
  const before = await listed();
  await player.evaluate(() => {
    const native = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'src');
    const src = {
      configurable: true,
      get: () => native?.get?.call(video),
      set: (url: string) => {
        video.dataset.tracks = String(video.textTracks.length);
        native?.set?.call(video, url);
      },
    };
    Object.defineProperty(video, 'src', src);
    Object.defineProperty(video, 'error', {
      configurable: true,
      get: () => ({ code: 3, message: 'made up' }),
    });
    video.dispatchEvent(new Event('error'));
    Reflect.deleteProperty(video, 'error');
  });
  await player.until(() => video.dataset.tracks !== undefined);
  expect(await player.evaluate(() => video.dataset.tracks)).toBe('0');
  await player.page.waitForFunction((count) => video.textTracks.length === count, before.length);
  expect((await listed()).toSorted()).toEqual(before.toSorted());
  const from = await player.evaluate(() => video.currentTime);
  await player.reach(from + 1);
});

test('each track is a native one, and what others switch on there is chosen', async ({ player }) => {
  await player.load();
  await player.play();
  await player.until(() => smooth.textTracks.some(({ id }) => id === 'CC1'));
  const kinds = () => [...video.textTracks].map(({ kind, mode }) => `${kind} ${mode}`);
  expect(await player.evaluate(kinds)).toEqual([
    'subtitles disabled',
    'subtitles disabled',
    'chapters hidden',
    'metadata hidden',
    'metadata hidden',
    'captions disabled',
  ]);
  // A browser's own selection after a track was added is ignored.
  await player.page.waitForTimeout(1200);
  await player.evaluate(() => {
    for (const track of video.textTracks) if (track.language === 'fr') track.mode = 'showing';
  });
  await player.until(() => smooth.textTrack?.language === 'fr');
  await player.evaluate(() => {
    for (const track of video.textTracks) if (track.language === 'fr') track.mode = 'disabled';
  });
  await player.until(() => smooth.textTrack === undefined);
  await player.evaluate(() => smooth.unload());
  expect(await player.evaluate(() => video.textTracks.length)).toBe(0);
});

test('what was chosen holds over a retry, none included', async ({ player }) => {
  await player.evaluate(() => smooth.configure({ text: { prefer: 'en' } }));
  await player.load();
  expect(await player.evaluate(() => smooth.textTrack?.language)).toBe('en');
  for (const language of ['fr', undefined]) {
    await player.evaluate((wanted) => {
      smooth.textTrack = wanted ? smooth.textTracks.find((track) => track.language === wanted) : undefined;
      // Another source takes over the element, which is a failure.
      video.src = 'data:video/mp4;base64,';
    }, language);
    await player.until(() => smooth.state === 'failed');
    await player.evaluate(() => smooth.retry());
    expect(await player.evaluate(() => smooth.textTrack?.language)).toBe(language);
  }
});

const fired = (player: { evaluate<R>(run: () => R): Promise<Awaited<R>> }) =>
  player.evaluate(() => firedEvents.map(({ track, start }) => `${track} ${start}`));

test('what the player itself seeks fires nothing twice: the start, steps, a retry', async ({ player }) => {
  await player.evaluate(() => watchText());
  await player.load(undefined, 4.5);
  await player.until(() => video.readyState >= 2 && !video.seeking);
  expect(await fired(player)).toEqual(['chapters 0', 'notes 4']);
  await player.evaluate(() => {
    video.src = 'data:video/mp4;base64,';
  });
  await player.until(() => smooth.state === 'failed');
  await player.evaluate(() => smooth.retry());
  await player.until(() => video.readyState >= 2 && !video.seeking);
  for (const frames of [1, 2, -1, -2, 3]) await player.evaluate((by) => smooth.stepFrame(by), frames);
  expect(await fired(player)).toEqual(['chapters 0', 'notes 4']);
  await player.evaluate(async () => {
    while (video.currentTime < 5.2) await smooth.stepFrame(1);
  });
  expect(await fired(player)).toEqual(['chapters 0', 'notes 4', 'notes 5']);
  // A user's own seek is a landing.
  await player.evaluate(() => seekTo(4.6).then(() => {}));
  await player.until(() => firedEvents.length > 4);
  expect((await fired(player)).slice(3)).toEqual(['chapters 0', 'notes 4']);
});

test('events in a hole that is jumped fire, and each once', async ({ player }) => {
  // Without audio and video from 8 to 12 s.
  const body = MANIFEST.replace(
    /<StreamIndex[^>]*Type="(?:video|audio)"[\s\S]*?<\/StreamIndex>/g,
    (stream) => {
      const kept = Array.from({ length: 15 }, (_, at) => at).filter((at) => at !== 4 && at !== 5);
      const list = kept.map((at) => `<c t="${at * 2e7}" d="20000000"/>`).join('');
      return stream
        .replace(/\s*<c [^>]*\/>/g, '')
        .replace(/Chunks="\d+"/, `Chunks="${kept.length}"`)
        .replace('</StreamIndex>', `${list}</StreamIndex>`);
    },
  );
  await player.page.route('**/sample.ism/Manifest', (route) => route.fulfill({ body }));
  await player.evaluate(() => watchText());
  await player.load(undefined, 6.5);
  await player.play();
  await player.reach(13);
  expect((await player.events('warning')).map(({ error }) => error?.code)).toContain('media-gap');
  expect(await fired(player)).toEqual(['chapters 0', 'chapters 8', 'scte35 9']);
});

test('trick play by seeks fires each event on its way once, and none on its way back', async ({ player }) => {
  await player.evaluate(() => watchText());
  await player.load(undefined, 1);
  await player.until(() => video.readyState >= 2 && !video.seeking);
  await player.evaluate(() => smooth.trickPlay(8));
  await player.until(() => smooth.position > 12);
  expect(await fired(player)).toEqual(['chapters 0', 'notes 4', 'notes 5', 'chapters 8', 'scte35 9']);
  await player.evaluate(() => smooth.trickPlay(-8));
  await player.until(() => smooth.position < 2);
  expect(await fired(player)).toEqual(['chapters 0', 'notes 4', 'notes 5', 'chapters 8', 'scte35 9']);
});

test('text beside the title: files and text of any format, as tracks and as files again', async ({
  player,
  origin,
}) => {
  await player.load();
  const srt = '1\n00:00:01,000 --> 00:00:03,000\n<i>Rising</i> & <img src=x onerror=alert(1)>\n';
  const requests = origin.log.entries.length;
  const track = await player.evaluate(async (text) => {
    const { stream: _, ...added } = await smooth.addTextTrack({
      text,
      language: 'de',
      label: 'Deutsch',
      kind: 'captions',
    });
    return added;
  }, srt);
  expect(track).toMatchObject({ kind: 'captions', language: 'de', label: 'Deutsch', source: 'side-loaded' });
  await player.evaluate((id) => {
    smooth.textTrack = smooth.textTracks.find((one) => one.id === id);
  }, track.id);
  await player.evaluate(() => seekTo(2).then(() => {}));
  expect(await player.evaluate(() => smooth.activeCues.map(({ text }) => text))).toEqual([
    'Rising & <img src=x onerror=alert(1)>',
  ]);
  expect(origin.log.entries.slice(requests).filter(({ url }) => url.endsWith('/x'))).toEqual([]);
  const exported = await player.evaluate(async (id) => {
    const track = smooth.textTracks.find((one) => one.id === id);
    return track ? (await smooth.exportText(track, 'vtt')).text() : '';
  }, track.id);
  expect(exported).toContain('<i>Rising</i> &amp; &lt;img src=x onerror=alert(1)&gt;');
  const failed = await player.evaluate(() =>
    smooth.addTextTrack({ text: 'nothing of the kind' }).catch((error: { code: string }) => error.code),
  );
  expect(failed).toBe('text-unavailable');
});

test('a manifest beside the title: its text streams are added, as ManifestMerge did', async ({
  player,
  page,
}) => {
  const document = `<tt xmlns="http://www.w3.org/2006/10/ttaf1"><body><div><p begin="0s" end="2s">merged</p></div></body></tt>`;
  const payload = Buffer.from(document).toString('base64');
  await page.route('**/captions.xml', (route) =>
    route.fulfill({
      contentType: 'text/xml',
      body: `<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="0"><StreamIndex Type="text" Name="merged" Language="de" Subtype="CAPT" ManifestOutput="TRUE"><QualityLevel Index="0" Bitrate="0" FourCC="TTML"/><c t="20000000" d="20000000"><f>${payload}</f></c></StreamIndex></SmoothStreamingMedia>`,
    }),
  );
  await player.load();
  const added = await player.evaluate(async () => {
    const { id, kind, language, source } = await smooth.addTextTrack({ url: '/captions.xml' });
    smooth.textTrack = smooth.textTracks.find((track) => track.id === id);
    return { id, kind, language, source };
  });
  expect(added).toEqual({ id: 'merged', kind: 'captions', language: 'de', source: 'stream' });
  await player.evaluate(() => seekTo(3).then(() => {}));
  await player.until(() => smooth.activeCues.some(({ text }) => text === 'merged'));
});

const CHANNEL = '/live/channel.isml';

sideBySide(undefined, (scene) => {
  scene(
    'live captions and events come at their time, and the manifest is read once',
    async ({ player, origin }) => {
      await player.evaluate(defineWatchText);
      await player.evaluate(() => {
        watchText();
        smooth.configure({ text: { prefer: 'en' } });
      });
      expect(await player.load(`${CHANNEL}/Manifest`, undefined)).toBeUndefined();
      await player.evaluate(() => smooth.seekToLive());
      await player.play();
      const from = await player.evaluate(() => video.currentTime);
      await player.page.waitForFunction((at) => video.currentTime > at + 12, from);
      const { shown, due } = await player.evaluate(() => ({ shown: seen, due: firedEvents }));
      // The first was in progress.
      const lines = shown.filter(
        ({ texts, starts }) => starts.some((start) => start > from) && /^en: on the air/.test(texts[0] ?? ''),
      );
      expect(lines.length).toBeGreaterThanOrEqual(10);
      for (const { at, starts } of lines) expect(at - Math.max(...starts)).toBeLessThan(0.25);
      expect(due.filter(({ track, late }) => track === 'scte35' && !late).length).toBeGreaterThanOrEqual(1);
      expect(origin.log.entries.filter(({ url }) => url.endsWith('/Manifest')).length).toBe(1);
      expect(await player.events('error')).toEqual([]);
    },
    [
      {
        path: CHANNEL,
        source: 'sample',
        epoch: 'unix',
        text: { captions: ['en'], adBreaks: { every: 10, seconds: 3 } },
      },
    ],
  );

  for (const [name, effect] of [
    ['is down', { type: 'status', status: 500 }],
    ['never answers', { type: 'silence' }],
    [
      'sends something else',
      { type: 'replace', body: '<!doctype html><p>Log in</p>', contentType: 'text/html' },
    ],
  ] as const) {
    scene(`a text server that ${name} costs sound and picture nothing`, async ({ player, origin }) => {
      origin.rules.add({ match: { url: 'Fragments(text' }, effect });
      await player.evaluate(() => smooth.configure({ text: { prefer: 'en' } }));
      await player.load();
      await player.play();
      await player.reach(9);
      const stats = await player.evaluate(() => smooth.getStats());
      expect([stats.stalls, stats.skipped]).toEqual([[], []]);
      expect(await player.events('error')).toEqual([]);
      const codes = (await player.events('warning')).map(({ error }) => error?.code);
      expect(codes.filter((code) => code === 'text-unavailable').length).toBeLessThanOrEqual(1);
      expect(codes.filter((code) => code !== 'text-unavailable')).toEqual([]);
      // One at a time, and with pauses.
      expect(origin.log.entries.filter(({ url }) => url.includes('Fragments(text')).length).toBeLessThan(10);
    });
  }

  scene('subtitles appear at their time, in the language that was chosen', async ({ player }) => {
    await player.evaluate(defineWatchText);
    await player.evaluate(() => {
      watchText();
      smooth.configure({ text: { prefer: 'en' } });
    });
    await player.load();
    expect(
      await player.evaluate(() =>
        smooth.textTracks.slice(0, 2).map(({ language, kind }) => [language, kind]),
      ),
    ).toEqual([
      ['en', 'subtitles'],
      ['fr', 'subtitles'],
    ]);
    await player.play();
    await player.reach(8.5);
    const shown = (await player.evaluate(() => seen)).filter(({ texts }) => texts.length > 0);
    const expected = SUBTITLES.filter(({ start }) => start < 8.5);
    expect(shown.map(({ texts }) => texts.join('\n'))).toEqual(expected.map(({ text }) => text));
    for (const { at, starts } of shown) expect(at - Math.max(...starts)).toBeLessThan(0.1);

    await player.evaluate(() => {
      smooth.textTrack = smooth.textTracks.find(({ language }) => language === 'fr');
    });
    await player.until(() => smooth.activeCues.some(({ text }) => /bip|éclair|flash/i.test(text)));
    await player.evaluate(() => {
      smooth.textTrack = undefined;
    });
    expect(await player.evaluate(() => [smooth.activeCues.length, smooth.textTrack])).toEqual([0, undefined]);
    expect(await player.evaluate(() => changes)).toEqual(['text', 'text']);
  });

  scene('captions in the picture are found, and say what the subtitles say', async ({ player }) => {
    await player.evaluate(defineWatchText);
    await player.evaluate(() => watchText());
    await player.load();
    await player.play();
    await player.until(() => smooth.textTracks.some(({ id }) => id === 'CC1'));
    await player.evaluate(() => {
      smooth.textTrack = smooth.textTracks.find(({ id }) => id === 'CC1');
    });
    await player.reach(8.5);
    const letters = (text: string) => text.toLowerCase().replace(/[^a-z]/g, '');
    const shown = (await player.evaluate(() => seen)).flatMap(({ texts }) =>
      texts.length > 0 ? [letters(texts.join(' '))] : [],
    );
    for (const { start, text } of SUBTITLES) if (start < 8) expect(shown).toContain(letters(text));
  });

  scene('events fire once, at their time; a seek lands in those that hold it', async ({ player }) => {
    await player.evaluate(defineWatchText);
    await player.evaluate(() => watchText());
    await player.load();
    expect(await player.evaluate(() => smooth.eventTracks.map(({ name, kind }) => [name, kind]))).toEqual([
      ['chapters', 'chapters'],
      ['scte35', 'data'],
      ['notes', 'data'],
    ]);
    await player.play();
    await player.reach(9.5);
    await player.evaluate(() => seekTo(22).then(() => {}));
    await player.reach(22.5);
    const told = await player.evaluate(() => firedEvents);
    expect(told.map(({ track, start }) => `${track} ${start}`)).toEqual([
      'chapters 0',
      'notes 4',
      'notes 5',
      'chapters 8',
      'scte35 9',
      // Where the seek landed, in order.
      'chapters 20',
      'notes 20',
      'scte35 21',
    ]);
    for (const { at, start } of told.slice(0, 5)) expect(at - start).toBeLessThan(0.1);
  });
});
