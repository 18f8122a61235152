import { decodeText } from '../src/base/bytes.ts';
import { isSmoothError, SmoothError } from '../src/base/errors.ts';
import { redactText } from '../src/base/redact.ts';
import type { Finding } from '../src/doctor/finding.ts';
import { type Clip, type Composite, readComposite } from '../src/manifest/composite.ts';
import { mendText } from '../src/manifest/mend-text.ts';
import { manifestUrl } from '../src/timeline/fragment-url.ts';
import { type Source, unpacked } from './fetched.ts';
import {
  type HowToInspect,
  inspectPresentation,
  onceEach,
  readManifest,
  type TitleReport,
} from './inspect-title.ts';
import { reportOf, responseFindings } from './responses.ts';

const SECTION = 'IIS Smooth Streaming, composite manifests';

/** The composite manifest of a title; `undefined` if it isn't composite, or can't be parsed. */
export function compositeOf({ manifest }: Source): Composite | undefined {
  if (!manifest.bytes) return undefined;
  const clean = read(manifest.bytes);
  if (clean) return clean;
  const { text: mended, repairs } = mendText(decodeText(manifest.bytes), true);
  const composite = repairs.length > 0 ? read(mended) : undefined;
  const repairWarnings = repairs.map(
    (problem) => new SmoothError('manifest-mended', { path: 'manifest', problem }),
  );
  return composite && { ...composite, warnings: [...repairWarnings, ...composite.warnings] };
}

function read(source: Uint8Array | string): Composite | undefined {
  try {
    const steps = readComposite(source);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value.clips.length + value.warnings.length > 0 ? value : undefined;
    }
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return undefined;
  }
}

/** Examines each clip as a separate title; clips that can't be played are ignored as long as others can. */
export async function inspectComposite(
  source: Source,
  { clips, warnings }: Composite,
  how: HowToInspect,
): Promise<TitleReport> {
  const { manifest } = source;
  const reports: TitleReport[] = [];
  for (const clip of clips) reports.push(inClip(clip, await inspectClip(source, clip, how)));
  const isFine = ({ findings }: TitleReport) => !findings.some(({ weight }) => weight === 'fatal');
  const spared = reports.some(isFine) ? reports.map(leftOut) : reports;
  const shown = spared.find((_, index) => reports[index] && isFine(reports[index])) ?? spared[0];
  const findings: Finding[] = [
    ...responseFindings('manifest', 'manifest', false, manifest, how.pageOrigin),
    joined(clips),
    ...warnings.flatMap((warning) => unreadClip(warning, clips.length > 0)),
    ...spared.flatMap((report) => report.findings),
  ];
  return {
    title: shown?.title,
    live: undefined,
    responses: [reportOf('manifest', manifest), ...reports.flatMap(({ responses }) => responses)],
    fragments: reports.flatMap(({ fragments }) => fragments),
    text: reports.flatMap(({ text }) => text),
    findings: onceEach(findings),
    needs: [...new Set(reports.flatMap(({ needs }) => needs))],
  };
}

async function inspectClip(source: Source, clip: Clip, how: HowToInspect): Promise<TitleReport> {
  const nothing = { title: undefined, live: undefined, responses: [], fragments: [], text: [], needs: [] };
  let url: string;
  try {
    url = manifestUrl(clip.url, source.url);
  } catch (error) {
    if (!isSmoothError(error)) throw error;
    return { ...nothing, findings: [fatal(error.message.replace(`${error.code}: `, ''))] };
  }
  const own = clip.presentation ? undefined : await unpacked(await source.fetch(url));
  const presentation = clip.presentation ?? (own && readManifest(own));
  const responses = own ? [reportOf('manifest', own)] : [];
  if (!presentation || !('streams' in presentation)) {
    const status = own?.steps.at(-1)?.status;
    const missing = fatal(`its manifest is unavailable${status === undefined ? '' : `: status ${status}`}`);
    const failure = presentation?.failure ?? [];
    return { ...nothing, responses, findings: failure.length > 0 ? failure : [missing] };
  }
  const report = await inspectPresentation({ ...source, url }, presentation, how);
  return { ...report, responses: [...responses, ...report.responses] };
}

const fatal = (what: string): Finding => ({
  weight: 'fatal',
  where: 'manifest',
  what: redactText(what),
  section: SECTION,
  action: 'ignores the clip',
  remedy: "correct the clip's Url, or the manifest there",
});

const joined = (clips: readonly Clip[]): Finding => ({
  weight: 'note',
  where: 'manifest',
  what: `it joins ${clips.length} clip${clips.length === 1 ? '' : 's'} of other manifests; the findings for each follow, the title's properties are those of one of them`,
  section: SECTION,
  action: 'plays them without a gap',
});

/** For a clip that could not even be parsed; the warnings inside a clip are reported with it. */
function unreadClip(warning: Error, hasOthers: boolean): Finding[] {
  if (isSmoothError(warning, 'manifest-mended') && warning.details.path === 'manifest') {
    const { path: where, problem: what } = warning.details;
    return [{ weight: 'mended', where, what, section: SECTION, action: 'uses what it found' }];
  }
  if (!isSmoothError(warning, 'manifest-part-left-out') || warning.details.path.includes('/')) return [];
  const { path, problem } = warning.details;
  return [{ ...fatal(problem), weight: hasOthers ? 'left-out' : 'fatal', where: path }];
}

function inClip({ path }: Clip, report: TitleReport): TitleReport {
  const within = <Part extends { readonly where: string }>(part: Part): Part => ({
    ...part,
    where: `${path}, ${part.where}`,
  });
  return {
    ...report,
    responses: report.responses.map(within),
    fragments: report.fragments.map(within),
    text: report.text.map((facts) => ({ ...facts, name: `${path}, ${facts.name}` })),
    findings: report.findings.map(within),
  };
}

function leftOut(report: TitleReport): TitleReport {
  const findings = report.findings.map((finding) =>
    finding.weight === 'fatal' ? { ...finding, weight: 'left-out' as const } : finding,
  );
  return { ...report, findings };
}
