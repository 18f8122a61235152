import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inSlices } from '../../../src/base/async.ts';
import { type Ticks, ticks, timescale } from '../../../src/base/time.ts';
import { readComposite } from '../../../src/manifest/composite.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import type { Presentation, Stream } from '../../../src/manifest/presentation.ts';
import { writeComposite } from '../../../src/manifest/write-composite.ts';
import { clipBounds } from '../../../src/timeline/clip-bounds.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { cleanManifest } from '../../conformance/clean-title.ts';

const sample = parseManifest(
  readFileSync(join(import.meta.dirname, '../../../demo/sample/sample.ismc'), 'utf8'),
);
const SCALE = timescale(10_000_000);
const read = (text: string) => inSlices(readComposite(text), new AbortController().signal);
const clip = (presentation: Presentation, begin: number, end: number) => ({
  url: 'https://host/a.ism/Manifest?a=1&b="2"',
  presentation,
  begin: ticks(begin),
  end: ticks(end),
});
const bounds = (begin: Ticks | undefined, end: Ticks | undefined, { streams }: Presentation) => {
  const [video, audio] = streams.filter(({ type }) => type !== 'text');
  return clipBounds({ begin, end }, video as Stream, [audio as Stream], SCALE);
};

test('what was written is read as it was meant, clip by clip', async () => {
  const clips = [clip(sample, 212_000_000, 254_000_000), clip(sample, 36_000_000, 77_200_000)];
  const composite = await read(writeComposite(clips));
  expect(composite.warnings).toEqual([]);
  expect(composite.clips.length).toBe(2);
  for (const [index, { url, begin, end, presentation }] of composite.clips.entries()) {
    const wished = clips[index];
    expect({ url, begin, end }).toEqual({ url: wished?.url, begin: wished?.begin, end: wished?.end });
    const streams = presentation?.streams ?? [];
    expect(streams.map(({ name }) => name)).toEqual(
      sample.streams.filter(({ name }) => streams.some((one) => one.name === name)).map(({ name }) => name),
    );
    const [video, own] = [streams, sample.streams].map((all) => all.find(({ type }) => type === 'video'));
    const outline = (stream: Stream | undefined) =>
      stream?.levels.map(({ bitrate, codec, width, nalUnitLength }) => [
        bitrate,
        codec,
        width,
        nalUnitLength,
      ]);
    expect(outline(video)).toEqual(outline(own));
    expect(video?.urlTemplate).toBe(own?.urlTemplate);
    // Fewer chunks are listed, and the clip begins and ends where it would with all of them.
    expect(video?.chunks.length).toBeLessThan(own?.chunks.length ?? 0);
    expect(presentation && bounds(begin, end, presentation)).toEqual(bounds(begin, end, sample));
  }
});

test('clocks, custom attributes, payloads in the manifest and protection are kept', async () => {
  const source =
    parseManifest(`<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" TimeScale="1000" Duration="4000">
    <Protection><ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">AAEC</ProtectionHeader></Protection>
    <StreamIndex Type="audio" Name="a &amp; b" Language="en" Url="Q({bitrate},{CustomAttributes})/F(a={start time})">
      <QualityLevel Bitrate="64000" FourCC="AACL" SamplingRate="48000" Channels="2" CodecPrivateData="1190"><CustomAttributes><Attribute Name="x" Value="1&lt;2"/></CustomAttributes></QualityLevel>
      <c d="2000"/><c d="2000"/></StreamIndex>
    <StreamIndex Type="text" Subtype="DATA" Name="events" ParentStreamIndex="a &amp; b" ManifestOutput="TRUE" Url="Q({bitrate})/F(e={start time})">
      <QualityLevel Bitrate="0"/><c t="1000" d="10"><f i="0">AQID</f></c></StreamIndex>
  </SmoothStreamingMedia>`);
  const { clips, warnings } = await read(writeComposite([clip(source, 0, 40_000_000)]));
  expect(warnings).toEqual([]);
  const again = clips[0]?.presentation;
  expect(again?.protection.map(({ systemId, data }) => [systemId, [...data]])).toEqual([
    ['9a04f07998404286ab92e65be0885f95', [0, 1, 2]],
  ]);
  const [sound, events] = again?.streams ?? [];
  expect(sound).toMatchObject({ name: 'a & b', language: 'en', timescale: 1000n });
  expect(sound?.levels[0]).toMatchObject({
    ...source.streams[0]?.levels[0],
    customAttributes: [{ name: 'x', value: '1<2' }],
  });
  expect([...(sound?.chunks ?? [])]).toEqual([...(source.streams[0]?.chunks ?? [])]);
  expect(events?.embedded?.map(({ start, data }) => [start, [...data]])).toEqual([[1000n, [1, 2, 3]]]);
});

test('times before 0 are written as unsigned, as their fragments are addressed', async () => {
  const wrapped = 2n ** 64n - 213_333n;
  const source = parseManifest(
    cleanManifest().replace(/(Type="audio"[\s\S]*?<c) t="0" d="\d+"/, `$1 t="${wrapped}" d="20266666"`),
  );
  const { clips } = await read(writeComposite([clip(source, 0, 40_000_000)]));
  const [own, again] = [source, clips[0]?.presentation].map((one) =>
    one?.streams.find(({ type }) => type === 'audio'),
  );
  const urlsOf = (stream: Stream | undefined) =>
    stream
      ? Array.from(stream.chunks, ({ start }) =>
          fragmentUrl('https://h/Manifest', stream, stream.levels[0], start),
        )
      : [];
  expect(again?.chunks.start).toBe(-213_333n);
  expect(urlsOf(own)[0]).toContain(`=${wrapped})`);
  expect(urlsOf(again)).toEqual(urlsOf(own));
});
