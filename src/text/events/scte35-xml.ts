import { bytesFromBase64 } from '../../base/bytes.ts';
import { elementsNamed, type LooseElement, readElements } from '../markup/elements.ts';
import { readScte35 } from './scte35.ts';
import type { SpliceCommand, SpliceDescriptor, SpliceInfo } from './splice-info.ts';

const PTS_RATE = 90_000;

/**
 * A splice message in XML: `SpliceInfoSection` or `Signal` (ANSI/SCTE 35, annex), or `AcquiredSignal` of Azure Media
 * Services (CableLabs, signaling). `undefined` if it is none of them.
 */
export function readScte35Xml(text: string): SpliceInfo | undefined {
  const elements = readElements(text);
  const [binary] = elementsNamed(elements, 'binary');
  const bytes = binary && bytesFromBase64(binary.text);
  const section = bytes && readScte35(bytes);
  if (section) return section;
  const [root] = elementsNamed(elements, 'spliceinfosection');
  const [acquired] = elementsNamed(elements, 'acquiredsignal');
  const around = root ?? acquired;
  if (!around) return undefined;
  return sectionOf(around);
}

function sectionOf(root: LooseElement): SpliceInfo | undefined {
  const [insert] = elementsNamed(root.children, 'spliceinsert');
  const [signal] = elementsNamed(root.children, 'timesignal');
  const [point] = elementsNamed(root.children, 'scte35pointdescriptor');
  const declared = integer(point?.attributes.get('splicecommandtype'));
  const descriptors = [
    ...elementsNamed(root.children, 'segmentationdescriptor'),
    ...elementsNamed(root.children, 'segmentationdescriptorinfo'),
  ].map(segmentationOf);
  const commandType = insert ? 5 : signal || descriptors.length > 0 ? 6 : (declared ?? 0);
  return {
    tableId: 0xfc,
    encrypted: elementsNamed(root.children, 'encryptedpacket').length > 0,
    ...optional('sapType', integer(root.attributes.get('saptype'))),
    ...optional('protocolVersion', integer(root.attributes.get('protocolversion'))),
    ...optional('ptsAdjustment', integer(root.attributes.get('ptsadjustment'))),
    ...optional('tier', integer(root.attributes.get('tier'))),
    commandType,
    command: insert ? insertOf(insert) : signal ? timeIn(signal) : {},
    descriptors,
  };
}

function insertOf(insert: LooseElement): SpliceCommand {
  const { attributes } = insert;
  const [pause] = elementsNamed(insert.children, 'breakduration');
  const duration = durationOf(pause?.attributes.get('duration') ?? attributes.get('duration'));
  return {
    ...optional('eventId', integer(attributes.get('spliceeventid'))),
    cancel: flag(attributes.get('spliceeventcancelindicator')) ?? false,
    outOfNetwork: flag(attributes.get('outofnetworkindicator')) ?? false,
    ...optional('immediate', flag(attributes.get('spliceimmediateflag'))),
    ...timeIn(insert),
    ...optional('duration', duration),
    // The end follows from a duration alone.
    ...(duration !== undefined && { autoReturn: flag(pause?.attributes.get('autoreturn')) ?? true }),
    ...optional('uniqueProgramId', integer(attributes.get('uniqueprogramid'))),
    ...optional('availNum', integer(attributes.get('availnum'))),
    ...optional('availsExpected', integer(attributes.get('availsexpected'))),
  };
}

function timeIn(element: LooseElement): { pts?: number } {
  const [time] = elementsNamed(element.children, 'splicetime');
  return optional('pts', integer(time?.attributes.get('ptstime')));
}

function segmentationOf({ attributes, children }: LooseElement): SpliceDescriptor {
  const [upid] = elementsNamed(children, 'segmentationupid');
  const of = (...names: string[]) =>
    names.map((name) => attributes.get(name)).find((value) => value !== undefined);
  return {
    tag: 2,
    identifier: 'CUEI',
    ...optional('eventId', integer(of('segmentationeventid', 'segmenteventid'))),
    cancel: flag(of('segmentationeventcancelindicator', 'cancelindicator')) ?? false,
    ...optional('duration', durationOf(of('segmentationduration', 'duration'))),
    ...optional('upidType', integer(upid?.attributes.get('segmentationupidtype') ?? of('upidtype'))),
    ...optional('upid', upid?.text.trim() ?? of('upid')),
    ...optional('typeId', integer(of('segmentationtypeid', 'segmenttypeid'))),
    ...optional('segmentNum', integer(of('segmentnum'))),
    ...optional('segmentsExpected', integer(of('segmentsexpected'))),
  };
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
