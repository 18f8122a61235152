import { describe, expect, it } from 'vitest';
import { splicesOf } from '../../../../demo/origin/formats/event-message.ts';
import { mediaClock } from '../../../../demo/origin/formats/media-clock.ts';
import { readTtml } from '../../../../demo/origin/formats/read-ttml.ts';
import { levelKey, streamKeys } from '../../../../demo/origin/formats/segment-names.ts';
import { SpliceBreaks } from '../../../../demo/origin/formats/splice-breaks.ts';
import { idsOf } from '../../../../demo/origin/formats/stable-ids.ts';
import { stppInit, stppSegment } from '../../../../demo/origin/formats/stpp.ts';
import { onePerSection } from '../../../../demo/origin/formats/title-events.ts';
import { readFilter, type TitleFilter } from '../../../../demo/origin/formats/title-filter.ts';
import { webVttSegment } from '../../../../demo/origin/formats/webvtt.ts';
import { numberChunks } from '../../../../demo/origin/publish/number-chunks.ts';
import { timescale } from '../../../../src/base/time.ts';
import { parseManifest } from '../../../../src/manifest/parse.ts';
import fc from '../../../support/properties.ts';
import { segment, signal } from '../../../support/splice.ts';

const NOW = Date.UTC(2026, 5, 1);
const UNIX = BigInt(NOW) * 10_000n;
const DOTNET = UNIX + 621_355_968_000_000_000n;
const Y2020 = 15_778_368_000_000_000n;

const manifestAt = (
  start: bigint | number,
  attributes = '',
) => `<SmoothStreamingMedia MajorVersion="2" Duration="0" IsLive="TRUE" ${attributes}>
<StreamIndex Type="video" Name="video" Url="Q({bitrate})/F(video={start time})"><QualityLevel Index="0" Bitrate="1000" FourCC="H264" MaxWidth="320" MaxHeight="180" CodecPrivateData="000000016742C00CD981013B011000000300100000030320F142A6800000000168C96092C8"/>
<c t="${start}" d="20000000"/></StreamIndex></SmoothStreamingMedia>`;

describe('the clock of playlists', () => {
  const clockOf = (start: bigint | number, attributes = '', offset?: number) => {
    const presentation = parseManifest(manifestAt(start, attributes));
    const clock = mediaClock(presentation, offset, NOW);
    const [stream] = presentation.streams;
    const shift = clock.shiftOf(stream?.timescale ?? timescale(1));
    return { shift, first: (stream?.chunks.start ?? 0n) - shift, zeroAt: clock.zeroAt };
  };

  it.each([
    ['0', 0n],
    ['83 ms', 833_333n],
    ['a minute', 600_000_000n],
    ['just below 2^53', 2n ** 53n - 30_000_000n],
  ])('is that of the title where it begins at %s', (_, start) => {
    expect(clockOf(start)).toMatchObject({ shift: 0n, first: start });
  });

  it.each([
    ['Unix', UNIX, Y2020],
    ['.NET', DOTNET, 637_134_336_000_000_000n],
  ])('counts from 2020 where that of the title counts %s time in 100 ns', (_, start, shift) => {
    const clock = clockOf(start);
    expect(clock.shift).toBe(shift);
    expect(clock.zeroAt).toBe(Date.UTC(2020, 0, 1));
    expect(clock.first).toBe(BigInt(NOW - Date.UTC(2020, 0, 1)) * 10_000n);
    expect(clock.first).toBeLessThan(2n ** 53n);
  });

  it('keeps short times of an epoch, and knows the time of day', () => {
    const start = (BigInt(NOW) * 90n) as bigint;
    expect(clockOf(start, 'TimeScale="90000"')).toMatchObject({ shift: 0n, zeroAt: 0 });
  });

  it('moves a title that begins below 0', () => {
    expect(clockOf(-213_333)).toMatchObject({ shift: -213_333n, first: 0n });
  });

  it('knows the time of day where somebody tells it', () => {
    expect(clockOf(0n, '', 5000)).toMatchObject({ shift: 0n, zeroAt: 5000 });
  });

  it('makes nothing of long times that count from nobody knows what', () => {
    expect(() => clockOf(2n ** 60n + 1n)).toThrow('exceed 2^53');
  });

  it('is exact until 2048', () => {
    const last = BigInt(Date.UTC(2048, 5, 1) - Date.UTC(2020, 0, 1)) * 10_000n;
    expect(last).toBeLessThan(2n ** 53n);
  });
});

