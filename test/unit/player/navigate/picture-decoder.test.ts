import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seconds } from '../../../../src/base/time.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import type { QualityLevel } from '../../../../src/manifest/presentation.ts';
import type { KeyFrameSource } from '../../../../src/player/navigate/key-frame-source.ts';
import type { NavigationPorts } from '../../../../src/player/navigate/navigation-ports.ts';
import { PictureDecoder } from '../../../../src/player/navigate/picture-decoder.ts';
import type { Frame } from '../../../../src/player/navigate/read-frames.ts';
import { takeSnapshot } from '../../../../src/player/navigate/snapshot.ts';

const [stream] = parseManifest(`<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="20000000">
  <StreamIndex Type="video" Name="video" Url="QualityLevels({bitrate})/Fragments(video={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="H264" MaxWidth="2" MaxHeight="2" CodecPrivateData="000000016764001FACD9805005BB011000000300100000030320F18319A00000000168E97B2C8B"/>
    <c t="0" d="20000000"/>
  </StreamIndex>
</SmoothStreamingMedia>`).streams;
const level = stream?.levels[0] as QualityLevel;
const frames = [0, 0.04].map(
  (start) => ({ start, sample: { payload: new Uint8Array(4), start: 0, size: 4 } }) as unknown as Frame,
);

/** A decoder whose `flush()` never ends. */
class BrokenDecoder {
  static opened: BrokenDecoder[] = [];
  state = 'configured';
  constructor() {
    BrokenDecoder.opened.push(this);
  }
  configure(): void {}
  decode(): void {}
  flush(): Promise<void> {
    return new Promise(() => {});
  }
  close(): void {
    this.state = 'closed';
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  BrokenDecoder.opened = [];
  vi.stubGlobal('VideoDecoder', BrokenDecoder);
  vi.stubGlobal('EncodedVideoChunk', class {});
  vi.stubGlobal('OffscreenCanvas', class {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a decoder that never ends is given up, and others decode again', async () => {
  const decoder = new PictureDecoder();
  const got = vi.fn();
  void decoder.decodeLast(level, frames, new AbortController().signal).then(got);
  void decoder.decode(level, { bytes: new Uint8Array(4), isByteStream: false } as never).then(got);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(got.mock.calls).toEqual([[undefined], [undefined]]);
  expect(BrokenDecoder.opened.map(({ state }) => state)).toEqual(['closed', 'closed']);
});

test('unloading ends decoding', async () => {
  const controller = new AbortController();
  const got = vi.fn();
  void new PictureDecoder().decodeLast(level, frames, controller.signal).then(got);
  await vi.advanceTimersByTimeAsync(0);
  controller.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(got.mock.calls).toEqual([[undefined]]);
  expect(BrokenDecoder.opened.map(({ state }) => state)).toEqual(['closed']);
});

test('a still that comes after unloading is closed', async () => {
  const controller = new AbortController();
  const close = vi.fn();
  const source: Partial<KeyFrameSource> = {
    placeAt: () => ({ start: seconds(0), end: seconds(2) }) as never,
    levels: Promise.resolve([level]),
    loadFrame: async () => {
      controller.abort();
      return { close } as unknown as VideoFrame;
    },
  };
  const ports = { playback: () => ({}) } as unknown as NavigationPorts;
  const still = takeSnapshot(
    seconds(1),
    {},
    source as KeyFrameSource,
    new PictureDecoder(),
    ports,
    controller.signal,
  );
  await expect(still).rejects.toMatchObject({ name: 'AbortError' });
  expect(close).toHaveBeenCalled();
});
