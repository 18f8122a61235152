import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readScte35 } from '../../../src/text/events/scte35.ts';
import { readScte35Xml } from '../../../src/text/events/scte35-xml.ts';
import {
  cancelledSplices,
  isSpliceCancel,
  spliceBreakOf,
  spliceEventId,
} from '../../../src/text/events/splice-info.ts';
import { bits as b, CUEI, section, segment, signal } from '../../support/splice.ts';

const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/text/expected.json', import.meta.url));
if (!existsSync(CORPUS)) console.info(`corpus tests skipped: corpus not present at ${CORPUS}`);
type Vector = Record<string, unknown> & { readonly base64: string };
const vectors: Vector[] = existsSync(CORPUS) ? JSON.parse(readFileSync(CORPUS, 'utf8')).scte35 : [];
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

test.skipIf(vectors.length === 0)('the vectors of the corpus', () => {
  for (const { base64, ...expected } of vectors) expect(readScte35(bytesOf(base64))).toEqual(expected);
});

test.each<[name: string, bytes: Uint8Array, expected: object]>([
  ['null', section(0, ''), { commandType: 0, command: {}, crcValid: true }],
  ['bandwidth reservation', section(7, ''), { commandType: 7, command: {} }],
  [
    'private',
    section(255, b(0x41424344, 32) + b(0x0102, 16)),
    { command: { identifier: 'ABCD', data: '0102' } },
  ],
  ['a time that is not told', section(6, `0${b(0x7f, 7)}`), { command: {} }],
  ['a time', section(6, `1${b(0x3f, 6)}${b(8_589_934_591n, 33)}`), { command: { pts: 8_589_934_591 } }],
  [
    'an insert that is cancelled',
    section(5, `${b(7, 32)}1${b(0x7f, 7)}`),
    { command: { eventId: 7, cancel: true } },
  ],
  [
    'an insert at once, of some components, with a duration',
    section(
      5,
      b(7, 32) +
        b(0x7f, 8) +
        '1011' +
        b(0xf, 4) +
        b(2, 8) +
        b(1, 8) +
        b(2, 8) +
        '0' +
        b(0x3f, 6) +
        b(900_000, 33) +
        b(5, 16) +
        b(1, 8) +
        b(2, 8),
    ),
    {
      command: {
        eventId: 7,
        cancel: false,
        outOfNetwork: true,
        programSplice: false,
        immediate: true,
        components: [{ tag: 1 }, { tag: 2 }],
        autoReturn: false,
        duration: 900_000,
        uniqueProgramId: 5,
        availNum: 1,
        availsExpected: 2,
      },
    },
  ],
  [
    'a schedule',
    section(4, `${b(1, 8) + b(9, 32) + b(0x7f, 8)}110${b(0x1f, 5)}${b(1_000_000, 32)}${b(3, 16)}${b(0, 16)}`),
    {
      command: {
        events: [{ eventId: 9, outOfNetwork: true, programSplice: true, utc: 1_000_000, uniqueProgramId: 3 }],
      },
    },
  ],
  [
    'a command whose length is not told',
    section(6, `1${b(0x3f, 6)}${b(90_000, 33)}`, '', { length: 0xfff }),
    { command: { pts: 90_000 } },
  ],
  [
    'an encrypted one: the header',
    section(5, b(0, 32), '', { encrypted: 1 }),
    { encrypted: true, command: {}, descriptors: [] },
  ],
  [
    'an avail',
    section(0, '', b(0, 8) + b(8, 8) + CUEI + b(309, 32)),
    { descriptors: [{ tag: 0, identifier: 'CUEI', providerAvailId: 309 }] },
  ],
  [
    'DTMF',
    section(0, '', `${b(1, 8) + b(8, 8) + CUEI + b(50, 8)}010${b(31, 5)}${b(0x31, 8)}${b(0x23, 8)}`),
    { descriptors: [{ preroll: 50, dtmf: '1#' }] },
  ],
  [
    'time',
    section(0, '', b(3, 8) + b(16, 8) + CUEI + b(100, 48) + b(7, 32) + b(37, 16)),
    { descriptors: [{ taiSeconds: 100, taiNanoseconds: 7, utcOffset: 37 }] },
  ],
  [
    'others\u2019 descriptors',
    section(0, '', b(9, 8) + b(6, 8) + b(0x41424344, 32) + b(0xabcd, 16)),
    { descriptors: [{ tag: 9, identifier: 'ABCD', data: 'abcd' }] },
  ],
  [
    'segmentation of components',
    section(
      0,
      '',
      b(2, 8) +
        b(22, 8) +
        CUEI +
        b(1, 32) +
        b(0x7f, 8) +
        '001' +
        b(0x1f, 5) +
        b(1, 8) +
        b(4, 8) +
        b(0x7f, 7) +
        b(90, 33) +
        b(0, 8) +
        b(0, 8) +
        b(0x30, 8) +
        b(1, 8) +
        b(2, 8),
    ),
    {
      descriptors: [
        {
          tag: 2,
          eventId: 1,
          restricted: false,
          components: [{ tag: 4, ptsOffset: 90 }],
          typeId: 0x30,
          segmentNum: 1,
          segmentsExpected: 2,
        },
      ],
    },
  ],
])('%s', (_, bytes, expected) => {
  expect(readScte35(bytes)).toMatchObject(expected);
});

