import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Seconds, seconds } from '../../../../src/base/time.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import type { Stream } from '../../../../src/manifest/presentation.ts';
import type { Live } from '../../../../src/player/live/live.ts';
import { settingsOf } from '../../../../src/player/options.ts';
import { openCueStream } from '../../../../src/player/text/cue-stream.ts';
import { loadAllCues } from '../../../../src/player/text/load-all-cues.ts';
import type { TextPorts } from '../../../../src/player/text/text-ports.ts';
import { Hosts } from '../../../../src/player/title/hosts.ts';
import type { Cue } from '../../../../src/text/cue.ts';
import { ttml } from '../../../support/text.ts';

type Payloads = readonly (readonly [at: number, text: string])[];

const add = (id: number, text: string) => `<Caption Id="${id}" Action="ADD">${text}</Caption>`;
const remove = (id: number) => `<Caption Id="${id}" Action="REMOVE"/>`;

const chunks = (payloads: Payloads) =>
  payloads.map(([at, text]) => `<c t="${at}0000000"><f>${Buffer.from(text).toString('base64')}</f></c>`);

const presentationOf = (payloads: Payloads) =>
  parseManifest(`<SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="0" IsLive="TRUE">
  <StreamIndex Type="text" Name="cc" Subtype="CAPT" ManifestOutput="TRUE" Url="QualityLevels({bitrate})/Fragments(cc={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="DFXP"/>
    ${chunks(payloads).join('')}
  </StreamIndex>
  <StreamIndex Type="video" Name="video" Url="QualityLevels({bitrate})/Fragments(video={start time})">
    <QualityLevel Index="0" Bitrate="1000" FourCC="H264" MaxWidth="2" MaxHeight="2" CodecPrivateData="000000016742C00A000000010168CE3C80"/>
    <c t="0" d="20000000" r="5"/>
  </StreamIndex>
</SmoothStreamingMedia>`);

const payloadsOf = (payloads: Payloads): Stream['embedded'] => presentationOf(payloads).streams[0]?.embedded;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A channel whose manifest has these payloads, and its captions. */
function join(payloads: Payloads) {
  const presentation = presentationOf(payloads);
  const [stream] = presentation.streams as [Stream];
  const growing = { end: 0, chunkSeconds: 2, embedded: stream.embedded };
  const refreshList = vi.fn();
  const requested = vi.fn();
  const live = { streamOf: () => growing, refreshList } as unknown as Live;
  const url = 'http://one/title.isml/Manifest';
  let position = 0;
  const ports: TextPorts = {
    title: {
      presentation,
      url,
      hosts: new Hosts([url]),
      trust: { origins: [], headers: undefined },
      transfer: { bytes: 0, firstByteMs: 0, bodyMs: 0 },
    },
    live,
    earlier: undefined,
    settings: () => settingsOf({ network: { fetch: requested } }),
    playhead: () => seconds(position),
    trickRate: () => 1,
    bufferEnd: () => seconds(position),
    audioLanguage: () => undefined,
    repaired: () => {},
    warn: () => {},
    emit: () => {},
  };
  const onChange = vi.fn();
  const { signal } = new AbortController();
  const source = openCueStream(stream, ports, onChange, signal);
  const cues = (): readonly Cue[] => source.between(0 as Seconds, Number.POSITIVE_INFINITY as Seconds);
  return {
    refreshList,
    requested,
    onChange,
    source,
    cues,
    shown: () => cues().map(({ start, end, text }) => `${start}-${end} ${text}`),
    all: () => loadAllCues(stream, ports, signal),
    /** Another manifest has these payloads. */
    async list(next: Payloads, at = position) {
      growing.embedded = payloadsOf(next);
      await this.look(at);
    },
    async look(at = position) {
      position = at;
      source.look();
      await vi.advanceTimersByTimeAsync(100);
    },
  };
}

test('captions of later manifests are added', async () => {
  const channel = join([[2, add(1, 'a')]]);
  await channel.look();
  expect(channel.shown()).toEqual(['2-32 a']);
  await channel.list([
    [2, add(1, 'a')],
    [4, remove(1) + add(2, 'b')],
    [6, remove(2)],
  ]);
  expect(channel.shown()).toEqual(['2-4 a', '4-6 b']);
  expect(channel.onChange).toHaveBeenCalledTimes(2);
  expect((await channel.all()).map(({ text }) => text)).toEqual(['a', 'b']);
  expect(channel.requested).not.toHaveBeenCalled();
});

test('documents of later manifests, too', async () => {
  const document = (text: string) => ttml(`<div><p begin="0s" end="1s">${text}</p></div>`);
  const channel = join([[2, document('a')]]);
  await channel.look();
  await channel.list([
    [2, document('a')],
    [4, document('b')],
  ]);
  expect(channel.shown()).toEqual(['2-3 a', '4-5 b']);
  expect(channel.source.mayForce).toBe(false);
});

test('the first captions may come after joining', async () => {
  const channel = join([]);
  await channel.list([[2, add(1, 'a')]]);
  expect(channel.shown()).toEqual(['2-32 a']);
});

test('what has left the window stays for two minutes', async () => {
  const channel = join([
    [2, add(1, 'a')],
    [4, remove(1)],
  ]);
  await channel.look();
  await channel.list([
    [100, add(2, 'b')],
    [101, remove(2)],
  ]);
  expect(channel.shown()).toEqual(['2-4 a', '100-101 b']);
  await channel.list([
    [200, add(3, 'c')],
    [201, remove(3)],
  ]);
  expect(channel.shown()).toEqual(['100-101 b', '200-201 c']);
});

test('cues that another manifest does not change stay the same objects', async () => {
  const first: Payloads = [
    [2, add(1, 'a')],
    [4, remove(1)],
  ];
  const channel = join(first);
  await channel.look();
  const [before] = channel.cues();
  const { revision } = channel.source;
  await channel.list(first);
  expect(channel.source.revision).toBe(revision);
  await channel.list([...first, [6, add(2, 'b')]]);
  expect(channel.cues()).toHaveLength(2);
  expect(channel.cues()[0]).toBe(before);
});

test('the manifest is requested again when playback has reached the end of the captions, if they are on', async () => {
  const channel = join([[2, add(1, 'a')]]);
  channel.source.want('forced');
  await channel.look(10);
  expect(channel.refreshList).not.toHaveBeenCalled();
  channel.source.want('all');
  await channel.look();
  expect(channel.refreshList).toHaveBeenCalledWith(2);
});
