import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isSmoothError } from '../../../src/base/errors.ts';
import { examineManifest } from '../../../src/doctor/examine-manifest.ts';
import { examineText } from '../../../src/doctor/examine-text.ts';
import { verdictOf } from '../../../src/doctor/finding.ts';
import { summarise } from '../../../src/doctor/summary.ts';
import { readComposite } from '../../../src/manifest/composite.ts';
import { parseManifest, toText } from '../../../src/manifest/parse.ts';
import type { Presentation } from '../../../src/manifest/presentation.ts';
import { keyIdsOf } from '../../../src/manifest/protection.ts';
import { splitStreams } from '../../../src/manifest/split-streams.ts';
import { selectStreams } from '../../../src/player/select-streams.ts';
import { fragmentUrl } from '../../../src/timeline/fragment-url.ts';
import { timelineOf } from '../../../src/timeline/timeline.ts';
import { lacksConfiguration } from '../../../src/transmux/configuration.ts';
import fc from '../../support/properties.ts';

const AVC = '000000016742800d8d650000000168c92352';
const CLEAN = `<?xml version="1.0" encoding="utf-8"?>
<SmoothStreamingMedia MajorVersion="2" MinorVersion="2" Duration="60000000" TimeScale="10000000">
  <Protection><ProtectionHeader SystemID="9a04f079-9840-4286-ab92-e65be0885f95">BgAAAAAA</ProtectionHeader></Protection>
  <StreamIndex Type="video" Name="video" Subtype="" Chunks="3" QualityLevels="2" TimeScale="10000000" MaxWidth="400" MaxHeight="224" DisplayWidth="400" DisplayHeight="224" Url="QualityLevels({bitrate},{CustomAttributes})/Fragments(video={start time})">
    <QualityLevel Index="0" Bitrate="300000" FourCC="H264" MaxWidth="400" MaxHeight="224" CodecPrivateData="${AVC}"><CustomAttributes><Attribute Name="Angle" Value="1"/></CustomAttributes></QualityLevel>
    <QualityLevel Index="1" Bitrate="800000" FourCC="HVC1" NALUnitLengthField="4" CodecPrivateData=""/>
    <c n="0" t="0" d="20000000"><f i="0" s="13"/></c><c d="20000000"/><c t="40000000"/>
  </StreamIndex>
  <StreamIndex Type="audio" Name="audio" Language="eng" TimeScale="48000" Url="QualityLevels({bitrate})/Fragments(audio={start time})">
    <QualityLevel Index="0" Bitrate="64000" FourCC="AACL" AudioTag="255" SamplingRate="48000" Channels="2" BitsPerSample="16" PacketSize="4" CodecPrivateData="1190"/>
    <c t="0" d="96000" r="3"/>
  </StreamIndex>
  <StreamIndex Type="text" Name="marks" Subtype="CTRL" ParentStreamIndex="video" ManifestOutput="TRUE">
    <QualityLevel Index="0" Bitrate="0" FourCC=""/><c t="0"><f i="0">PEFkLz4=</f></c>
  </StreamIndex>
</SmoothStreamingMedia>`;

/** Manifests of others, kept beside the project. */
const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/manifests', import.meta.url));
const others = existsSync(CORPUS)
  ? readdirSync(CORPUS)
      .filter((file) => file.endsWith('.xml'))
      .map((file) => ({ file, text: toText(readFileSync(join(CORPUS, file))) }))
  : [];
if (others.length === 0) console.info('without the corpus only a manifest of our own is changed');

/** Tags, and what lies between them. */
const tokensOf = (text: string): string[] => text.match(/<[^>]*>|[^<]+/g) ?? [];

const ODD_VALUES = [
  ...[
    '',
    ' ',
    '0',
    '1',
    '-1',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '٣',
    'NaN',
    'TRUE',
    'false',
    'a"b',
    '&lt;',
    '&amp;',
    '&#0;',
    '&none;',
  ],
  ...['4294967295', '4294967296', '9007199254740993', '18446744073709551615', '99999999999999999999999'],
  ...[
    '00',
    'zz',
    '010203',
    'video',
    'audio',
    'text',
    'H264',
    'AACL',
    'AVCB',
    'HVC1',
    'EC-3',
    'WVC1',
    'ZOET',
    '{bitrate}',
  ],
  ...[
    'http://[',
    'javascript:0',
    '//h:99999/x',
    '../../../..',
    '\u0000',
    '\ud800',
    '\ufffe',
    '\t\n',
    'é'.repeat(300),
  ],
];

