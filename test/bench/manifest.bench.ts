import { bench, describe } from 'vitest';
import { parseManifest } from '../../src/manifest/parse.ts';

/** A day of 2 s chunks in two streams: 86,400 `c` elements, of equal and of unequal lengths. */
function dayLong(firstTime: bigint): Uint8Array {
  const streamOf = (type: string, durations: readonly bigint[]) => {
    let time = firstTime;
    const chunks = Array.from({ length: 43_200 }, (_, index) => {
      const duration = durations[index % durations.length] ?? 0n;
      const element = `<c n="${index}" t="${time}" d="${duration}" />\n`;
      time += duration;
      return element;
    });
    return `<StreamIndex Type="${type}" Url="QualityLevels({bitrate})/Fragments(${type}={start time})">
      <QualityLevel Index="0" Bitrate="64000" />${chunks.join('')}</StreamIndex>`;
  };
  const streams =
    streamOf('video', [20_000_000n]) + streamOf('audio', [20_053_333n, 20_053_334n, 19_840_000n]);
  return new TextEncoder().encode(
    `<SmoothStreamingMedia MajorVersion="2" Duration="0">${streams}</SmoothStreamingMedia>`,
  );
}

const fromZero = dayLong(0n);
const fromEpoch = dayLong(16_800_000_000_000_000n);
const endless =
  '<SmoothStreamingMedia><StreamIndex Type="video" Url="v"><QualityLevel Bitrate="1"/><c d="20000000" r="4294967295"/></StreamIndex></SmoothStreamingMedia>';

describe('parseManifest', () => {
  bench('24 h of 2 s chunks', () => {
    parseManifest(fromZero);
  });
  bench('24 h of 2 s chunks, from 1970', () => {
    parseManifest(fromEpoch);
  });
  bench('r="4294967295"', () => {
    parseManifest(endless);
  });
});
