import { readFileSync } from 'node:fs';
import type { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}
interface Script {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** Which blocks of the library were run, as V8 counts them. */
export class Coverage {
  readonly #session: Session;
  /** By file, a byte for each character: whether it was run. */
  readonly #run = new Map<string, Uint8Array>();
  /** Where files are. */
  readonly #sources = new Map<string, string>();

  constructor(session: Session) {
    this.#session = session;
    session.connect();
    session.post('Profiler.enable');
  }

  start(): void {
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  stop(): void {
    this.#session.post('Profiler.stopPreciseCoverage');
  }

  /** How much of a file's code was run, in characters, comments apart. */
  files(): (readonly [file: string, covered: number, all: number])[] {
    return Array.from(this.#run, ([file, run]) => {
      const code = codeOf(this.#sources.get(file) ?? file);
      let [covered, all] = [0, 0];
      for (let at = 0; at < code.length; at++) {
        if (code[at] === ' ') continue;
        all++;
        if (run[at]) covered++;
      }
      return [file, covered, all] as const;
    });
  }

  /** Whether anything was run since the last time that never was before. */
  take(): boolean {
    let isNew = false;
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) return;
      for (const script of (answer as unknown as { result: readonly Script[] }).result) {
        const file = /\/src\/((?:base|manifest|mp4|transmux|timeline|doctor)\/.*\.js)$/.exec(script.url)?.[1];
        if (file) isNew = this.#learn(file, script) || isNew;
      }
    });
    return isNew;
  }

  #learn(file: string, { url, functions }: Script): boolean {
    this.#sources.set(file, url);
    let known = this.#run.get(file) ?? new Uint8Array();
    let isNew = false;
    for (const { ranges } of functions) {
      const [whole] = ranges;
      if (!whole) continue;
      if (known.length < whole.endOffset) {
        const longer = new Uint8Array(whole.endOffset);
        longer.set(known);
        known = longer;
      }
      const painted = new Uint8Array(whole.endOffset - whole.startOffset);
      // Inner ranges come behind those that they lie in.
      for (const { startOffset, endOffset, count } of ranges) {
        painted.fill(count > 0 ? 1 : 0, startOffset - whole.startOffset, endOffset - whole.startOffset);
      }
      for (let i = 0; i < painted.length; i++) {
        if (!painted[i] || known[whole.startOffset + i]) continue;
        known[whole.startOffset + i] = 1;
        isNew = true;
      }
    }
    this.#run.set(file, known);
    return isNew;
  }
}

/** A file's code with blanks where there is none. */
function codeOf(url: string): string {
  const blank = (text: string) => ' '.repeat(text.length);
  return readFileSync(fileURLToPath(url), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*|\s/g, blank);
}
