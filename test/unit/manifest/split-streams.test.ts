import { describe, expect, test } from 'vitest';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { mayBeOdd } from '../../../src/manifest/recognise.ts';
import { splitStreams } from '../../../src/manifest/split-streams.ts';

const level = (index: number, bitrate: number, angle?: string, name = 'CameraAngle') =>
  `<QualityLevel Index="${index}" Bitrate="${bitrate}">${
    angle === undefined
      ? ''
      : `<CustomAttributes><Attribute Name="${name}" Value="${angle}"/></CustomAttributes>`
  }</QualityLevel>`;
const stream = (levels: string, attributes = 'Type="video" Name="video"') =>
  `<StreamIndex ${attributes} Url="{bitrate},{CustomAttributes}/{start time}">${levels}<c d="9"/></StreamIndex>`;
const outline = (...streams: readonly string[]) =>
  splitStreams(parseManifest(`<SmoothStreamingMedia>${streams.join('')}</SmoothStreamingMedia>`)).streams.map(
    ({ name, levels }) => [name, levels.map(({ index, bitrate }) => `${index}: ${bitrate}`).join(', ')],
  );

test('each angle becomes a stream, in the order of the manifest, ascending by bitrate', () => {
  const levels = [
    level(0, 900, 'Camera1'),
    level(1, 100, 'Camera1'),
    level(2, 100, 'Camera2'),
    level(3, 50, 'camera2'),
  ];
  expect(outline(stream(levels.join('')))).toEqual([
    ['Camera1', '1: 100, 0: 900'],
    ['Camera2', '3: 50, 2: 100'],
  ]);
});

test('levels without an angle stay with the stream, and names stay apart', () => {
  const levels = level(0, 900) + level(1, 100, 'Camera2', 'cameraAngle');
  expect(outline(stream(levels), stream(levels, 'Type="video" Name="Camera2"'))).toEqual([
    ['video', '0: 900'],
    ['video_Camera2', '1: 100'],
    ['Camera2', '0: 900'],
    ['Camera2_Camera2', '1: 100'],
  ]);
});

test('one angle, other attributes and sound are left alone', () => {
  const one = level(0, 900, 'Camera1') + level(1, 100, 'Camera1');
  const other = level(0, 900, 'a', 'hardwareProfile') + level(1, 900, 'b', 'hardwareProfile');
  const sound = level(0, 9, 'a') + level(1, 10, 'b');
  const streams = [
    stream(one),
    stream(other, 'Type="video" Name="other"'),
    stream(sound, 'Type="audio" Name="sound"'),
  ];
  expect(outline(...streams).map(([name]) => name)).toEqual(['video', 'other', 'sound']);
});

describe('levels of several languages', () => {
  const languages = (...streams: readonly string[]) =>
    splitStreams(
      parseManifest(`<SmoothStreamingMedia>${streams.join('')}</SmoothStreamingMedia>`),
    ).streams.map(({ name, language, levels }) => [name, language, levels.map(({ bitrate }) => bitrate)]);
  const sound = 'Type="audio" Name="sound" Language="multiple"';

  test('are a stream each', () => {
    const levels = [
      level(0, 192, 'eng', 'Language'),
      level(1, 64, 'eng', 'Language'),
      level(2, 64, 'fre', 'language'),
      level(3, 32),
    ];
    expect(languages(stream(levels.join(''), sound))).toEqual([
      ['sound_eng', 'eng', [64, 192]],
      ['sound_fre', 'fre', [64]],
      ['sound', 'multiple', [32]],
    ]);
  });

  test('if there is one only, the stream has it', () => {
    const levels = level(0, 192, 'eng', 'Language') + level(1, 64, 'eng', 'Language');
    expect(languages(stream(levels, sound))).toEqual([['sound', 'eng', [64, 192]]]);
    const own = sound.replace('multiple', 'en-GB');
    expect(languages(stream(levels, own))).toEqual([['sound', 'en-GB', [64, 192]]]);
  });

  test('are noticed', () => {
    const text = stream(level(0, 192, 'eng', 'Language'), sound);
    const plain = `<SmoothStreamingMedia>${text}</SmoothStreamingMedia>`;
    expect(mayBeOdd(parseManifest(plain), plain)).toBe(true);
    const without = plain.replace('Name="Language"', 'Name="Other"');
    expect(mayBeOdd(parseManifest(without), without)).toBe(false);
  });
});
