/**
 * A splice information section as plain data. Times are in 90 kHz ticks, unmodified; XML lacks some fields. ANSI/SCTE
 * 35, 9.
 */
export interface SpliceInfo {
  readonly tableId: number;
  readonly sapType?: number;
  readonly sectionLength?: number;
  /** Absent if there is none, as in XML. */
  readonly crcValid?: boolean;
  readonly protocolVersion?: number;
  /** If true, only the header can be read. */
  readonly encrypted: boolean;
  readonly ptsAdjustment?: number;
  readonly tier?: number;
  /** 0 null, 4 schedule, 5 insert, 6 time signal, 7 bandwidth reservation, 255 private. */
  readonly commandType: number;
  readonly command: SpliceCommand;
  readonly descriptors: readonly SpliceDescriptor[];
}

/** Fields of all commands; each has some of them. ANSI/SCTE 35, 9.7. */
export interface SpliceCommand {
  readonly eventId?: number;
  readonly cancel?: boolean;
  readonly outOfNetwork?: boolean;
  readonly programSplice?: boolean;
  readonly immediate?: boolean;
  /** On the encoder's clock, which is unrelated to a Smooth Streaming title's. */
  readonly pts?: number;
  readonly components?: readonly { readonly tag: number; readonly pts?: number; readonly utc?: number }[];
  readonly autoReturn?: boolean;
  readonly duration?: number;
  readonly uniqueProgramId?: number;
  readonly availNum?: number;
  readonly availsExpected?: number;
  /** Seconds of GPS time, for one event of a schedule. */
  readonly utc?: number;
  /** Of a schedule. */
  readonly events?: readonly SpliceCommand[];
  /** Of a private command. */
  readonly identifier?: string;
  /** Hexadecimal. */
  readonly data?: string;
}

/** Fields of all descriptors; each has some of them. ANSI/SCTE 35, 10. */
export interface SpliceDescriptor {
  /** 0 avail, 1 DTMF, 2 segmentation, 3 time, 4 audio. */
  readonly tag: number;
  readonly identifier: string;
  readonly providerAvailId?: number;
  readonly preroll?: number;
  readonly dtmf?: string;
  readonly eventId?: number;
  readonly cancel?: boolean;
  readonly restricted?: boolean;
  readonly webDeliveryAllowed?: boolean;
  readonly noRegionalBlackout?: boolean;
  readonly archiveAllowed?: boolean;
  readonly deviceRestrictions?: number;
  readonly components?: readonly { readonly tag: number; readonly ptsOffset: number }[];
  readonly duration?: number;
  readonly upidType?: number;
  /** Hexadecimal. */
  readonly upid?: string;
  readonly typeId?: number;
  readonly segmentNum?: number;
  readonly segmentsExpected?: number;
  readonly subSegmentNum?: number;
  readonly subSegmentsExpected?: number;
  readonly taiSeconds?: number;
  readonly taiNanoseconds?: number;
  readonly utcOffset?: number;
  /** Of other descriptors, hexadecimal. */
  readonly data?: string;
}

/** The beginning or the end of a break. */
export interface SpliceBreak {
  readonly kind: 'out' | 'in';
  /** In seconds. */
  readonly duration: number | undefined;
  /** Whether it ends automatically; otherwise it lasts until an `in`. */
  readonly autoReturn: boolean;
  /** The segmentation type that starts it; `undefined` for a splice insert. Breaks of different types may be nested. */
  readonly type: number | undefined;
  readonly eventId: number | undefined;
}

/** Segmentation types that start a break; the next type ends it. ANSI/SCTE 35, 10.3.3.1. */
const BEGINNINGS = [0x22, 0x30, 0x32, 0x34, 0x36, 0x38, 0x3a, 0x44, 0x46];
const PTS_RATE = 90_000;

/** The break that a message starts or, if there is none, the one that it ends; `undefined`: neither. */
export function spliceBreakOf(info: SpliceInfo): SpliceBreak | undefined {
  const breaks = spliceBreaksOf(info);
  return breaks.find(({ kind }) => kind === 'out') ?? breaks[0];
}

/** All breaks that a message starts or ends: one may end at the beginning of the next. */
export function spliceBreaksOf({ commandType, command, descriptors }: SpliceInfo): SpliceBreak[] {
  if (commandType === 5 && command.cancel === false) {
    const duration = command.duration === undefined ? undefined : command.duration / PTS_RATE;
    const { outOfNetwork, autoReturn = false, eventId } = command;
    return [{ kind: outOfNetwork ? 'out' : 'in', duration, autoReturn, type: undefined, eventId }];
  }
  return descriptors.filter(isSegment).flatMap(({ typeId = 0, duration, eventId }): SpliceBreak[] => {
    const isOut = BEGINNINGS.includes(typeId);
    const type = isOut ? typeId : typeId - 1;
    if (!BEGINNINGS.includes(type)) return [];
    const length = duration === undefined ? undefined : duration / PTS_RATE;
    const kind = isOut ? 'out' : 'in';
    return [{ kind, duration: length, autoReturn: duration !== undefined, type, eventId }];
  });
}

/** Distinguishes the message from others of its time, and an update from another event: that of the break that it starts. */
export function spliceEventId({ command, descriptors }: SpliceInfo): number | undefined {
  const segments = descriptors.filter(isSegment);
  const own = segments.find(({ typeId = 0 }) => BEGINNINGS.includes(typeId)) ?? segments[0];
  return command.eventId ?? own?.eventId;
}

/** The ids of announced events that a message cancels. */
export function cancelledSplices({ command, descriptors }: SpliceInfo): number[] {
  const events = [command, ...descriptors.filter(({ tag }) => tag === 2)];
  return events.flatMap(({ cancel, eventId }) => (cancel && eventId !== undefined ? [eventId] : []));
}

/** Whether a message announces nothing itself, and only cancels. */
export const isSpliceCancel = (info: SpliceInfo): boolean =>
  cancelledSplices(info).length > 0 && info.command.cancel !== false && !info.descriptors.some(isSegment);

const isSegment = ({ tag, cancel }: SpliceDescriptor): boolean => tag === 2 && cancel !== true;