describe('numbers of chunks', () => {
  const D = 20_000_000n;
  const list = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ({ time: UNIX + BigInt(from + i) * D, duration: D }));
  const numbers = (chunks: { time: bigint; duration: bigint }[]) => numberChunks(chunks, 10_000_000n, 2);

  it('are the same at origins that began at different chunks', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (a, b) => {
        const [one, two] = [numbers(list(a, 600)), numbers(list(b, 600))];
        for (const [time, number] of one) if (two.has(time)) expect(two.get(time)).toBe(number);
      }),
    );
  });

  it('rise by one, and a hole keeps the numbers of what is missing in it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200), { minLength: 1 }), (missing) => {
        const all = list(0, 201);
        const whole = numbers(all);
        const [first] = all;
        const kept = all.filter(({ time }, i) => !missing.includes(i) || time === first?.time);
        for (const [time, number] of numbers(kept)) expect(number).toBe(whole.get(time));
      }),
    );
  });

  it('stay small, whatever epoch times count from', () => {
    expect([...numbers(list(0, 1)).values()][0]).toBeLessThan(2 ** 31);
    const dotnet = list(0, 1).map(({ time, duration }) => ({ time: time + DOTNET - UNIX, duration }));
    expect([...numbers(dotnet).values()]).toEqual([...numbers(list(0, 1)).values()]);
  });

  it('rise by one over chunks of uneven length', () => {
    const durations = [20_053_333n, 20_053_333n, 19_840_000n, 500_000n, 41_000_000n];
    let time = UNIX;
    const chunks = durations.map((duration) => {
      time += duration;
      return { time: time - duration, duration };
    });
    const found = [...numbers(chunks).values()];
    expect(found.map((number) => number - (found[0] ?? 0))).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('a filter', () => {
  const NAMED = {
    low: {
      tracks: [
        {
          trackSelections: [
            { property: 'Type', operation: 'Equal', value: 'video' },
            { property: 'Bitrate', operation: 'Equal', value: '0-500000' },
          ],
        },
        { trackSelections: [{ property: 'Type', operation: 'Equal', value: 'audio' }] },
      ],
      firstQuality: { bitrate: 300_000 },
    },
    english: {
      tracks: [{ trackSelections: [{ property: 'Language', operation: 'NotEqual', value: 'fr' }] }],
    },
    first: { presentationTimeRange: { startTimestamp: '0', endTimestamp: 4, timescale: 1 } },
    dvr: {
      presentationTimeRange: { presentationWindowDuration: 600_000_000, liveBackoffDuration: 20_000_000 },
    },
  } as const;
  const text = `<SmoothStreamingMedia MajorVersion="2" Duration="1200000000">
<StreamIndex Type="video" Name="video" Url="a"><QualityLevel Index="0" Bitrate="1000000" FourCC="H264"/><QualityLevel Index="1" Bitrate="300000" FourCC="HVC1"/><c d="20000000" r="60"/></StreamIndex>
<StreamIndex Type="audio" Name="audio" Language="eng" Url="b"><QualityLevel Index="0" Bitrate="64000" FourCC="AACL"/><c d="20000000" r="60"/></StreamIndex>
<StreamIndex Type="audio" Name="audio_fr" Language="fra" Url="c"><QualityLevel Index="0" Bitrate="64001" FourCC="AACL"/><c d="20000000" r="60"/></StreamIndex>
<StreamIndex Type="text" Name="subs" Subtype="SUBT" Language="de" Url="d"><QualityLevel Index="0" Bitrate="1" FourCC="TTML"/><c d="20000000" r="60"/></StreamIndex></SmoothStreamingMedia>`;
  const presentation = parseManifest(text);
  const filterOf = (pairs: Record<string, string>, offset?: number) =>
    readFilter(new Map(Object.entries(pairs)), NAMED as Parameters<typeof readFilter>[1], offset);
  const kept = (filter: TitleFilter | string) =>
    typeof filter === 'string'
      ? filter
      : presentation.streams.flatMap((stream) =>
          stream.levels.filter((level) => filter.keepsTrack(stream, level)).map(({ bitrate }) => bitrate),
        );
  const span = (filter: TitleFilter | string) => {
    const [stream] = presentation.streams;
    if (typeof filter === 'string' || !stream) return filter;
    const chunks = filter.cut([...stream.chunks], stream, 120);
    return [Number(chunks[0]?.start) / 1e7, Number(chunks.at(-1)?.start) / 1e7];
  };

  it.each<[Record<string, string>, number[]]>([
    [{}, [300_000, 1_000_000, 64_000, 64_001, 1]],
    [{ bitrate: '0-500000' }, [300_000, 64_000, 64_001, 1]],
    [{ bitrate: '1000000' }, [1_000_000, 64_000, 64_001, 1]],
    [{ language: 'fr' }, [300_000, 1_000_000, 64_001]],
    [{ language: 'FRE;de' }, [300_000, 1_000_000, 64_001, 1]],
    [{ filter: 'low' }, [300_000, 64_000, 64_001]],
    [{ filter: 'low;english' }, [300_000, 64_000]],
    [{ filter: 'english', language: 'en' }, [300_000, 1_000_000, 64_000]],
  ])('%j keeps the right tracks', (pairs, expected) => {
    expect(kept(filterOf(pairs))).toEqual(expected);
  });

  it.each<[Record<string, string>, number[], number?]>([
    [{ filter: 'first' }, [0, 2]],
    [{ starttime: '50000000' }, [4, 118]],
    [{ starttime: '50000000', endtime: '100000000' }, [4, 8]],
    [{ starttime: '2026-01-01T00:00:10Z', endtime: '2026-01-01T00:00:13Z' }, [10, 10], Date.UTC(2026, 0, 1)],
    [{ filter: 'dvr' }, [60, 116]],
    [{ filter: 'first;dvr' }, [Number.NaN, Number.NaN]],
  ])('%j keeps the right span', (pairs, expected, offset) => {
    expect(span(filterOf(pairs, offset))).toEqual(expected);
  });

  it.each<[Record<string, string>, string]>([
    [{ filter: 'none' }, 'no filter "none"'],
    [{ filter: 'constructor' }, 'no filter'],
    [{ bitrate: 'high' }, 'a bitrate must be a range'],
    [{ starttime: 'yesterday' }, 'ISO 8601'],
    [{ starttime: '2026-01-01T00:00:00Z' }, 'time of day is unknown'],
  ])('%j is refused', (pairs, problem) => {
    expect(filterOf(pairs)).toContain(problem);
  });

  it('tells which level to begin with', () => {
    const filter = filterOf({ filter: 'low' });
    expect(typeof filter === 'string' ? filter : filter.firstBitrate).toBe(300_000);
  });
});

describe('the start of a break', () => {
  const splice = (kind: 'out' | 'in', start: number, id = 'ads-1', endsAfter?: number) => ({
    ...{ id, kind, start, duration: endsAfter ?? 4, endsAfter },
    section: new Uint8Array(),
  });

  it('stays the same when its beginning has left the window, and when it is announced again', () => {
    const breaks = new SpliceBreaks();
    expect(breaks.startOf(splice('out', 10))).toBe(10);
    expect(breaks.startOf(splice('out', 14))).toBe(10);
    expect(breaks.startOf(splice('out', 14))).toBe(10);
    expect(breaks.startOf(splice('in', 70))).toBe(10);
    expect(breaks.startOf(splice('in', 80, 'ads-2'))).toBe(80);
  });

  it('is another one where an id is used again', () => {
    const breaks = new SpliceBreaks();
    const all = [splice('out', 10), splice('in', 40), splice('out', 100), splice('in', 130)];
    expect(all.map((one) => breaks.startOf(one))).toEqual([10, 10, 100, 100]);
    // In a later playlist, which doesn't have the first.
    expect(all.slice(1).map((one) => breaks.startOf(one))).toEqual([10, 100, 100]);
  });

  it('is another one where an id is used again after its planned end', () => {
    const breaks = new SpliceBreaks();
    const out = (start: number, duration: number) => splice('out', start, 'ads-1', duration);
    const all = [out(10, 30), out(14, 26), out(600, 30), splice('in', 620)];
    expect(all.map((one) => breaks.startOf(one))).toEqual([10, 10, 600, 600]);
  });

  it('is the same for all messages of a break without a length, however long each of them lasts', () => {
    const [start, end] = [signal(segment(1, 0x34)), signal(segment(1, 0x35))];
    const messages: [number, Uint8Array][] = [
      [10, start],
      [14, start],
      [18, start],
      [70, end],
    ];
    const splices = messages.flatMap(([at, payload]) =>
      splicesOf({ stream: 'ads', start: at, duration: 4, timescale: 1, payload }),
    );
    const breaks = new SpliceBreaks();
    expect(splices.map((one) => breaks.startOf(one))).toEqual([10, 10, 10, 10]);
  });
});

describe('names', () => {
  it('of streams are safe and unique, those of levels too', () => {
    const text = manifestAt(0n).replace(
      '</SmoothStreamingMedia>',
      `<StreamIndex Type="audio" Name="a (b)=/é" Url="x"><QualityLevel Index="0" Bitrate="5" FourCC="AACL"/><QualityLevel Index="1" Bitrate="5" FourCC="AACL"/><c d="1"/></StreamIndex>
       <StreamIndex Type="audio" Name="a (b)=_é" Url="x"><QualityLevel Index="0" Bitrate="5" FourCC="AACL"/><c d="1"/></StreamIndex></SmoothStreamingMedia>`,
    );
    const { streams } = parseManifest(text);
    const keys = [...streamKeys(streams).values()];
    expect(keys).toEqual(['video', 'a__b____', 'a__b_____2']);
    const [, audio] = streams;
    expect(audio?.levels.map((level) => levelKey(audio, level))).toEqual(['5-0', '5-1']);
  });
});

describe('ids', () => {
  it('are the same in any order, and differ even if the hashes of names are equal', () => {
    const names = ['liquid', 'video', 'costarring'];
    const ids = idsOf(names);
    expect(ids.get('liquid')).toBe((ids.get('costarring') ?? 0) + 1);
    expect(new Set(ids.values()).size).toBe(3);
    expect(idsOf(names.toReversed())).toEqual(ids);
  });
});

describe('WebVTT segments', () => {
  it('map the chunk to the clock of MPEG-2, and have each cue with its whole span', () => {
    const cues = [
      { start: 9, end: 11, text: 'over the boundary' },
      { start: 10.5, end: 11.25, text: 'a <b> & "c"\n\nd', settings: 'line:10%' },
      { start: 12, end: 13, text: 'later' },
    ];
    expect(webVttSegment(cues, { start: 10, end: 12 })).toBe(`WEBVTT
X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:01.000

00:00:00.000 --> 00:00:02.000
over the boundary

00:00:01.500 --> 00:00:02.250 line:10%
a &lt;b&gt; &amp; "c"
d
`);
  });

  it('are never empty, and wrap with the clock', () => {
    expect(webVttSegment([], { start: 2 ** 33 / 90_000 + 2, end: 2 ** 33 / 90_000 + 4 })).toBe(
      'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:180000,LOCAL:00:00:00.000\n',
    );
  });

  it('hold what breaks no line', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const [, ...blocks] = webVttSegment([{ start: 0, end: 1, text }], { start: 0, end: 2 }).split(/\n\n/);
        expect(blocks.length).toBeLessThanOrEqual(1);
        expect(blocks[0] ?? '').not.toMatch(/-->[\s\S]*-->/);
      }),
    );
  });
});

