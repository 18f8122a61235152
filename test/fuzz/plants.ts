/** A fault that is put into a copy of the compiled library, to see whether the fuzzer finds it. */
export interface Plant {
  readonly name: string;
  readonly target: string;
  /** What it is found as. */
  readonly faults: readonly string[];
  /** What is replaced by what in which file; each must occur. */
  readonly changes: readonly (readonly [file: string, find: string, put: string])[];
}

export const PLANTS: readonly Plant[] = [
  {
    name: 'a walk over boxes that stands still at size 0',
    target: 'fragment',
    faults: ['hang', 'memory'],
    changes: [
      ['mp4/box.js', 'header.size === SIZE_TO_END ? end - at : header.size', 'header.size'],
      ['mp4/box.js', 'if (++tally.count > MAX_BOXES)', 'if (false)'],
      ['mp4/box.js', 'if (payload > at + size)', 'if (false)'],
    ],
  },
  {
    name: 'a live merge that goes chunk by chunk',
    target: 'live',
    faults: ['hang', 'memory', 'slow'],
    changes: [
      [
        'timeline/live-chunks.js',
        'this.#append(from, duration, count - Number(skipped));',
        'for (let i = 0; i < count - Number(skipped); i++) this.#append(ticks(from + duration * BigInt(i)), duration, 1);',
      ],
    ],
  },
  {
    name: 'a repeat that is expanded',
    target: 'manifest',
    faults: ['hang', 'memory', 'slow'],
    changes: [
      [
        'manifest/chunk-runs.js',
        'this.#pushRun(start, duration, count);',
        'for (let i = 0; i < count; i++) { this.#pushRun(plus(start, times(duration, i)), duration, 1); this.#length++; } this.#length -= count;',
      ],
    ],
  },
  {
    name: 'a custom attribute that is not escaped',
    target: 'urls',
    faults: ['a custom attribute that is not escaped', 'a URL that is not escaped'],
    changes: [['timeline/fragment-url.js', 'encode(value)', 'value']],
  },
  {
    name: 'a time that goes through a double',
    target: 'manifest',
    faults: ['a time that is off by some ticks'],
    changes: [
      ['manifest/whole.js', 'const value = BigInt(digits);', 'const value = BigInt(Number(digits));'],
      [
        'manifest/whole.js',
        'const value = BigInt(high) * HIGH_UNIT + BigInt(low);',
        'const value = BigInt(high * 1e15 + low);',
      ],
    ],
  },
  {
    name: 'chunks that are compared with all before',
    target: 'manifest',
    faults: ['slow', 'hang'],
    changes: [
      [
        'manifest/chunk-runs.js',
        'this.#pushRun(start, duration, count);',
        'if (this.#starts.filter((known) => known === start).length === 0) this.#pushRun(start, duration, count);',
      ],
    ],
  },
  {
    name: 'comments whose end is looked for again and again',
    target: 'mended',
    faults: ['slow', 'hang'],
    changes: [
      ['manifest/mend-text.js', 'if (closed < 0)\n            break;', 'if (closed < 0)\n continue;'],
    ],
  },
  {
    name: 'samples that are written one byte off',
    target: 'fragment',
    faults: ['samples that lost bytes', 'a sample outside of mdat'],
    changes: [['mp4/fragment-writer.js', 'dataStart + run.offsetInMdat', 'dataStart + run.offsetInMdat + 1']],
  },
];