describe('a command stays, whatever its descriptors are', () => {
  const avail = b(0, 8) + b(8, 8) + CUEI + b(309, 32);
  test.each<[name: string, descriptors: string, expected: object[]]>([
    [
      'one that is too short for its fields, and the next',
      // Its UPID is said to be longer than the descriptor.
      b(2, 8) + b(16, 8) + CUEI + b(1, 32) + b(0x7f, 8) + b(0xbf, 8) + b(9, 8) + b(99, 8) + b(0, 32) + avail,
      [
        { tag: 2, identifier: 'CUEI', data: '000000017fbf096300000000' },
        { tag: 0, providerAvailId: 309 },
      ],
    ],
    ['one without an identifier, and the next', b(0, 8) + b(2, 8) + b(0, 16) + avail, [{ tag: 0 }]],
    ['one that extends beyond the others', avail + b(2, 8) + b(99, 8) + CUEI, [{ tag: 0 }]],
    ['half of one', avail + b(2, 8), [{ tag: 0 }]],
  ])('%s', (_, descriptors, expected) => {
    const insert = `${b(7, 32) + b(0x7f, 8)}1101${b(0xf, 4)}${b(0, 32)}`;
    const info = readScte35(section(5, insert, descriptors));
    expect(info).toMatchObject({ command: { eventId: 7, outOfNetwork: true }, descriptors: expected });
  });
});

test('cut at every byte, and every byte changed: no error', () => {
  const all = [
    ...vectors.map(({ base64 }) => bytesOf(base64)),
    section(4, b(200, 8)),
    section(5, b(7, 32) + b(0x7f, 8)),
  ];
  for (const bytes of all) {
    for (let at = 0; at < bytes.length; at++) {
      // The CRC may be missing.
      expect(readScte35(bytes.subarray(0, at))?.crcValid ?? false).toBe(false);
      if (at < bytes.length - 4) expect(readScte35(bytes.subarray(0, at))).toBeUndefined();
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      expect(() => readScte35(changed)).not.toThrow();
    }
  }
});

