import { isSmoothError } from '../base/errors.ts';
import { redactText } from '../base/redact.ts';
import { ticks, toSeconds } from '../base/time.ts';
import type { Chunk, QualityLevel, Stream } from '../manifest/presentation.ts';
import { type FragmentReport, FragmentTransmuxer } from '../transmux/fragment-transmuxer.ts';
import { encryptionReader } from '../transmux/read-encryption.ts';
import type { RepairKind } from '../transmux/repair.ts';
import type { SoundLevel } from '../transmux/silence.ts';
import type { Finding } from './finding.ts';

/** The request that a fragment answers. */
export interface FragmentQuestion {
  readonly stream: Pick<Stream, 'type' | 'timescale' | 'name'> & Partial<Pick<Stream, 'chunks'>>;
  readonly level: Pick<QualityLevel, 'bitrate'> & SoundLevel;
  readonly chunk: Pick<Chunk, 'start' | 'duration'>;
  readonly isLive: boolean;
  readonly keyIds: readonly string[];
}

/** The properties of a fragment, as plain JSON. */
export interface FragmentFactsFound {
  readonly bytes: number;
  readonly samples: number;
  /** In seconds. */
  readonly duration: number;
  readonly bitrate: number;
  readonly isEncrypted: boolean;
  readonly keyId: string | undefined;
  readonly lookAhead: number;
  readonly states: 'tfxd' | undefined;
}

/** A kind of repair: what is wrong, the section of the standard, and what the player does. */
interface Matter {
  /** Default: mended. */
  readonly weight?: 'note';
  readonly section: string;
  readonly what: string;
  readonly action: string;
}

const MATTERS: Readonly<Record<RepairKind, Matter>> = {
  'data-offset': {
    section: 'MS-SSTR 2.2.4.7',
    what: 'trun has a wrong sample offset, or none',
    action: 'computes it from the position of mdat',
  },
  'base-data-offset': {
    section: 'MS-SSTR 2.2.4.6',
    what: 'tfhd counts offsets from the start of a file that is not available',
    action: 'counts them from moof',
  },
  'decode-time': {
    section: 'MS-SSTR 2.2.4.4',
    what: 'tfdt or tfxd has another time than the one requested',
    action: "uses the manifest's time; for live titles, tfxd if it is within a second",
  },
  'signed-offsets': {
    section: 'ISO/IEC 14496-12, 8.8.8',
    what: 'negative composition offsets in a trun of version 0',
    action: 'writes version 1, which allows them',
  },
  'composition-offsets': {
    section: 'ISO/IEC 14496-12, 8.8.8',
    weight: 'note',
    what: 'the first picture is shown after the start of the chunk',
    action: 'moves the pictures, so that levels join and audio is in sync',
  },
  'composition-offsets-left': {
    section: 'ISO/IEC 14496-12, 8.8.8',
    weight: 'note',
    what: 'the first picture is shown more than two seconds after the start of the chunk',
    action: 'leaves it unchanged: no encoder has such a delay',
  },
  'annex-b': {
    section: 'ISO/IEC 14496-15, 5.3',
    what: 'NAL units have start codes instead of length prefixes',
    action: 'rewrites the samples with length prefixes',
  },
  'sync-flags': {
    section: 'MS-SSTR 2.2.4.7',
    what: 'no flags distinguish key frames from others',
    action: 'writes its own flags',
  },
  'sample-durations': {
    section: 'MS-SSTR 2.2.4.7',
    what: 'samples have no duration',
    action: "divides the rest of the chunk's duration among them",
  },
  'sample-clock': {
    section: 'MS-SSTR 2.2.4.7',
    what: "durations or composition offsets use another clock than the stream's TimeScale",
    action: "scales them to the chunk's duration",
  },
  'last-sample': {
    section: 'MS-SSTR 2.2.4.7',
    what: 'the last sample ends long after the chunk, or before its end',
    action: 'shows it until the end of the chunk',
  },
  silence: {
    section: 'MS-SSTR 2.2.2.6',
    what: 'the audio ends before its chunk does',
    action: 'adds silence up to the next chunk',
  },
  'other-tracks': {
    section: 'MS-SSTR 2.2.4.4',
    what: 'several tracks in one moof',
    action: "uses the stream's own track",
  },
  'mdat-size': {
    section: 'MS-SSTR 2.2.4.8',
    what: 'mdat has no size, or a larger one than it has bytes',
    action: 'uses the total size of the samples',
  },
  'lost-samples': {
    section: 'MS-SSTR 2.2.4.7',
    what: 'trun has more samples than it describes, or than mdat holds',
    action: 'plays those that are there',
  },
  'skipped-boxes': {
    section: 'MS-SSTR 2.2.4',
    what: 'there are other boxes or bytes before moof, or between it and mdat',
    action: 'skips them',
  },
};

