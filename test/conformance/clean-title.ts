import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOrigin } from '../../demo/origin/server.ts';
import type { Asked } from './case.ts';

const SAMPLE = join(import.meta.dirname, '../../demo/sample');

/** Bitrates of the clean title's picture, and of its sound. */
export const LEVELS = { low: 57019, high: 91797, audio: 9871 } as const;

/** The manifest of the clean title: four seconds, two levels, one language, every number written out. */
export function cleanManifest(): string {
  const sample = readFileSync(join(SAMPLE, 'sample.ismc'), 'utf8');
  const level = (bitrate: number) =>
    new RegExp(`<QualityLevel Index="\\d+" (Bitrate="${bitrate}" .*?/>)`).exec(sample)?.[1] ?? '';
  const chunk = (t: number, d: number) => `    <c t="${t}" d="${d}"/>\n`;
  return `<?xml version="1.0" encoding="utf-8"?>
<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" TimeScale="10000000" Duration="40000000">
  <StreamIndex Type="video" Name="video" Chunks="2" QualityLevels="2" MaxWidth="426" MaxHeight="240" DisplayWidth="426" DisplayHeight="240" Url="QualityLevels({bitrate})/Fragments(video={start time})">
    <QualityLevel Index="0" ${level(LEVELS.high)}
    <QualityLevel Index="1" ${level(LEVELS.low)}
${chunk(0, 20_000_000)}${chunk(20_000_000, 20_000_000)}  </StreamIndex>
  <StreamIndex Type="audio" Name="audio_en" Language="en" Chunks="2" QualityLevels="1" Url="QualityLevels({bitrate})/Fragments(audio_en={start time})">
    <QualityLevel Index="0" ${level(LEVELS.audio)}
${chunk(0, 20_053_333)}${chunk(20_053_333, 20_053_333)}  </StreamIndex>
</SmoothStreamingMedia>
`;
}

/** When chunks begin, of eight seconds. */
const LONGER = {
  video: [0, 20_000_000, 40_000_000, 60_000_000],
  audio: [0, 20_053_333, 40_106_666, 60_160_000],
} as const;

/** The clean manifest with all of eight seconds. */
export function longer(clean: string): string {
  return clean
    .replace('Duration="40000000"', 'Duration="80000000"')
    .replaceAll('Chunks="2"', 'Chunks="4"')
    .replace(/(<c t="20000000" .*\n)/, '$1    <c d="20000000"/><c d="20000000"/>\n')
    .replace(/(<c t="20053333" .*\n)/, '$1    <c d="20053334"/><c d="19840000"/>\n');
}

type Fragments = (asked: NonNullable<Asked['fragment']>) => Buffer | undefined;

/** Reads the clean title's fragments into memory. */
export async function cleanFragments(): Promise<Fragments> {
  const origin = createOrigin({ presentations: { '/': SAMPLE } });
  const url = await origin.listen();
  const kept = new Map<string, Buffer>();
  const keep = async (stream: string, bitrate: number, time: number) => {
    const response = await fetch(`${url}/sample.ism/QualityLevels(${bitrate})/Fragments(${stream}=${time})`);
    if (!response.ok) throw new Error(`the sample has no ${stream} at ${time}`);
    kept.set(`${stream} ${bitrate} ${time}`, Buffer.from(await response.arrayBuffer()));
  };
  for (const bitrate of [LEVELS.low, LEVELS.high]) {
    for (const time of LONGER.video) await keep('video', bitrate, time);
  }
  for (const time of LONGER.audio) await keep('audio_en', LEVELS.audio, time);
  await origin.close();
  return ({ stream, bitrate, time }) => kept.get(`${stream} ${bitrate} ${time}`);
}