describe('TTML in MP4', () => {
  it('is one sample a chunk, with times of the media', () => {
    const cues = [{ start: 9, end: 11, text: 'a & b\nc' }];
    const chunk = { start: 10, end: 12, time: 100_000_000n, duration: 20_000_000n, number: 5 };
    const bytes = stppSegment(cues, chunk);
    const moof = bytes.readUInt32BE(0);
    expect(bytes.toString('latin1', moof + 4, moof + 8)).toBe('mdat');
    expect(bytes.readUInt32BE(moof)).toBe(bytes.length - moof);
    const trun = bytes.indexOf('trun') + 4;
    expect(bytes.readUInt32BE(trun + 8)).toBe(moof + 8);
    expect(bytes.readUInt32BE(trun + 12)).toBe(20_000_000);
    expect(bytes.readBigUInt64BE(bytes.indexOf('tfdt') + 8)).toBe(100_000_000n);
    const text = bytes.toString('utf8', moof + 8);
    expect(text).toContain('<p begin="00:00:09.000" end="00:00:11.000">a &#38; b<br/>c</p>');
    const read = readTtml({ payload: bytes.subarray(moof + 8), start: 10, end: 12 });
    expect(read).toEqual(cues);
  });

  it('has an init segment that says so', () => {
    const init = stppInit(10_000_000, 'eng');
    expect(init.includes('stpp')).toBe(true);
    expect(init.includes('http://www.w3.org/ns/ttml\0')).toBe(true);
    expect(init.includes('subt')).toBe(true);
    const stpp = init.indexOf('stpp') - 4;
    expect(init.readUInt32BE(stpp)).toBe(8 + 8 + 'http://www.w3.org/ns/ttml'.length + 3);
  });
});

