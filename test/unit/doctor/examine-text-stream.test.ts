import { expect, test } from 'vitest';
import { examineTextStream } from '../../../src/doctor/examine-text-stream.ts';
import { parseManifest } from '../../../src/manifest/parse.ts';
import { box, buildFragment, u32 } from '../../support/fragment-builder.ts';
import { ttml } from '../../support/text.ts';

const VIDEO =
  '<StreamIndex Type="video" Url="v/{bitrate}/{start time}"><QualityLevel Bitrate="1000" FourCC="H264" CodecPrivateData="00000001674d401fe9800000000168efbc80"/><c t="0" d="20000000"/></StreamIndex>';
const title = (text: string) =>
  parseManifest(
    `<SmoothStreamingMedia MajorVersion="2" Duration="20000000">${VIDEO}${text}</SmoothStreamingMedia>`,
  );
const CAPTIONS =
  '<StreamIndex Type="text" Subtype="CAPT" Name="cc" Url="t/{bitrate}/{start time}"><QualityLevel Bitrate="1000" FourCC="TTML"/><c t="0" d="20000000"/><c d="20000000"/><c d="20000000"/></StreamIndex>';

/** Examines the text stream of a title, given fragments of some of its chunks. */
function examine(text: string, fragments: Readonly<Record<number, string | Uint8Array>> = {}) {
  const presentation = title(text);
  const stream = presentation.streams.at(-1);
  if (!stream) throw new Error('a stream expected');
  const atHand = Object.entries(fragments).map(([index, content]) => {
    const chunk = stream.chunks.at(Number(index));
    if (!chunk) throw new Error('a chunk expected');
    const payload = Buffer.from(content);
    const bytes =
      typeof content === 'string'
        ? buildFragment({ runs: [{ samples: [{ size: payload.length, duration: 20_000_000 }] }], payload })
        : content;
    return { chunk, bytes: new Uint8Array(bytes) };
  });
  return examineTextStream(stream, presentation, atHand);
}
const cue = (begin: number, text: string) =>
  ttml(`<div><p begin="${begin}s" end="${begin + 1}s">${text}</p></div>`);
const lines = (result: ReturnType<typeof examine>) =>
  result?.findings.map(({ weight, what }) => `${weight} ${what}`);

test('captions: what they are, what their times count from, and the first of them', () => {
  const result = examine(CAPTIONS, { 0: cue(0.5, 'a'), 2: cue(0.5, 'b') });
  expect(result?.facts).toEqual({
    name: 'cc',
    role: 'captions',
    fourCC: 'TTML',
    scheme: undefined,
    embedded: 0,
    fragments: 2,
    clock: 'from the fragment',
    cues: 2,
    first: { at: 0.5, text: 'a' },
  });
  expect(result?.findings).toEqual([]);
});

test('times of the whole title, and what nothing shows', () => {
  expect(examine(CAPTIONS, { 2: cue(4.5, 'b') })?.facts.clock).toBe("from the stream's zero");
  expect(examine(CAPTIONS, { 0: cue(0.5, 'a') })?.facts.clock).toMatch(/nothing displays it/);
});

test('what is odd about the documents', () => {
  const odd = cue(0.5, 'a & b').replace('<p ', '<p region="none" ');
  expect(lines(examine(CAPTIONS, { 0: odd }))).toEqual([
    'mended an & or < that starts nothing (1)',
    'note an undeclared region (1)',
  ]);
});

test('what is no text, and what is encrypted', () => {
  const page = new TextEncoder().encode('<!DOCTYPE html><html></html>');
  expect(lines(examine(CAPTIONS, { 0: page }))).toEqual(['left-out no readable text (1)']);
  const sealed = buildFragment({
    runs: [{ samples: [{ size: 50, duration: 1 }] }],
    payload: Buffer.alloc(50, 0xa7),
    extra: [box('senc', u32(0, 1), Buffer.alloc(8))],
  });
  expect(lines(examine(CAPTIONS, { 0: sealed }))).toEqual(['left-out its text is encrypted']);
});

test('captions in the manifest', () => {
  const text = `<StreamIndex Type="text" Subtype="CAPT" Name="cc" ManifestOutput="TRUE"><QualityLevel Bitrate="0"/><c t="10000000" d="5000000"><f>${Buffer.from('Hello').toString('base64')}</f></c></StreamIndex>`;
  expect(examine(text)?.facts).toMatchObject({
    embedded: 1,
    fragments: 0,
    cues: 1,
    first: { at: 1, text: 'Hello' },
  });
});

test('events, a splice message of which is cut', () => {
  const text = `<StreamIndex Type="text" Subtype="DATA" Name="ads" ParentStreamIndex="video" ManifestOutput="TRUE"><QualityLevel Bitrate="0"><CustomAttributes><Attribute Name="Scheme" Value="urn:scte:scte35:2013:bin"/></CustomAttributes></QualityLevel><c t="10000000"><f>/DARAAAAAAAAAP/wAAAAAHpPv/8=</f></c><c t="20000000"><f>/DARAAA=</f></c></StreamIndex>`;
  const result = examine(text);
  expect(result?.facts).toMatchObject({
    role: 'events: data',
    scheme: 'urn:scte:scte35:2013:bin',
    embedded: 2,
    cues: 2,
    clock: undefined,
    first: { at: 1, text: 'SCTE-35, command 0' },
  });
  expect(lines(result)).toEqual(['mended 1 of its messages start as SCTE-35, but cannot be parsed']);
});

test('script commands', () => {
  const text =
    '<StreamIndex Type="text" Subtype="SCMD" Name="s"><Content><ScriptCommand Time="10000000" Type="goto" Command="x"/></Content></StreamIndex>';
  expect(examine(text)?.facts.first).toEqual({ at: 1, text: 'goto: x' });
});

test('a picture is no text', () => {
  const presentation = title('');
  const [video] = presentation.streams;
  expect(video && examineTextStream(video, presentation, [])).toBeUndefined();
});