describe('XML', () => {
  const acquired =
    '<AcquiredSignal xmlns="urn:cablelabs:md:xsd:signaling:3.0" acquisitionPointIdentity="x" acquisitionSignalID="y" acquisitionTime="2009-09-19T14:38:56Z"><SCTE35PointDescriptor spliceCommandType="05"><SpliceInsert spliceEventID="34567890" outOfNetworkIndicator="true" uniqueProgramID="55355" duration="PT1M0S"/></SCTE35PointDescriptor></AcquiredSignal>';

  test('as Azure Media Services shows it', () => {
    const info = readScte35Xml(acquired);
    expect(info).toMatchObject({
      commandType: 5,
      command: { eventId: 34567890, outOfNetwork: true, uniqueProgramId: 55355, duration: 5_400_000 },
    });
    expect(info && spliceBreakOf(info)).toMatchObject({ kind: 'out', duration: 60, autoReturn: true });
  });

  test('a signal outside of an AcquiredSignal, which returns as it says', () => {
    const text =
      '<ns:SignalProcessingNotification xmlns:ns="urn:cablelabs:iptvservices:esam:xsd:signal:1"><ns:ResponseSignal><SCTE35PointDescriptor spliceCommandType="05"><SpliceInsert spliceEventID="7" outOfNetworkIndicator="true" autoReturn="false" duration="PT30S"/></SCTE35PointDescriptor></ns:ResponseSignal></ns:SignalProcessingNotification>';
    const info = readScte35Xml(text);
    expect(info && spliceBreakOf(info)).toMatchObject({ kind: 'out', duration: 30, autoReturn: false });
  });

  test.each<[name: string, inner: string, expected: object]>([
    ['null', '<SpliceNull/><SegmentationDescriptor segmentationEventId="1"/>', { commandType: 0 }],
    ['a schedule', '<SpliceSchedule/>', { commandType: 4 }],
    ['bandwidth reservation', '<BandwidthReservation/>', { commandType: 7 }],
    ['private', '<PrivateCommand identifier="1"/>', { commandType: 255 }],
    [
      'an insert of components',
      '<SpliceInsert spliceEventId="3"><Component componentTag="1"><SpliceTime ptsTime="90"/></Component><Component componentTag="2"/></SpliceInsert>',
      { command: { programSplice: false, components: [{ tag: 1, pts: 90 }, { tag: 2 }] } },
    ],
    [
      'an element that says that it is not encrypted',
      '<EncryptedPacket cwIndex="255"/><TimeSignal/>',
      { encrypted: false },
    ],
    [
      'an encrypted one',
      '<EncryptedPacket encryptionAlgorithm="1" cwIndex="2"/><TimeSignal/>',
      { encrypted: true },
    ],
    [
      'an avail',
      '<AvailDescriptor providerAvailId="309"/>',
      { descriptors: [{ tag: 0, providerAvailId: 309 }] },
    ],
    [
      'restrictions, and the parts of a segment',
      '<SegmentationDescriptor segmentationEventId="1" segmentNum="2" segmentsExpected="3" subSegmentNum="4" subSegmentsExpected="5"><DeliveryRestrictions webDeliveryAllowedFlag="false" noRegionalBlackoutFlag="true" archiveAllowedFlag="1" deviceRestrictions="2"/></SegmentationDescriptor>',
      {
        descriptors: [
          {
            ...{ restricted: true, webDeliveryAllowed: false, noRegionalBlackout: true },
            ...{ archiveAllowed: true, deviceRestrictions: 2 },
            ...{ segmentNum: 2, segmentsExpected: 3, subSegmentNum: 4, subSegmentsExpected: 5 },
          },
        ],
      },
    ],
  ])('%s', (_, inner, expected) => {
    expect(readScte35Xml(`<SpliceInfoSection>${inner}</SpliceInfoSection>`)).toMatchObject(expected);
  });

  test.each<[name: string, upids: string, type: number, upid: string]>([
    [
      'text',
      '<SegmentationUpid segmentationUpidType="3" segmentationUpidFormat="text">AB01</SegmentationUpid>',
      3,
      '41423031',
    ],
    [
      'hexadecimal',
      '<SegmentationUpid segmentationUpidType="8" segmentationUpidFormat="hexBinary">0x0A0B</SegmentationUpid>',
      8,
      '0a0b',
    ],
    [
      'base64',
      '<SegmentationUpid segmentationUpidType="12" segmentationUpidFormat="base-64">QUI=</SegmentationUpid>',
      12,
      '4142',
    ],
    [
      'text, without saying so',
      '<SegmentationUpid segmentationUpidType="9">x:y</SegmentationUpid>',
      9,
      '783a79',
    ],
    [
      'several',
      '<SegmentationUpid segmentationUpidType="8">0102</SegmentationUpid><SegmentationUpid segmentationUpidType="9">x</SegmentationUpid>',
      13,
      '08020102090178',
    ],
  ])('a UPID is hexadecimal, as of a binary message: %s', (_, upids, type, upid) => {
    const text = `<SpliceInfoSection><SegmentationDescriptor>${upids}</SegmentationDescriptor></SpliceInfoSection>`;
    expect(readScte35Xml(text)?.descriptors).toMatchObject([{ upidType: type, upid }]);
  });

  test('as the standard has it, with a prefix', () => {
    const text =
      '<scte35:SpliceInfoSection xmlns:scte35="http://www.scte.org/schemas/35" ptsAdjustment="0" tier="4095"><scte35:TimeSignal><scte35:SpliceTime ptsTime="90000"/></scte35:TimeSignal><scte35:SegmentationDescriptor segmentationEventId="3" segmentationDuration="2700000" segmentationTypeId="52" segmentNum="1" segmentsExpected="1"><scte35:SegmentationUpid segmentationUpidType="8">0a0b</scte35:SegmentationUpid></scte35:SegmentationDescriptor></scte35:SpliceInfoSection>';
    const info = readScte35Xml(text);
    expect(info).toMatchObject({
      commandType: 6,
      command: { pts: 90_000 },
      tier: 4095,
      descriptors: [{ eventId: 3, typeId: 52, upidType: 8, upid: '0a0b' }],
    });
    expect(info && spliceBreakOf(info)).toMatchObject({ kind: 'out', duration: 30 });
  });

  test('around a binary one, by the name of CableLabs', () => {
    const bytes = section(6, `1${b(0x3f, 6)}${b(90_000, 33)}`);
    const text = `<AcquiredSignal><BinaryData signalType="SCTE35">${Buffer.from(bytes).toString('base64')}</BinaryData></AcquiredSignal>`;
    expect(readScte35Xml(text)).toMatchObject({ command: { pts: 90_000 }, crcValid: true });
  });

  test.skipIf(vectors.length === 0)('around a binary one', () => {
    const [{ base64 = '', ...expected } = { base64: '' }] = vectors;
    expect(
      readScte35Xml(
        `<Signal xmlns="http://www.scte.org/schemas/35/2016"><Binary>\n${base64}</Binary></Signal>`,
      ),
    ).toEqual(expected);
  });

  test.each(['<AdInsert id="1"/>', '', 'x', '<!DOCTYPE x [<!ENTITY a "b">]><AcquiredSignal/>'])(
    '%j is none',
    (text) => {
      expect(readScte35Xml(text)).toBeUndefined();
    },
  );
});