describe('reading TTML', () => {
  const read = (body: string, { start = 100, end = 102 } = {}, root = '') =>
    readTtml({
      payload: Buffer.from(
        `<tt xmlns="http://www.w3.org/ns/ttml" ${root}><body><div>${body}</div></body></tt>`,
      ),
      start,
      end,
    });

  it.each([
    ['clock times', '<p begin="00:00:00.500" end="00:00:01.500">x</p>', [100.5, 101.5]],
    ['seconds', '<p begin="0.5s" dur="1s">x</p>', [100.5, 101.5]],
    ['milliseconds', '<p begin="500ms" end="1500ms">x</p>', [100.5, 101.5]],
    ['no end', '<p begin="0.5s">x</p>', [100.5, 102]],
    ['times of the stream', '<p begin="00:01:40.500" end="00:01:41.000">x</p>', [100.5, 101]],
  ])('takes %s', (_, body, [start, end]) => {
    expect(read(body)).toEqual([{ start, end, text: 'x' }]);
  });

  it('takes ticks, nested elements and lines', () => {
    expect(
      read(
        '<p begin="5000000t" end="10000000t">a <span>b</span><br/>c &amp; d</p>',
        {},
        'xmlns:ttp="p" ttp:tickRate="10000000"',
      ),
    ).toEqual([{ start: 100.5, end: 101, text: 'a b\nc & d' }]);
  });

  it.each(['', ' ', 'no XML', '<tt><body>', '<p begin="1s" end="0s">x</p>'])(
    'gives nothing for %j',
    (text) => {
      expect(readTtml({ payload: Buffer.from(text), start: 0, end: 2 })).toEqual([]);
    },
  );
});

