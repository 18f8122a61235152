import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packagePresentation } from '../../../demo/origin/package.ts';
import { type MadeFilm, makeFilm, PPS, SPS } from './made-film.ts';
import { readFileNames, readFragments, readManifest } from './read-presentation.ts';

const FILM: MadeFilm = { rate: [25, 1], pictures: 250, keyEvery: 50 };
/** 29.97 pictures a second, and audio as long. */
const NTSC: MadeFilm = { rate: [30_000, 1001], pictures: 900, keyEvery: 60, audioFrames: 1407 };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (file: string) => join(folder, file);

async function make(files: Record<string, MadeFilm>) {
  const made = [];
  for (const [file, film] of Object.entries(files)) made.push(await makeFilm(at(file), film));
  return made;
}

async function packageFiles(
  videos: string[],
  audio: { language: string; path: string }[] = [],
  report: (line: string) => void = () => {},
) {
  await packagePresentation({
    videos: videos.map(at),
    audio: audio.map(({ language, path }) => ({ language, path: at(path) })),
    folder,
    name: 'show',
    fragmentSeconds: 2,
    report,
  });
  return readFileNames(folder, 'show');
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + BigInt(value), 0n);

describe('a packaged presentation', () => {
  it.each([
    ['pictures in order', FILM],
    ['pictures decoded out of order', { ...FILM, reorders: true }],
    ['29.97 pictures a second with audio', NTSC],
    ['priming', { ...NTSC, reorders: true, priming: 1, audioFrames: 1408 }],
  ])('tells the same times in manifest, index and samples: %s', async (_, film) => {
    await make({ 'a.mp4': film });
    const files = await packageFiles(['a.mp4']);
    const streams = await readManifest(folder, 'show');
    expect(files).toHaveLength(streams.length);
    for (const [i, file] of files.entries()) {
      const fragments = await readFragments(at(file));
      expect(fragments.map(({ time, durations }) => ({ time, duration: sum(durations) }))).toEqual(
        streams[i]?.chunks,
      );
      expect(fragments.every(({ boxType }) => boxType === 'moof')).toBe(true);
      expect(fragments.map(({ sequence }) => sequence)).toEqual(fragments.map((__, k) => k + 1));
    }
  });

  it('keeps the bytes of every sample', async () => {
    const [made] = await make({ 'a.mp4': { ...NTSC, reorders: true } });
    const [video = '', audio = ''] = await packageFiles(['a.mp4']);
    const samplesOf = async (file: string) =>
      (await readFragments(at(file))).flatMap(({ samples }) => samples);
    expect(Buffer.concat(await samplesOf(video)).equals(Buffer.concat(made?.video ?? []))).toBe(true);
    expect(Buffer.concat(await samplesOf(audio)).equals(Buffer.concat(made?.audio ?? []))).toBe(true);
  });

  it('is read by another reader, with the same pictures at the same distances', async () => {
    await make({ 'a.mp4': { ...FILM, reorders: true } });
    const [file = ''] = await packageFiles(['a.mp4']);
    const before = await packetsOf(at('a.mp4'));
    const after = await packetsOf(at(file));
    expect(after.map(({ type, size }) => ({ type, size }))).toEqual(
      before.map(({ type, size }) => ({ type, size })),
    );
    const from = (list: typeof after) => list.map(({ time }) => (time - (list[0]?.time ?? 0)).toFixed(6));
    expect(from(after)).toEqual(from(before));
  });

  it("doesn't drift at 29.97 pictures a second and 48 kHz", async () => {
    await make({ 'a.mp4': NTSC });
    await packageFiles(['a.mp4']);
    const [video, audio] = await readManifest(folder, 'show');
    expect(video?.chunks.map(({ time }) => time)).toEqual(
      Array.from({ length: 15 }, (_, k) => (BigInt(k * 60) * 1001n * 10_000_000n) / 30_000n),
    );
    const end = audio?.chunks.at(-1);
    expect((end?.time ?? 0n) + (end?.duration ?? 0n)).toBe((1407n * 1024n * 10_000_000n) / 48_000n);
  });

  it('begins audio fragments at the first frame at or after those of the video', async () => {
    await make({ 'a.mp4': NTSC });
    await packageFiles(['a.mp4']);
    const [video, audio] = await readManifest(folder, 'show');
    const late = audio?.chunks.map(({ time }, k) => time - (video?.chunks[k]?.time ?? 0n)) ?? [];
    expect(late).toHaveLength(15);
    expect(late.every((ticks) => ticks >= 0n && ticks < 213_334n)).toBe(true);
  });

  it('drops audio that lies before the first picture', async () => {
    const [made] = await make({ 'a.mp4': { ...NTSC, priming: 2 } });
    const [, audio = ''] = await packageFiles(['a.mp4']);
    const [first] = await readFragments(at(audio));
    expect(first?.time).toBe(0n);
    expect(first?.samples[0]).toEqual(Buffer.from(made?.audio[2] ?? []));
  });

  it('says how much of it, if it is more than priming', async () => {
    const lines: string[] = [];
    const pack = (priming: number) =>
      make({ 'a.mp4': { ...NTSC, priming } }).then(() =>
        packageFiles(['a.mp4'], [], (line) => lines.push(line)),
      );
    await pack(2);
    expect(lines.join()).not.toContain('left out');
    await pack(48);
    expect(lines).toContain('a.mp4: 1.024 s of audio before the first picture are left out');
  });

  it('gives all levels the same chunks, whether they reorder pictures or not', async () => {
    await make({ 'a.mp4': FILM, 'b.mp4': { ...FILM, reorders: true } });
    const files = await packageFiles(['a.mp4', 'b.mp4']);
    const [one = [], other = []] = await Promise.all(files.map((file) => readFragments(at(file))));
    expect(one.map(({ time }) => time)).toEqual(other.map(({ time }) => time));
    const firstOffsets = [one, other].map((fragments) => fragments.map((f) => f.compositionOffsets[0]));
    expect(firstOffsets).toContainEqual(one.map(() => 0));
    expect(firstOffsets).toContainEqual(one.map(() => 400_000));
  });

  it('marks key frames, those within a fragment too', async () => {
    await make({ 'a.mp4': { ...FILM, keyEvery: 25 } });
    const [file = ''] = await packageFiles(['a.mp4']);
    const [first] = await readFragments(at(file));
    const keys = first?.flags.flatMap((flags, i) => (flags === 0x02000000 ? [i] : []));
    expect(keys).toEqual([0, 25]);
  });

  it('has a bitrate of its own for each level, and a name for each audio stream', async () => {
    await make({ 'a.mp4': NTSC, 'b.mp4': NTSC });
    const audio = ['en', 'fr', 'en'].map((language) => ({ language, path: 'b.mp4' }));
    const files = await packageFiles(['a.mp4', 'b.mp4'], audio);
    expect(new Set(files).size).toBe(5);
    const [video, ...others] = await readManifest(folder, 'show');
    const [high = 0, low = 0] = [...(video?.attributes.matchAll(/ Bitrate="(\d+)"/g) ?? [])].map(([, b]) =>
      Number(b),
    );
    expect(high).toBe(low + 1);
    expect(others.map(({ attributes }) => / Name="(\w+)"/.exec(attributes)?.[1])).toEqual([
      'audio_en',
      'audio_fr',
      'audio_en_2',
    ]);
  });

  it('states the codecs as players need them', async () => {
    await make({ 'a.mp4': NTSC });
    await packageFiles(['a.mp4']);
    const [video, audio] = await readManifest(folder, 'show');
    expect(video?.attributes).toContain(
      `FourCC="H264" MaxWidth="256" MaxHeight="144" CodecPrivateData="00000001${SPS}00000001${PPS}"`,
    );
    expect(audio?.attributes).toContain('FourCC="AACL" SamplingRate="48000" Channels="2"');
    expect(audio?.attributes).toContain('CodecPrivateData="1190"');
  });
});