/** Describes one kind of repair; for kinds that this version doesn't know, only the name. */
export function repairFinding(kind: string, where: string, count?: number): Finding {
  const matter: Matter | undefined = Object.hasOwn(MATTERS, kind) ? MATTERS[kind as RepairKind] : undefined;
  const times = count === undefined ? '' : ` (${count})`;
  const what = matter?.what ?? kind;
  const action = matter?.action ?? 'repairs it';
  const section = matter?.section ?? 'MS-SSTR 2.2.4';
  return { weight: matter?.weight ?? 'mended', where, what: what + times, section, action };
}

/** Runs a fragment through the transmuxer, as the player does, and reports the findings. */
export function examineFragment(
  bytes: Uint8Array,
  question: FragmentQuestion,
  where: string,
): { readonly facts: FragmentFactsFound | undefined; readonly findings: readonly Finding[] } {
  const { stream, level, chunk, isLive, keyIds } = question;
  try {
    const transmuxer = new FragmentTransmuxer({
      stream,
      level,
      start: chunk.start,
      duration: chunk.duration,
      origin: ticks(0),
      isLive,
      readEncryption: encryptionReader(keyIds),
    });
    transmuxer.push(bytes);
    const report = transmuxer.finish();
    return { facts: factsOf(report, question), findings: findingsOf(report, question, where) };
  } catch (error) {
    const what = redactText(
      isSmoothError(error) ? error.message.replace(`${error.code}: `, '') : String(error),
    );
    const action = 'requests it again, then at another level, then continues after it';
    const section = 'MS-SSTR 2.2.4';
    return { facts: undefined, findings: [{ weight: 'fatal', where, what, section, action }] };
  }
}

function factsOf(report: FragmentReport, { stream }: FragmentQuestion): FragmentFactsFound {
  const duration = toSeconds(report.duration, stream.timescale);
  return {
    bytes: report.bytes,
    samples: report.samples,
    duration,
    bitrate: duration > 0 ? Math.round((report.bytes * 8) / duration) : 0,
    isEncrypted: report.isEncrypted,
    keyId: report.encryption?.keyId,
    lookAhead: report.lookAhead.length,
    states: report.tfxd && 'tfxd',
  };
}

/** A duration this many seconds less or more than the chunk's is reported. */
const DURATION_OFF = 0.1;
/** A bitrate this many times the level's is reported. */
const RATE_OFF = 3;

function findingsOf(report: FragmentReport, question: FragmentQuestion, where: string): Finding[] {
  const { stream, chunk, level, isLive, keyIds } = question;
  const found = report.repairs.map(({ kind, count }) => repairFinding(kind, where, count));
  const note = (what: string, section: string, action: string) =>
    found.push({ weight: 'note', where, what, section, action });
  if (report.isEmpty) note('it has no samples', 'MS-SSTR 2.2.4', 'continues with the next one');
  const off = toSeconds(report.duration, stream.timescale) - toSeconds(chunk.duration, stream.timescale);
  if (!report.isEmpty && Math.abs(off) > DURATION_OFF) {
    const what = `its samples last ${Math.abs(off).toFixed(3)} s ${off < 0 ? 'less' : 'more'} than its chunk`;
    note(what, 'MS-SSTR 2.2.2.6', 'plays the samples with their own durations');
  }
  const { bitrate } = factsOf(report, question);
  if (level.bitrate > 0 && bitrate > RATE_OFF * level.bitrate) {
    const what = `it takes ${Math.round(bitrate / 1000)} kbit/s, ${(bitrate / level.bitrate).toFixed(1)} times the level's bitrate`;
    note(what, 'MS-SSTR 2.2.2.5', 'learns the real sizes');
  }
  if (isLive && !report.tfxd)
    note('it has no time of its own', 'MS-SSTR 2.2.4.4', "uses the manifest's time");
  if (isLive && report.lookAhead.length === 0)
    note('it announces no chunks', 'MS-SSTR 2.2.4.5', 'refreshes the manifest instead');
  if (report.isEncrypted && keyIds.length > 0 && !keyIds.includes(report.encryption?.keyId ?? '')) {
    note(
      `its key ${report.encryption?.keyId} is not in the manifest`,
      'PIFF 1.1, 5.3.2',
      'requests a licence for it',
    );
  }
  return found;
}