/** A change to one tag or text, by its place in the list. */
type Change = (tokens: string[], at: number, value: string) => void;
const attribute = (tag: string, at: number): RegExpMatchArray | undefined => {
  const all = [...tag.matchAll(/\s([\w:]+)\s*=\s*"([^"]*)"/g)];
  return all[at % Math.max(1, all.length)];
};
const onAttribute =
  (change: (written: string, name: string, value: string) => string): Change =>
  (tokens, at, value) => {
    const tag = tokens[at] ?? '';
    const found = attribute(tag, value.length + at);
    const [written, name = ''] = found ?? [];
    if (written) tokens[at] = tag.replace(written, () => change(written, name, value));
  };
const CHANGES: readonly Change[] = [
  (tokens, at) => tokens.splice(at, 1),
  (tokens, at) => tokens.splice(at, 0, tokens[at] ?? ''),
  (tokens, at, value) => {
    const to = (at + 1 + value.length) % tokens.length;
    [tokens[at], tokens[to]] = [tokens[to] ?? '', tokens[at] ?? ''];
  },
  (tokens, at) => tokens.splice(at, 1, ...Array.from({ length: 40 }, () => tokens[at] ?? '')),
  (tokens, at) => tokens.splice(at + 1),
  (tokens, at, value) => tokens.splice(at, 0, value),
  (tokens, at) => {
    tokens[at] = (tokens[at] ?? '').toLowerCase();
  },
  (tokens, at) => {
    tokens[at] = (tokens[at] ?? '').replace(/\/>$/, '>');
  },
  (tokens, at) => {
    tokens[at] = (tokens[at] ?? '').replaceAll('"', "'");
  },
  onAttribute(() => ''),
  onAttribute((written) => written + written),
  onAttribute((_, name, value) => ` ${name}="${value.replaceAll('"', '')}"`),
  onAttribute((_, name, value) => ` ${name}=${value}`),
  onAttribute((written, name) => written.replace(name, `${name}X`)),
];

const encode = (text: string, how: number): Uint8Array | string => {
  const utf16 = (mark: string) =>
    new Uint8Array(Uint16Array.from(mark + text, (unit) => unit.charCodeAt(0)).buffer);
  return (
    [
      () => text,
      () => `\ufeff${text}`,
      () => new TextEncoder().encode(text),
      () => utf16('\ufeff'),
      () => utf16(''),
    ][how]?.() ?? text
  );
};

/** What Chromium decodes. */
const decodes = (mimeType: string) => /codecs="(?:avc1|mp4a|hev1|hvc1)/.test(mimeType);

/** The `SmoothError` that came of it; nothing else may be thrown. */
function attempt<T>(run: () => T): { value: T } | { code: string } {
  try {
    return { value: run() };
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return { code: error.code };
  }
}

/** Whether the player would play it, as far as the manifest tells. */
function canPlay(presentation: Presentation): boolean {
  const selected = attempt(() => selectStreams(presentation, decodes));
  if ('code' in selected) return presentation.streams.some(lacksConfiguration);
  const { video, audio } = selected.value;
  return [...video, ...audio].length > 0;
}

function survive(source: Uint8Array | string): void {
  const read = attempt(() => parseManifest(source));
  if (source instanceof Uint8Array) {
    attempt(() => examineText(source));
    attempt(() => [...readComposite(source)]);
  }
  if ('code' in read) return;
  const presentation = read.value;
  summarise(presentation);
  splitStreams(presentation);
  keyIdsOf(presentation.protection);
  for (const stream of presentation.streams) {
    const timeline = timelineOf(stream, presentation);
    for (const chunk of [stream.chunks.at(0), stream.chunks.at(stream.chunks.length - 1)]) {
      if (!chunk) continue;
      expect(timeline.startOf(chunk)).not.toBeNaN();
      for (const level of stream.levels) {
        attempt(() => fragmentUrl('https://h/a/x.ism/Manifest?t=/1', stream, level, chunk.start));
      }
    }
  }
  const { kind } = verdictOf(examineManifest(presentation));
  if (!canPlay(presentation)) expect(kind).toBe('cannot-play');
}

const changed = (text: string) => {
  const count = tokensOf(text).length;
  const change = fc.tuple(fc.nat(CHANGES.length - 1), fc.nat(count - 1), fc.constantFrom(...ODD_VALUES));
  return fc.tuple(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(4)).map(([changes, how]) => {
    const tokens = tokensOf(text);
    for (const [kind, at, value] of changes) CHANGES[kind]?.(tokens, at % Math.max(1, tokens.length), value);
    return encode(tokens.join(''), how);
  });
};

/** More with RUNS in the environment. */
const RUNS = Number(process.env.RUNS ?? 100);
describe('a manifest changed here and there is read or refused by name, and the doctor never says that it plays when it cannot', () => {
  test.each([{ file: 'our own', text: CLEAN }, ...others])('$file', ({ text }) => {
    const numRuns = text === CLEAN ? 5 * RUNS : Math.min(RUNS, Math.ceil((RUNS * 4000) / text.length));
    fc.assert(fc.property(changed(text), survive), { numRuns });
  });
});