describe('files that do not fit together', () => {
  it('are refused by name and time where a key frame is missing', async () => {
    await make({ '1080p.mp4': FILM, '720p.mp4': { ...FILM, keyEvery: 75 } });
    await expect(packageFiles(['1080p.mp4', '720p.mp4'])).rejects.toThrow(
      '720p.mp4 has no key frame at 2.000 s, where 1080p.mp4 has one; encode all levels with the same key-frame interval',
    );
  });

  it('are refused where they differ in length', async () => {
    await make({ '1080p.mp4': FILM, '720p.mp4': { ...FILM, pictures: 240 } });
    await expect(packageFiles(['1080p.mp4', '720p.mp4'])).rejects.toThrow(
      '720p.mp4 lasts 9.600 s and 1080p.mp4 10.000 s; all levels must show the same film',
    );
  });

  it('are refused where their pictures lie on their side', async () => {
    await make({ 'phone.mp4': { ...FILM, rotation: 90 } });
    await expect(packageFiles(['phone.mp4'])).rejects.toThrow(/phone\.mp4 .*rotated.*use "encode"/);
  });

  it('are refused by name when one is no film', async () => {
    await expect(packageFiles(['none.mp4'])).rejects.toThrow('none.mp4');
  });
});

async function packetsOf(path: string) {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) throw new Error('no video');
    const packets = [];
    for await (const { type, byteLength, timestamp } of new EncodedPacketSink(track).packets()) {
      packets.push({ type, size: byteLength, time: timestamp });
    }
    return packets;
  } finally {
    input.dispose();
  }
}
