import type { FinishedRequest } from './finished-request.ts';

/** Values that are read on request: a metric's samples, by their formatted labels. */
export interface Gauge {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly {
    readonly labels?: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

/** Upper bounds of the duration histogram, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const PREFIX = 'smooth_origin_';

/** Counters of an origin for Prometheus. No label has a value that a client could choose. */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #durations = new Array<number>(BUCKETS.length + 1).fill(0);
  #seconds = 0;
  #bytes = 0;
  #refusedConnections = 0;

  count({ kind, status, ms, bytes }: FinishedRequest): void {
    const code = status === 0 ? 'none' : `${Math.floor(status / 100)}xx`;
    const key = `${kind} ${code}`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    this.#bytes += bytes;
    // A push lasts for hours and would say nothing about response times.
    if (kind === 'push') return;
    this.#seconds += ms / 1000;
    const bucket = BUCKETS.findIndex((bound) => ms / 1000 <= bound);
    const at = bucket < 0 ? BUCKETS.length : bucket;
    this.#durations[at] = (this.#durations[at] ?? 0) + 1;
  }

  countRefusedConnection(): void {
    this.#refusedConnections += 1;
  }

  /** In the text format of Prometheus, 0.0.4. */
  text(gauges: readonly Gauge[]): string {
    const requests = [...this.#requests].map(([key, value]) => {
      const [kind = '', code = ''] = key.split(' ');
      return { labels: { kind, code }, value };
    });
    const own: readonly Gauge[] = [
      counter('http_requests_total', 'Finished requests.', requests),
      counter('http_response_bytes_total', 'Bytes sent, headers included.', [{ value: this.#bytes }]),
      counter('connections_refused_total', 'Connections dropped because all were in use.', [
        { value: this.#refusedConnections },
      ]),
    ];
    return [...own.map(written), this.#histogram(), ...gauges.map(written)].join('');
  }

  #histogram(): string {
    const name = `${PREFIX}http_request_duration_seconds`;
    let sum = 0;
    const lines = this.#durations.map((count, i) => {
      sum += count;
      return `${name}_bucket{le="${BUCKETS[i] ?? '+Inf'}"} ${sum}\n`;
    });
    return [
      `# HELP ${name} From a request's headers to the end of its response, without pushes.\n`,
      `# TYPE ${name} histogram\n`,
      ...lines,
      `${name}_sum ${this.#seconds}\n`,
      `${name}_count ${sum}\n`,
    ].join('');
  }
}

const counter = (name: string, help: string, samples: Gauge['samples']): Gauge => ({
  name,
  type: 'counter',
  help,
  samples,
});

function written({ name, type, help, samples }: Gauge): string {
  const full = name.startsWith('process_') ? name : PREFIX + name;
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, own]) => `${label}="${escapeLabel(own)}"`);
    return `${full}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
  });
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${lines.join('')}`;
}

const escapeLabel = (text: string): string =>
  text.replace(/["\\\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));

/** Metrics of the process itself. */
export function processGauges(version: string): readonly Gauge[] {
  const { user, system } = process.cpuUsage();
  const gauge = (name: string, help: string, value: number): Gauge => ({
    name,
    type: 'gauge',
    help,
    samples: [{ value }],
  });
  return [
    gauge('process_resident_memory_bytes', 'Memory of the process.', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'When it started, since 1970.', performance.timeOrigin / 1000),
    counter('process_cpu_seconds_total', 'Processor time used.', [{ value: (user + system) / 1e6 }]),
    {
      ...gauge('build_info', 'The running version.', 1),
      samples: [{ labels: { version }, value: 1 }],
    },
  ];
}
