/** The severity. */
export type Weight =
  /** Unusual, but plays as it is. */
  | 'note'
  /** Repaired by the player. */
  | 'mended'
  /** A part does not play; the rest does. */
  | 'left-out'
  /** Prevents playback of the title. */
  | 'fatal';

/** One deviation from the protocol, or from what a browser expects. */
export interface Finding {
  readonly weight: Weight;
  /** The part of the title it was found in. */
  readonly where: string;
  readonly what: string;
  /** The section of the standard: `MS-SSTR 2.2.2.6`, … */
  readonly section: string;
  /** What the player does about it, as a continuation of "the player". */
  readonly action: string;
  /** What people can do about it. */
  readonly remedy?: string;
}

export interface Verdict {
  readonly kind: 'plays' | 'plays-after-repairs' | 'cannot-play';
  /** A whole sentence. */
  readonly text: string;
}

/** Summarizes findings. `needs` is what playback requires besides the title: a licence, a browser that decodes HEVC. */
export function verdictOf(findings: readonly Finding[], needs: readonly string[] = []): Verdict {
  const given = needs.length > 0 ? `, given ${needs.join(' and ')}` : '';
  const fatal = findings.filter(({ weight }) => weight === 'fatal');
  if (fatal.length > 0) {
    const [first, ...others] = [...new Set(fatal.map(({ where, what }) => `${where}: ${what}`))];
    const more = others.length > 0 ? ` (and ${others.length} more, above)` : '';
    return { kind: 'cannot-play', text: `cannot play because ${first}${more}` };
  }
  const count = (weight: Weight) => findings.filter((finding) => finding.weight === weight).length;
  const [mended, leftOut] = [count('mended'), count('left-out')];
  if (mended + leftOut === 0) return { kind: 'plays', text: `plays${given}` };
  const parts = [
    ...(mended > 0 ? [`${mended} mended`] : []),
    ...(leftOut > 0 ? [`${leftOut} left out`] : []),
  ];
  return { kind: 'plays-after-repairs', text: `plays after repairs${given}: ${parts.join(', ')}` };
}
