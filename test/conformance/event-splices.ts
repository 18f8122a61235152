import {
  base64,
  chunk,
  type EventCase,
  events,
  inFragment,
  SECOND,
  schemeLevel,
  spliceCancel,
  spliceInsert,
  timeSignal,
  withHeader,
} from './event-case.ts';

const OUT = spliceInsert(9, { duration: 1.5 });
const INSERT = { scte35: { commandType: 5, crcValid: true, command: { eventId: 9, outOfNetwork: true } } };

/** Splice messages, in binary and in XML. */
export const SPLICES: readonly EventCase[] = [
  {
    name: 'splice_insert in the manifest: as long as its break',
    place: 'SCTE 35, 9.7.3',
    streams: events(chunk(1, OUT), { level: schemeLevel('urn:scte:scte35:2013:bin') }),
    fires: [[1, 2.5, INSERT]],
    track: { kind: 'data', scheme: 'urn:scte:scte35:2013:bin' },
  },
  inFragment('splice_insert in a fragment', 'SCTE 35, 9.7.3', OUT, [[1, 2.5, INSERT]]),
  {
    name: 'time_signal with segmentation: a break, and its end',
    place: 'SCTE 35, 9.7.4 and 10.3.3',
    streams: events(chunk(1, timeSignal(9, 0x34, 1)) + chunk(2, timeSignal(9, 0x35)), {
      level: schemeLevel('urn:scte:scte35:2013a:bin'),
    }),
    fires: [
      [1, 2, { scte35: { commandType: 6, descriptors: [{ tag: 2, eventId: 9, typeId: 0x34 }] } }],
      [2, 2, { scte35: { commandType: 6, descriptors: [{ tag: 2, typeId: 0x35 }] } }],
    ],
  },
  inFragment(
    'time_signal in a fragment, with an id and a time of its own',
    'SCTE 35, 9.7.4; Azure Media Services, timed metadata',
    withHeader(3, SECOND, timeSignal(9, 0x30, 0.5)),
    [[2, 2.5, { scte35: { descriptors: [{ typeId: 0x30 }] } }]],
  ),
  {
    name: 'a scheme that says binary, and XML',
    place: 'Microsoft\u2019s published example',
    streams: events(
      chunk(
        1,
        '<AcquiredSignal xmlns="urn:cablelabs:md:xsd:signaling:3.0"><SCTE35PointDescriptor spliceCommandType="5"><SpliceInsert spliceEventID="9" outOfNetworkIndicator="true" duration="PT1.5S"/></SCTE35PointDescriptor></AcquiredSignal>',
      ),
      { level: schemeLevel('urn:scte:scte35:2013:bin') },
    ),
    fires: [[1, 2.5, { scte35: { commandType: 5, command: { eventId: 9, outOfNetwork: true } } }]],
  },
  {
    name: 'a splice message in XML around base64',
    place: 'SCTE 35, 11 (Signal)',
    streams: events(
      chunk(1, `<Signal xmlns="http://www.scte.org/schemas/35"><Binary>${base64(OUT)}</Binary></Signal>`),
      { level: schemeLevel('urn:scte:scte35:2014:xml+bin') },
    ),
    fires: [[1, 2.5, INSERT]],
  },
  {
    name: 'a splice message of elements',
    place: 'SCTE 35, 11 (SpliceInfoSection)',
    streams: events(
      chunk(
        1,
        '<scte35:SpliceInfoSection xmlns:scte35="http://www.scte.org/schemas/35"><scte35:SpliceInsert spliceEventId="9" outOfNetworkIndicator="1"><scte35:BreakDuration autoReturn="1" duration="135000"/></scte35:SpliceInsert></scte35:SpliceInfoSection>',
      ),
      { level: schemeLevel('urn:scte:scte35:2013:xml') },
    ),
    fires: [[1, 2.5, { scte35: { command: { eventId: 9, outOfNetwork: true } } }]],
  },
  {
    name: 'a checksum of zeros',
    place: 'SCTE 35, 9.6; encoders that write none',
    streams: events(chunk(1, Buffer.concat([OUT.subarray(0, -4), Buffer.alloc(4)]))),
    fires: [[1, 2.5, { scte35: { crcValid: false, command: { eventId: 9 } } }]],
  },
  {
    name: 'a splice message that is cut: as it came',
    place: 'SCTE 35, 9.6',
    streams: events(chunk(1, OUT.subarray(0, 20)) + chunk(2, 'x')),
    fires: [
      [1, 1, { scte35: undefined, data: base64(OUT.subarray(0, 20)) }],
      [2, 2, 'x'],
    ],
    warnings: ['text-unavailable'],
  },
  {
    name: 'a splice event that is cancelled before it is due',
    place: 'SCTE 35, 9.7.3 (cancel_indicator)',
    streams: events(chunk(0, withHeader(9, SECOND, OUT)) + chunk(0.5, spliceCancel(9)) + chunk(2, 'x')),
    fires: [[2, 2, 'x']],
  },
  {
    name: 'a break that does not return by itself: up to the message that says so',
    place: 'SCTE 35, 9.8.2 (auto_return)',
    streams: events(
      chunk(1, spliceInsert(9, { duration: 60, autoReturn: false })) +
        chunk(3, spliceInsert(9, { isOut: false })),
    ),
    fires: [
      [1, 3, INSERT],
      [3, 3, { scte35: { command: { outOfNetwork: false } } }],
    ],
  },
];