describe('SCTE-35', () => {
  /** Out of the network for 60.293 s, from the standard's examples. */
  const OUT = Buffer.from(
    'fc302f000000000000fffff014054800008f7feffe7369c02efe0052ccf500000000000a0008435545490000013562dba30a',
    'hex',
  );

  const read = (payload: Uint8Array) =>
    splicesOf({ stream: 'ads', start: 10, duration: 0, timescale: 1, payload });
  /** A `time_signal` with segmentation descriptors of 2 seconds each. */
  const signal = (...segments: readonly { id: number; type: number; isCancelled?: boolean }[]) => {
    const descriptors = segments.map(({ id, type, isCancelled = false }) => {
      const body = `43554549${hex(id, 4)}${isCancelled ? 'ff' : `7fff${hex(180_000, 5)}0000${hex(type, 1)}0101`}`;
      return `02${hex(body.length / 2, 1)}${body}`;
    });
    const loop = descriptors.join('');
    const after = `00000000000000fff00506fe72bd0050${hex(loop.length / 2, 2)}${loop}00000000`;
    return Buffer.from(`fc3${(after.length / 2).toString(16).padStart(3, '0')}${after}`, 'hex');
  };
  const hex = (value: number, bytes: number) => value.toString(16).padStart(bytes * 2, '0');

  it('tells a break with its length', () => {
    const [splice, ...others] = read(OUT);
    expect(splice).toMatchObject({ id: `ads-${0x4800008f}`, kind: 'out' });
    expect(splice?.duration).toBeCloseTo(60.293, 2);
    expect(others).toEqual([]);
  });

  it('tells a segmentation', () => {
    const section = Buffer.from(
      'fc3034000000000000fffff00506fe72bd0050001e021c435545494800008e7fcf0001a599b00808000000002ca0a18a3402009ac9d17e',
      'hex',
    );
    const [splice] = read(section);
    expect(splice).toMatchObject({ id: `ads-${0x4800008e}`, kind: 'out' });
    expect(splice?.duration).toBeCloseTo(307, 0);
  });

  it('tells each break that a message ends or begins, and one event in DASH', () => {
    const section = signal(
      { id: 7, type: 0x10 },
      { id: 1, type: 0x35 },
      { id: 3, type: 0x34, isCancelled: true },
      { id: 2, type: 0x34 },
    );
    const splices = read(section);
    expect(splices.map(({ id, kind, duration }) => [id, kind, duration])).toEqual([
      ['ads-1', 'in', 2],
      ['ads-2', 'out', 2],
    ]);
    expect(onePerSection(splices).map(({ id }) => id)).toEqual(['ads-2']);
    expect(onePerSection([...read(OUT), ...splices, ...read(Buffer.from(OUT))])).toHaveLength(3);
  });

  it.each([
    ['a segment that is no break', signal({ id: 7, type: 0x10 }), 'ads-7'],
    ['a cancelled break', signal({ id: 3, type: 0x34, isCancelled: true }), 'ads-3'],
    ['a message without descriptors', signal(), 'ads-10000'],
    ['a truncated one', OUT.subarray(0, 20), 'ads-10000'],
  ])('tells %s as something else', (_, section, id) => {
    expect(read(section).map((splice) => [splice.id, splice.kind])).toEqual([[id, 'other']]);
  });

  it('survives whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        read(Buffer.concat([Buffer.from([0xfc]), bytes]));
      }),
    );
    for (let length = 0; length < OUT.length; length += 1) read(OUT.subarray(0, length));
    expect(read(Buffer.from('hello world, no splice'))).toEqual([]);
  });

  it.each<[string, Buffer, number]>([
    ['bare', OUT, 10],
    ['in base64', Buffer.from(` ${OUT.toString('base64')}\n`), 10],
    ['in XML', Buffer.from(`<Signal><Binary>${OUT.toString('base64')}</Binary></Signal>`), 10],
    [
      'behind a header that delays it',
      Buffer.concat([Buffer.from('000000010000000700004e20', 'hex'), OUT]),
      12,
    ],
  ])('is found %s', (_, payload, start) => {
    const message = { stream: 'ads', start: 10, duration: 0, timescale: 10_000, payload };
    const [found] = splicesOf(message);
    expect(found).toMatchObject({ id: `ads-${0x4800008f}`, kind: 'out', start });
    expect(Buffer.from(found?.section ?? []).equals(OUT)).toBe(true);
    expect(found?.duration).toBeCloseTo(60.293, 2);
  });

  it('is not found in what is something else', () => {
    const payload = Buffer.from('<xml>text</xml>');
    expect(read(payload)).toEqual([]);
  });
});
