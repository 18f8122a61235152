import { type Region, TEXT_LIMITS } from '../cue.ts';
import { earlierOf, type Nanoseconds, NO_TIME } from '../moment.ts';
import type { TextRepairs } from '../repair.ts';
import { type Computed, derive, initialStyle } from './computed-style.ts';
import type { TtmlElement } from './document.ts';
import type { Measures } from './length.ts';
import { resolveRegion } from './region.ts';
import { idOf, type Specified, type StyleSheet } from './specified-style.ts';
import { isActive, type StyleChange, specifiedAt } from './style-node.ts';
import type { Clock } from './timing.ts';

/** A declared region. */
export interface DeclaredRegion {
  readonly begin: Nanoseconds;
  readonly end: Nanoseconds | undefined;
  readonly changes: readonly StyleChange[];
  stateAt(moment: Nanoseconds): RegionState;
}

/** A region between two of its changes. */
export interface RegionState {
  readonly region: Region;
  /** The style that its content inherits. */
  readonly style: Computed;
  /** Whether it, and its content, is visible. */
  readonly isShown: boolean;
}

/** The regions of a document. TTML 2, 11. */
export class Layout {
  readonly #declared = new Map<string, DeclaredRegion>();
  readonly #inline = new Map<TtmlElement, DeclaredRegion>();
  readonly #sheet: StyleSheet;
  readonly #measures: Measures;
  readonly #clock: Clock;
  readonly #repairs: TextRepairs;
  readonly #initial: Computed;
  #default: DeclaredRegion | undefined;

  constructor(
    declarations: readonly TtmlElement[],
    parts: { sheet: StyleSheet; measures: Measures; clock: Clock; repairs: TextRepairs },
  ) {
    this.#sheet = parts.sheet;
    this.#measures = parts.measures;
    this.#clock = parts.clock;
    this.#repairs = parts.repairs;
    this.#initial = derive(initialStyle(parts.measures), this.#sheet.initial, 'block', parts.measures);
    for (const element of declarations) {
      const id = idOf(element);
      if (id === undefined || this.#declared.has(id)) continue;
      if (this.#declared.size >= TEXT_LIMITS.regions) {
        this.#repairs.add('cut-off');
        break;
      }
      const declared = this.#declare(element, id);
      if (declared) this.#declared.set(id, declared);
    }
  }

  /** Used for text without a region or with an unknown one, so that it is shown anyway. */
  get default(): DeclaredRegion {
    this.#default ??= this.#make(undefined, new Map(), NO_TIME, undefined, []);
    return this.#default;
  }

  find(id: string): DeclaredRegion {
    const declared = this.#declared.get(id.trim());
    if (!declared) this.#repairs.add('unknown-region');
    return declared ?? this.default;
  }

  /** An inline region of an element: a child, or its own origin and extent. */
  inlineOf(element: TtmlElement): DeclaredRegion | undefined {
    const known = this.#inline.get(element);
    if (known) return known;
    const child = element.children.find(
      (candidate): candidate is TtmlElement => typeof candidate !== 'string' && candidate.name === 'region',
    );
    const hasBox = element.attributes.has('tts:origin') && element.attributes.has('tts:extent');
    if (!child && !hasBox) return undefined;
    const made = child
      ? this.#declare(child, idOf(child))
      : this.#make(undefined, boxStyles(element, this.#sheet), NO_TIME, undefined, []);
    if (made) this.#inline.set(element, made);
    return made;
  }

  #declare(element: TtmlElement, id: string | undefined): DeclaredRegion | undefined {
    const timing = this.#clock.timingOf(element, NO_TIME);
    if (!timing) return undefined;
    const changes = readChanges(element, timing.begin, this.#sheet, this.#clock);
    return this.#make(id, this.#sheet.of(element), timing.begin, timing.end, changes);
  }

  #make(
    id: string | undefined,
    specified: Specified,
    begin: Nanoseconds,
    end: Nanoseconds | undefined,
    changes: readonly StyleChange[],
  ): DeclaredRegion {
    const states = new Map<string, RegionState>();
    return {
      begin,
      end,
      changes,
      stateAt: (moment) => {
        const key = changes.map((change) => isActive(change, moment)).join();
        const known = states.get(key) ?? this.#stateOf(id, specifiedAt({ specified, changes }, moment));
        states.set(key, known);
        return known;
      },
    };
  }

  #stateOf(id: string | undefined, specified: Specified): RegionState {
    const isUnplaced = !['origin', 'extent', 'position'].some((name) => specified.has(name));
    const { paragraph } = this.#initial;
    const base: Computed =
      isUnplaced && !specified.has('textalign') && !this.#sheet.initial.has('textalign')
        ? { ...this.#initial, paragraph: { ...paragraph, align: 'center' }, derived: [new Map(), new Map()] }
        : this.#initial;
    const style = derive(base, specified, 'region', this.#measures);
    const region = resolveRegion(id, specified, this.#measures, style.fontSize);
    return { region, style, isShown: region.opacity !== 0 && !style.isRemoved };
  }
}

/** An element's own styles that position a region. */
function boxStyles(element: TtmlElement, sheet: StyleSheet): Specified {
  const names = ['origin', 'extent', 'displayalign', 'padding', 'writingmode', 'overflow', 'zindex'];
  return new Map(Array.from(sheet.of(element)).filter(([name]) => names.includes(name)));
}

/** Of one element; nothing legible changes more often. */
const MAX_CHANGES = 64;

/** The `set` children of an element that begins at `begin`. */
export function readChanges(
  { children }: TtmlElement,
  begin: Nanoseconds,
  sheet: StyleSheet,
  clock: Clock,
  limit?: Nanoseconds,
): readonly StyleChange[] {
  const sets = children.filter(
    (child): child is TtmlElement =>
      typeof child !== 'string' && child.name === 'set' && child.vocabulary === 'tt',
  );
  return sets.slice(0, MAX_CHANGES).flatMap((child) => {
    const timing = clock.timingOf(child, begin);
    if (!timing) return [];
    return { begin: timing.begin, end: earlierOf(timing.end, limit), specified: sheet.of(child) };
  });
}
