import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { sideBySide } from './side-by-side.ts';

const MANIFEST = readFileSync(join(import.meta.dirname, '../../demo/sample/sample.ismc'), 'utf8');
/** The burnt-in levels of each camera angle. */
const ANGLES = [
  { name: 'Left', levels: [0, 1] },
  { name: 'Right', levels: [2, 3] },
] as const;
const [PICTURE = ''] = MANIFEST.match(/ *<StreamIndex Type="video"[\s\S]*?<\/StreamIndex>\n/) ?? [];
/** The sample's levels, the lowest first. */
const LEVELS = (PICTURE.match(/.*<QualityLevel .*\n/g) ?? []).reverse();

/** The sample as filmed by two cameras, one stream for each. */
const IN_STREAMS = MANIFEST.replace(PICTURE, () =>
  ANGLES.map(({ name, levels }) => {
    const chosen = levels.map((level) => LEVELS[level]).join('');
    return PICTURE.replace(/( *<QualityLevel .*\n)+/, chosen)
      .replace('Name="video"', `Name="${name}"`)
      .replace('QualityLevels="6"', 'QualityLevels="2"');
  }).join(''),
);
/** The same in one stream, its levels distinguished by attributes, as in the Silverlight client. */
const IN_LEVELS = MANIFEST.replace(PICTURE, () =>
  PICTURE.replace(
    /( *<QualityLevel .*\n)+/,
    ANGLES.flatMap(({ name, levels }) =>
      levels.map((level) =>
        (LEVELS[level] ?? '')
          .replace(/Index="\d" /, '')
          .replace(
            '/>',
            `><CustomAttributes><Attribute Name="CameraAngle" Value="${name}"/></CustomAttributes></QualityLevel>`,
          ),
      ),
    ).join(''),
  ).replace('QualityLevels="6"', 'QualityLevels="4"'),
);

test('the sound changes language during play, without a stall, and back', async ({ player, origin }) => {
  await player.load();
  await player.play();
  await player.until(() => video.currentTime > 1);
  const tracks = await player.evaluate(() => smooth.audioTracks);
  expect(tracks.map(({ language, label }) => [language, label])).toEqual([
    ['en', 'English'],
    ['fr', 'Français'],
  ]);
  await player.evaluate(() => hear());
  for (const [index, hertz] of [
    [1, 1320],
    [0, 880],
  ] as const) {
    await player.evaluate((track) => {
      smooth.audioTrack = smooth.audioTracks[track];
    }, index);
    await player.page.waitForFunction((wanted) => Math.abs((pitch.at(-1) ?? 0) - wanted) < 60, hertz, {
      timeout: 6000,
    });
  }
  expect(await player.evaluate(() => smooth.audioTrack?.language)).toBe('en');
  expect(await player.stalls()).toEqual([]);
  expect(await player.events('error')).toEqual([]);
  expect(origin.log.entries.some(({ url }) => url.includes('audio_fr'))).toBe(true);
});

test('after a change of language a seek finds no sound of the other one', async ({ player }) => {
  await player.load();
  await player.fill(20);
  await player.evaluate(() => hear());
  await player.evaluate(() => {
    smooth.audioTrack = smooth.audioTracks[1];
  });
  await player.play();
  await player.evaluate(() => {
    video.currentTime = 15.5;
  });
  await player.until(() => video.currentTime > 18.5);
  const heard = await player.evaluate(() => pitch.filter((hertz) => hertz > 400));
  expect(heard.length).toBeGreaterThanOrEqual(2);
  expect(heard.filter((hertz) => Math.abs(hertz - 1320) > 60)).toEqual([]);
});

sideBySide(undefined, (scene) => {
  scene('the sound changes language behind what is buffered, where that is wanted', async ({ player }) => {
    await player.evaluate(() => smooth.configure({ buffer: { ahead: 4 } }));
    await player.load();
    await player.play();
    await player.fill(3);
    await player.evaluate(() => hear());
    const changesAt = await player.evaluate(() => {
      const [, french] = smooth.audioTracks;
      const { audio = 0 } = smooth.getStats().bufferAhead;
      if (french) smooth.setTrack(french, { switch: 'next' });
      return video.currentTime + audio;
    });
    const isFrench = (hertz: number) => Math.abs(hertz - 1320) < 60;
    await player.page.waitForFunction(() => Math.abs((pitch.at(-1) ?? 0) - 1320) < 60);
    const { heard, position } = await player.evaluate(() => ({
      heard: pitch.filter((hertz) => hertz > 400),
      position: video.currentTime,
    }));
    expect(heard.findIndex(isFrench)).toBeGreaterThanOrEqual(1);
    expect(position).toBeGreaterThan(changesAt - 0.2);
    expect(position).toBeLessThan(changesAt + 3);
    expect(await player.stalls()).toEqual([]);
    const loads = await player.events('fragmentload');
    const starts = loads.flatMap(({ fragment }) => (fragment?.stream === 'audio' ? fragment.start : []));
    expect(starts).toEqual([...new Set(starts)]);
    expect(await player.events('warning')).toEqual([]);
  });
  for (const { name, manifest } of [
    { name: 'that are streams', manifest: IN_STREAMS },
    { name: 'that are levels of one stream', manifest: IN_LEVELS },
  ]) {
    scene(
      `camera angles ${name} change during play, without a stall, and back`,
      async ({ player, origin }) => {
        const effect = { type: 'replace', body: manifest, contentType: 'text/xml' } as const;
        origin.rules.add({ match: { url: '/Manifest' }, effect });
        await player.load();
        await player.play();
        await player.until(() => video.currentTime > 1);
        const labels = await player.evaluate(() => smooth.videoTracks.map(({ label }) => label));
        expect(labels).toEqual(ANGLES.map((angle) => angle.name));
        for (const { name: label, levels } of ANGLES.toReversed()) {
          await player.evaluate((wanted) => {
            smooth.videoTrack = smooth.videoTracks.find((track) => track.label === wanted);
          }, label);
          expect(await player.evaluate(() => smooth.qualities.length)).toBe(levels.length);
          await player.page.waitForFunction(
            (wanted) => wanted.includes(pictures.at(-1)?.level ?? -1),
            levels as readonly number[],
            { timeout: 8000 },
          );
          const from = await player.evaluate(() => pictures.length);
          await player.page.waitForFunction((first) => pictures.length > first + 50, from);
          const after = await player.evaluate(
            (first) => pictures.slice(first).map(({ level }) => level),
            from,
          );
          expect(after.filter((level) => !levels.some((own) => own === level))).toEqual([]);
        }
        const shown = await player.evaluate(() => pictures);
        const read = shown.filter(({ frame }) => frame !== undefined);
        const steps = read.slice(1).map(({ frame = 0, dropped }, index) => {
          const before = read[index];
          return {
            frames: frame - (before?.frame ?? frame),
            dropped: dropped - (before?.dropped ?? dropped),
          };
        });
        expect(steps.filter(({ frames }) => frames < 0)).toEqual([]);
        // But for those that a busy browser had no time to show.
        expect(steps.filter(({ frames, dropped }) => frames - dropped > 12)).toEqual([]);
        expect(await player.stalls()).toEqual([]);
        expect(await player.events('error')).toEqual([]);
        expect(await player.events('warning')).toEqual([]);
      },
    );
  }
});
