import type { improvementOf } from '../delivery/improvement.ts';
import type { Wishes } from './level-chooser.ts';
import type { Machine, MachinePorts } from './machine.ts';

/** Loaded after the first picture: the machine monitor, and better quality for what is buffered. */
export class Refinement {
  #improvementOf: typeof improvementOf | undefined;
  #machine: Machine | undefined;

  async load(media: HTMLMediaElement, ports: MachinePorts, signal: AbortSignal): Promise<void> {
    const [{ improvementOf }, { Machine }] = await Promise.all([
      import('../delivery/improvement.ts'),
      import('./machine.ts'),
    ]);
    if (signal.aborted || this.#machine) return;
    this.#improvementOf = improvementOf;
    this.#machine = new Machine(media, ports, signal);
  }

  /** The part of a full buffer that is worth fetching again. */
  improvement(...of: Parameters<typeof improvementOf>): ReturnType<typeof improvementOf> {
    return this.#improvementOf?.(...of);
  }

  /** The page's limits, combined with the machine's. */
  limit(wishes: Wishes): Wishes {
    const machine = this.#machine;
    if (!machine) return wishes;
    return { ...wishes, allow: (level) => (wishes.allow?.(level) ?? true) && machine.permits(level) };
  }
}
