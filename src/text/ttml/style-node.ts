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

/** An element's styles, and whose content it is. */
export interface StyleNode {
  readonly parent: StyleNode | undefined;
  readonly specified: Specified;
  readonly kind: ElementKind;
  readonly changes: readonly StyleChange[];
  /** Whether it, or what is around it, changes with time. */
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

/** An element's style at a moment; `region` is what its outermost ancestor inherits from. */
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

/** With the changes that hold at a moment; later ones win. */
export function specifiedAt(
  { specified, changes }: Pick<StyleNode, 'specified' | 'changes'>,
  moment: Nanoseconds,
) {
  const active = changes.filter(({ begin, end }) => begin <= moment && (end === undefined || moment < end));
  if (active.length === 0) return specified;
  const merged = new Map(specified);
  for (const change of active) for (const [name, value] of change.specified) merged.set(name, value);
  return merged;
}

/** The moments at which something changes, of an element and what is around it. */
export function* changesOf(node: StyleNode | undefined): Generator<Nanoseconds> {
  for (let at = node; at?.isAnimated; at = at.parent) {
    for (const { begin, end } of at.changes) {
      yield begin;
      if (end !== undefined) yield end;
    }
  }
}
