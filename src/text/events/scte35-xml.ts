import { bytesFromBase64, hexFromBytes } from '../../base/bytes.ts';
import { elementsNamed, type LooseElement, readElements } from '../markup/elements.ts';
import { readScte35 } from './scte35.ts';
import type { SpliceCommand, SpliceDescriptor, SpliceInfo } from './splice-info.ts';

const PTS_RATE = 90_000;

/** Elements of commands, and their types. */
const COMMANDS: ReadonlyMap<string, number> = new Map([
  ['splicenull', 0],
  ['spliceschedule', 4],
  ['spliceinsert', 5],
  ['timesignal', 6],
  ['bandwidthreservation', 7],
  ['privatecommand', 255],
]);
/** A segmentation UPID that consists of several: type, length and bytes of each. ANSI/SCTE 35, 10.3.3.1 (MID). */
const MULTIPLE = 13;

/**
 * A splice message in XML: `SpliceInfoSection` or `Signal` (ANSI/SCTE 35, annex), or the signals of CableLabs, such as
 * `AcquiredSignal` of Azure Media Services. `undefined` if it is none of them.
 */
export function readScte35Xml(text: string): SpliceInfo | undefined {
  const elements = readElements(text);
  const first = (name: string) => elementsNamed(elements, name)[0];
  const binary = first('binary') ?? first('binarydata');
  const bytes = binary && bytesFromBase64(binary.text);
  const section = bytes && readScte35(bytes);
  if (section) return section;
  const root = first('spliceinfosection') ?? first('acquiredsignal') ?? first('scte35pointdescriptor');
  return root && sectionOf(root);
}

function sectionOf(root: LooseElement): SpliceInfo {
  const named = (name: string) => elementsNamed([root], name);
  const [name, commandType] = [...COMMANDS].find(([each]) => named(each).length > 0) ?? [];
  const [command] = named(name ?? '');
  const [point] = named('scte35pointdescriptor');
  const [encryption] = named('encryptedpacket');
  const declared = integer(point?.attributes.get('splicecommandtype'));
  const descriptors = [
    ...named('availdescriptor').map(availOf),
    ...named('segmentationdescriptor').map(segmentationOf),
    ...named('segmentationdescriptorinfo').map(segmentationOf),
  ];
  return {
    tableId: 0xfc,
    // It is also written for messages that are not encrypted.
    encrypted: (integer(encryption?.attributes.get('encryptionalgorithm')) ?? 0) > 0,
    ...optional('sapType', integer(root.attributes.get('saptype'))),
    ...optional('protocolVersion', integer(root.attributes.get('protocolversion'))),
    ...optional('ptsAdjustment', integer(root.attributes.get('ptsadjustment'))),
    ...optional('tier', integer(root.attributes.get('tier'))),
    commandType: commandType ?? declared ?? (descriptors.length > 0 ? 6 : 0),
    command: command && commandType === 5 ? insertOf(command) : command ? timeIn(command) : {},
    descriptors,
  };
}

function insertOf(insert: LooseElement): SpliceCommand {
  const { attributes, children } = insert;
  const [pause] = elementsNamed(children, 'breakduration');
  const duration = durationOf(pause?.attributes.get('duration') ?? attributes.get('duration'));
  const autoReturn = flag(pause?.attributes.get('autoreturn') ?? attributes.get('autoreturn'));
  const components = elementsNamed(children, 'component').map((component) => ({
    tag: integer(component.attributes.get('componenttag')) ?? 0,
    ...timeIn(component),
  }));
  return {
    ...optional('eventId', integer(attributes.get('spliceeventid'))),
    cancel: flag(attributes.get('spliceeventcancelindicator')) ?? false,
    outOfNetwork: flag(attributes.get('outofnetworkindicator')) ?? false,
    ...optional('immediate', flag(attributes.get('spliceimmediateflag'))),
    ...(components.length > 0 ? { programSplice: false, components } : timeIn(insert)),
    ...optional('duration', duration),
    // The end follows from a duration alone.
    ...(duration !== undefined && { autoReturn: autoReturn ?? true }),
    ...optional('uniqueProgramId', integer(attributes.get('uniqueprogramid'))),
    ...optional('availNum', integer(attributes.get('availnum'))),
    ...optional('availsExpected', integer(attributes.get('availsexpected'))),
  };
}