test.each<[name: string, bytes: Uint8Array, expected: object | undefined]>([
  [
    'an insert out of the network',
    section(5, `${b(7, 32) + b(0x7f, 8)}1111${b(0xf, 4)}1${b(0x3f, 6)}${b(2_700_000, 33)}${b(0, 32)}`),
    { kind: 'out', duration: 30, autoReturn: true },
  ],
  [
    'an insert back',
    section(5, `${b(7, 32) + b(0x7f, 8)}0101${b(0xf, 4)}${b(0, 32)}`),
    { kind: 'in', duration: undefined, autoReturn: false },
  ],
  ['an odd segmentation type ends', signal(segment(1, 0x35)), { kind: 'in', duration: undefined }],
  ['a chapter of the programme is no break', signal(segment(1, 0x20)), undefined],
  [
    'an end, and the beginning of the next',
    signal(segment(1, 0x35), segment(2, 0x34, 60)),
    { kind: 'out', duration: 60, autoReturn: true },
  ],
  ['nothing', section(0, ''), undefined],
])('breaks: %s', (_, bytes, expected) => {
  const info = readScte35(bytes);
  expect(info && spliceBreakOf(info)).toEqual(expected && expect.objectContaining(expected));
});

test.each<[name: string, bytes: Uint8Array, id: number | undefined, cancelled: number[], isCancel: boolean]>([
  ['an insert that is cancelled', section(5, b(7, 32) + b(0xff, 8)), 7, [7], true],
  ['nothing', section(0, ''), undefined, [], false],
  ['segments', signal(segment(1, 0x35), segment(2, 0x34)), 2, [], false],
  ['segments that are cancelled', signal(segment(1), segment(2)), undefined, [1, 2], true],
  ['a segment in place of another', signal(segment(1), segment(2, 0x34)), 2, [1], false],
])('ids, and what takes an event back: %s', (_, bytes, id, cancelled, isCancel) => {
  const info = readScte35(bytes);
  if (!info) throw new Error('a section expected');
  expect([spliceEventId(info), cancelledSplices(info), isSpliceCancel(info)]).toEqual([
    id,
    cancelled,
    isCancel,
  ]);
});
