import type { Nanoseconds } from '../moment.ts';
import { type Computed, derive, type ElementKind } from './computed-style.ts';
import type { Measures } from './length.ts';
import type { Specified } from './specified-style.ts';

/** A change of styles for some time (`set`). TTML 2, 13.1.4. */
export interface StyleChange {
  readonly begin: Nanoseconds;
  readonly end: Nanoseconds | undefined;
  readonly specified: Specified;
}

/** An element's styles, and its parent. */
export interface StyleNode {
  readonly parent: StyleNode | undefined;
  readonly specified: Specified;
  readonly kind: ElementKind;
  readonly changes: readonly StyleChange[];
  /** Whether it or an ancestor changes over time. */
  readonly isAnimated: boolean;
}

export const styleNode = (
  parent: StyleNode | undefined,
  specified: Specified,
  kind: ElementKind,
  changes: readonly StyleChange[] = [],
): StyleNode => ({
  parent,
  specified,
  kind,
  changes,
  isAnimated: changes.length > 0 || (parent?.isAnimated ?? false),
});

/** An element's style at a time; `region` is what its outermost ancestor inherits from. */
export function styleAt(
  node: StyleNode | undefined,
  region: Computed,
  moment: Nanoseconds,
  measures: Measures,
): Computed {
  if (!node) return region;
  const parent = styleAt(node.parent, region, moment, measures);
  return derive(parent, specifiedAt(node, moment), node.kind, measures);
}

/** With the changes at a time; later ones override earlier ones. */
export function specifiedAt(
  { specified, changes }: Pick<StyleNode, 'specified' | 'changes'>,
  moment: Nanoseconds,
) {
  const active = changes.filter((change) => isActive(change, moment));
  if (active.length === 0) return specified;
  const merged = new Map(specified);
  for (const change of active) for (const [name, value] of change.specified) merged.set(name, value);
  return merged;
}

export const isActive = ({ begin, end }: StyleChange, moment: Nanoseconds): boolean =>
  begin <= moment && (end === undefined || moment < end);

/** The times at which an element or an ancestor changes. */
export function* changesOf(node: StyleNode | undefined): Generator<Nanoseconds> {
  for (let at = node; at?.isAnimated; at = at.parent) {
    for (const { begin, end } of at.changes) {
      yield begin;
      if (end !== undefined) yield end;
    }
  }
}