function timeIn(element: LooseElement): { pts?: number } {
  const [time] = elementsNamed(element.children, 'splicetime');
  return optional('pts', integer(time?.attributes.get('ptstime')));
}

const availOf = ({ attributes }: LooseElement): SpliceDescriptor => ({
  tag: 0,
  identifier: 'CUEI',
  ...optional('providerAvailId', integer(attributes.get('provideravailid'))),
});

function segmentationOf({ attributes, children }: LooseElement): SpliceDescriptor {
  const of = (...names: string[]) =>
    names.map((name) => attributes.get(name)).find((value) => value !== undefined);
  const [limits] = elementsNamed(children, 'deliveryrestrictions');
  return {
    tag: 2,
    identifier: 'CUEI',
    ...optional('eventId', integer(of('segmentationeventid', 'segmenteventid'))),
    cancel: flag(of('segmentationeventcancelindicator', 'cancelindicator')) ?? false,
    ...(limits && { restricted: true, ...restrictionsOf(limits) }),
    ...optional('duration', durationOf(of('segmentationduration', 'duration'))),
    ...upidOf(elementsNamed(children, 'segmentationupid'), attributes),
    ...optional('typeId', integer(of('segmentationtypeid', 'segmenttypeid'))),
    ...optional('segmentNum', integer(of('segmentnum', 'segmentnumber'))),
    ...optional('segmentsExpected', integer(of('segmentsexpected'))),
    ...optional('subSegmentNum', integer(of('subsegmentnum'))),
    ...optional('subSegmentsExpected', integer(of('subsegmentsexpected'))),
  };
}

const restrictionsOf = ({ attributes }: LooseElement): Partial<SpliceDescriptor> => ({
  ...optional('webDeliveryAllowed', flag(attributes.get('webdeliveryallowedflag'))),
  ...optional('noRegionalBlackout', flag(attributes.get('noregionalblackoutflag'))),
  ...optional('archiveAllowed', flag(attributes.get('archiveallowedflag'))),
  ...optional('deviceRestrictions', integer(attributes.get('devicerestrictions'))),
});

/** In hexadecimal, as of a binary message. */
function upidOf(
  elements: readonly LooseElement[],
  own: LooseElement['attributes'],
): { upidType?: number; upid?: string } {
  const [single, ...others] = elements.map(({ attributes, text }) => ({
    type: integer(attributes.get('segmentationupidtype')) ?? 0,
    upid: hexOf(text, attributes.get('segmentationupidformat')),
  }));
  if (!single) {
    const upid = own.get('upid');
    return {
      ...optional('upidType', integer(own.get('upidtype'))),
      ...optional('upid', upid && hexOf(upid)),
    };
  }
  if (others.length === 0) return { upidType: single.type, upid: single.upid };
  const parts = [single, ...others].map(({ type, upid }) => byteHex(type) + byteHex(upid.length / 2) + upid);
  return { upidType: MULTIPLE, upid: parts.join('') };
}

const byteHex = (value: number): string => hexFromBytes(Uint8Array.of(value));

/** `format`: `text`, `hexbinary` or `base-64`; by default, whatever it looks like. */
function hexOf(text: string, format?: string): string {
  const written = text.trim();
  const kind = format?.toLowerCase();
  const [, digits] = /^(?:0x)?((?:[\da-f]{2})*)$/i.exec(written) ?? [];
  if (kind !== 'text' && digits !== undefined) return digits.toLowerCase();
  const bytes = kind?.startsWith('base') ? bytesFromBase64(written) : undefined;
  return hexFromBytes(bytes ?? new TextEncoder().encode(written));
}

type Key = keyof SpliceInfo | keyof SpliceCommand | keyof SpliceDescriptor;
const optional = <Name extends Key, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [Each in Name]?: Value };

const integer = (text: string | undefined): number | undefined =>
  /^\s*\d{1,15}\s*$/.test(text ?? '') ? Number(text) : undefined;

const flag = (text: string | undefined): boolean | undefined =>
  text === undefined ? undefined : /^\s*(?:true|1)\s*$/i.test(text);

/** Ticks of 90 kHz, or an XML Schema duration: `PT1M30.5S`. */
function durationOf(text: string | undefined): number | undefined {
  const ticks = integer(text);
  if (ticks !== undefined) return ticks;
  const match =
    /^\s*P(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,8}(?:\.\d{1,9})?)S)?)?\s*$/.exec(
      text ?? '',
    );
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * PTS_RATE);
}
