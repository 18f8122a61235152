import { expect, test } from 'vitest';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { selectStreams } from '../../../src/player/select-streams.ts';
import { lacksConfiguration } from '../../../src/transmux/configuration.ts';

const AVC = '000000016742800d8d650000000168c92352';
const level = (fourCC: string, data: string, more = '') =>
  `<QualityLevel Bitrate="${1000 + data.length}" FourCC="${fourCC}" CodecPrivateData="${data}" MaxWidth="640" MaxHeight="360" ${more}/>`;
const stream = (type: string, ...levels: string[]) =>
  `<StreamIndex Type="${type}" Url="Q({bitrate})/F(${type}={start time})">${levels.join('')}<c d="20000000"/></StreamIndex>`;
const title = (...streams: string[]) =>
  parseManifest(
    `<SmoothStreamingMedia MajorVersion="2" Duration="0">${streams.join('')}</SmoothStreamingMedia>`,
  );
const sound = stream('audio', level('AACL', '1190'));
/** What Chromium decodes. */
const decodes = (mimeType: string) => /avc1|mp4a/.test(mimeType);

test('sound in a codec that is not there gives way to another stream', () => {
  const dolby = stream('audio', level('EC-3', '0700200f00', 'SamplingRate="48000" Channels="6"'));
  const { audio, warnings } = selectStreams(
    title(stream('video', level('H264', AVC)), dolby, sound),
    decodes,
  );
  expect(audio.map((playable) => playable.levels.map(({ codec }) => codec))).toEqual([['mp4a.40.2']]);
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining("can't decode ec-3")]);
});

test('a level whose private data is of no use is left out, and why', () => {
  const video = stream('video', level('H264', AVC), level('H264', '000000016742800d8d65'));
  const { video: kept, warnings } = selectStreams(title(video, sound), decodes);
  expect(kept[0]?.levels).toHaveLength(1);
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('no SPS and PPS')]);
});

test.each([
  { name: 'VC-1', fourCC: 'WVC1', type: 'video', codec: 'VC-1 (WVC1)' },
  { name: 'WMA Pro', fourCC: 'WMAP', type: 'audio', codec: 'Windows Media Audio (WMAP)' },
  { name: 'WMA', fourCC: 'WMA2', type: 'audio', codec: 'Windows Media Audio (WMA2)' },
])('a title in $name says so by name', ({ fourCC, type, codec }) => {
  const presentation = title(stream(type, level(fourCC, '250000010fcbf8')));
  expect(presentation.streams.some(lacksConfiguration)).toBe(false);
  expect(() => selectStreams(presentation, decodes)).toThrowError(
    expect.objectContaining({ code: 'codec-unsupported', details: { stream: type, codecs: [codec] } }),
  );
});

test.each([
  { name: 'no private data at all', levels: [level('H264', '')], lacks: true },
  { name: 'AC-3 without a record', levels: [level('AC-3', '')], lacks: true },
  { name: 'AAC without a rate', levels: [level('AACL', '')], lacks: true },
  { name: 'sound of which nothing is told', levels: [level('', '')], lacks: true },
  { name: 'one level that has all', levels: [level('H264', AVC), level('H264', '')], lacks: false },
  {
    name: 'sets behind lengths',
    levels: [level('AVCB', '000000086742800d8d6500010000000468c92352')],
    lacks: false,
  },
])('fragments are asked for what is missing only where nothing else will do: $name', ({ levels, lacks }) => {
  const type = levels.some((text) => /AC-3|AACL|FourCC=""/.test(text)) ? 'audio' : 'video';
  expect(title(stream(type, ...levels), sound).streams.map(lacksConfiguration)).toEqual([lacks, false]);
});

test.each([
  {
    name: 'a live event that has not begun',
    root: 'IsLive="TRUE"',
    more: '',
    c: '',
    reason: 'no stream has a chunk yet',
  },
  {
    name: 'a film strip alone',
    root: '',
    more: 'Subtype="ZOET"',
    c: '<c d="2"/>',
    reason: 'each stream accompanies another',
  },
])('what has nothing to play yet does not blame the codecs: $name', ({ root, more, c, reason }) => {
  const text = `<SmoothStreamingMedia MajorVersion="2" ${root}><StreamIndex Type="video" ${more} Url="F({start time})">${level('H264', AVC)}${c}</StreamIndex></SmoothStreamingMedia>`;
  expect(() => selectStreams(parseManifest(text), decodes)).toThrowError(
    expect.objectContaining({ code: 'manifest-without-media', details: { reasons: [reason] } }),
  );
});

const HEVC =
  '000000014201010408000003009e0800000300003c9001b101e39ef2cacd24995e02dc080800100000030010000003019080' +
  '000000014401c172860c4624';

test.each([
  { name: 'that the browser decodes', known: /dvh|mp4a/, codecs: ['dvh1.05.03', 'dvh1.08.06', 'dvhe.05.03'] },
  { name: 'that the browser decodes in part', known: /dvhe|mp4a/, codecs: ['dvhe.05.03'] },
])('Dolby Vision $name is played', ({ known, codecs }) => {
  const said =
    '<CustomAttributes><Attribute Name="codecs" Value="DVH1.08.06"/></CustomAttributes></QualityLevel>';
  const levels = [
    level('dvh1', HEVC),
    level('DVHE', `${HEVC}00000001`),
    level('dvh1', `${HEVC}0000000100000001`).replace('/>', `>${said}`),
  ];
  const { video } = selectStreams(title(stream('video', ...levels), sound), (type) => known.test(type));
  expect(video[0]?.levels.map(({ codec }) => codec).sort()).toEqual(codecs);
});

test('Dolby Vision that no browser here decodes is refused by its name', () => {
  const presentation = title(stream('video', level('dvhe', HEVC)), sound);
  expect(() => selectStreams(presentation, decodes)).toThrowError(
    expect.objectContaining({
      code: 'codec-unsupported',
      details: { stream: 'video', codecs: ['dvhe.05.03'] },
    }),
  );
});
