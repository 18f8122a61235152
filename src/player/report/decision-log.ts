import { Ring } from '../../base/ring.ts';
import type { RecordedCall, RecordedPart } from '../../heuristics/recorded-call.ts';
import type { QualityDecision } from './stats.ts';

/** The bandwidth model and the plan are large and stored once per part; so parts are few, and long. */
const CALLS_A_PART = 256;
const PARTS = 4;

/** The newest decisions of one player, in order. */
export class DecisionLog {
  static readonly CALLS = CALLS_A_PART * PARTS;
  /** The newest video decision. */
  choice: QualityDecision | undefined;
  readonly #parts = new Ring<RecordedPart & { plan: unknown; readonly calls: RecordedCall[] }>(PARTS);

  get parts(): readonly RecordedPart[] {
    return this.#parts.entries;
  }

  note(call: string, at: number, given: object, output?: unknown): void {
    const { bandwidth, plan, ...input }: { bandwidth?: unknown; plan?: unknown } = given;
    if ((this.#parts.last?.calls.length ?? CALLS_A_PART) === CALLS_A_PART) {
      this.#parts.add({ bandwidth, plan, calls: [] });
    }
    const part = this.#parts.last;
    if (!part) return;
    part.plan ??= plan;
    part.calls.push({ call, at, input, isPlanned: plan !== undefined, output });
  }
}
